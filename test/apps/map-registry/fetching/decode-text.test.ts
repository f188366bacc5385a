import { expect, it } from '@jest/globals';
import { decodeText } from '../../../../src/apps/map-registry/fetching/decode-text.ts';

const TEXT = '<a>Flüsse</a>';
const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>${TEXT}`;
const bytes = (...values: number[]) => Buffer.from(values);

it.each<[name: string, body: Buffer, contentType: string | undefined, text: string]>([
  ['UTF-8', Buffer.from(TEXT), undefined, TEXT],
  [
    'a byte order mark',
    Buffer.concat([bytes(0xef, 0xbb, 0xbf), Buffer.from(TEXT)]),
    'text/xml; charset=latin1',
    TEXT,
  ],
  ['UTF-16 with a mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), undefined, TEXT],
  ['big UTF-16', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16(), undefined, TEXT],
  ['UTF-16 without a mark', Buffer.from(TEXT, 'utf16le'), undefined, TEXT],
  ['UTF-16 without a mark, big', Buffer.from(TEXT, 'utf16le').swap16(), undefined, TEXT],
  [
    'the mark of UTF-16 before one byte each',
    Buffer.concat([bytes(0xff, 0xfe), Buffer.from(TEXT)]),
    undefined,
    TEXT,
  ],
  [
    'the declaration before the header',
    Buffer.from(declared('ISO-8859-1'), 'latin1'),
    'text/xml; charset=utf-8',
    declared('ISO-8859-1'),
  ],
  ['the header', Buffer.from(TEXT, 'latin1'), 'text/xml; charset=ISO-8859-1', TEXT],
  ['a declaration that is wrong', Buffer.from(declared('UTF-16'), 'latin1'), undefined, declared('UTF-16')],
  ['a declaration of nothing', Buffer.from(declared('x-martian')), undefined, declared('x-martian')],
  [
    'UTF-8 that is not',
    Buffer.from(declared('UTF-8'), 'latin1'),
    'text/xml;charset=UTF-8',
    declared('UTF-8'),
  ],
  ['a broken header', Buffer.from(TEXT), ';;;', TEXT],
  ['nothing', Buffer.alloc(0), undefined, ''],
])('decodes %s', (_name, body, contentType, text) => {
  expect(decodeText(body, contentType)).toBe(text);
});
