import { deflateSync, inflateSync } from 'node:zlib';
import type { Chance } from './chance.ts';

/** A PDF as text of one byte for each character. */
type Mutation = (pdf: string, chance: Chance, others: readonly Buffer[]) => string;

const ODD_NUMBERS = [
  '0',
  '-1',
  '1',
  '2',
  '255',
  '256',
  '65535',
  '65536',
  '1000000',
  '2147483647',
  '-2147483648',
  '4294967295',
  '9999999999999999999',
  '0.00001',
  '-0.5',
  '1e9',
  'nan',
  'null',
  'true',
  '(text)',
  '[1 2 3]',
  '<< >>',
];

const FILTERS = [
  'FlateDecode',
  'LZWDecode',
  'ASCIIHexDecode',
  'ASCII85Decode',
  'RunLengthDecode',
  'CCITTFaxDecode',
  'DCTDecode',
  'JPXDecode',
  'JBIG2Decode',
  'Crypt',
];

const KEYWORDS = [
  'obj',
  'endobj',
  'stream',
  'endstream',
  'xref',
  'trailer',
  'startxref',
  'R',
  '%%EOF',
  'f',
  'n',
];

/** The most that a mutated PDF may grow to: what is looked for is odd, not large. */
const LARGEST_BYTES = 2 * 1024 * 1024;

/** The most that one of its streams may grow to before it is compressed. */
const LARGEST_STREAM_BYTES = 64 * 1024 * 1024;

/** Every way in which a PDF is broken. */
const MUTATIONS: readonly Mutation[] = [
  function flipBytes(pdf, chance) {
    const bytes = Buffer.from(pdf, 'latin1');
    for (let count = chance.between(1, 20); count > 0; count -= 1) {
      bytes.writeUInt8(chance.between(0, 255), chance.between(0, bytes.length - 1));
    }
    return bytes.toString('latin1');
  },
  function cutOff(pdf, chance) {
    return pdf.slice(0, chance.between(9, pdf.length));
  },
  function leaveOutPart(pdf, chance) {
    const start = chance.between(0, pdf.length);
    return pdf.slice(0, start) + pdf.slice(start + chance.between(1, 200));
  },
  function repeatPart(pdf, chance) {
    const start = chance.between(0, pdf.length);
    const end = start + chance.between(1, 400);
    return pdf.slice(0, end) + pdf.slice(start, end).repeat(chance.between(1, 50)) + pdf.slice(end);
  },
  function insertBytes(pdf, chance) {
    const place = chance.between(0, pdf.length);
    return pdf.slice(0, place) + chance.bytes(chance.between(1, 64)).toString('latin1') + pdf.slice(place);
  },
  function moreAroundIt(pdf, chance) {
    const more = chance.oneOf(['\0', '\n', 'x', '<html>', '%PDF-1.4\n', '%%EOF\n', '1 0 obj\n']);
    const padding = more.repeat(chance.between(1, 6_000));
    return chance.happens(0.5) ? padding + pdf : pdf + padding;
  },
  function oddNumber(pdf, chance) {
    return replaceSome(pdf, /-?\b\d+(?:\.\d+)?\b/g, chance, () => chance.oneOf(ODD_NUMBERS));
  },
  function nearNumber(pdf, chance) {
    return replaceSome(pdf, /\b\d+\b/g, chance, (number) => String(Number(number) + chance.between(-2, 2)));
  },
  function otherReference(pdf, chance) {
    return replaceSome(pdf, /\b\d+ 0 R\b/g, chance, () => `${chance.between(0, 12)} 0 R`);
  },
  function otherName(pdf, chance) {
    const names = pdf.match(/\/[A-Za-z]\w*/g) ?? ['/Type'];
    return replaceSome(pdf, /\/[A-Za-z]\w*/g, chance, () => chance.oneOf(names));
  },
  function otherFilter(pdf, chance) {
    return replaceSome(pdf, /\/\w+Decode\b/g, chance, () => {
      const filters = Array.from({ length: chance.between(1, 4) }, () => `/${chance.oneOf(FILTERS)}`);
      return filters.length === 1 ? filters.join() : `[${filters.join(' ')}]`;
    });
  },
  function otherKeyword(pdf, chance) {
    const keyword = /\b(?:obj|endobj|stream|endstream|xref|trailer|startxref|R)\b/g;
    return replaceSome(pdf, keyword, chance, () => chance.oneOf(KEYWORDS));
  },
  function nest(pdf, chance) {
    const [open, close] = chance.oneOf([
      ['[', ']'],
      ['<< /A ', '>>'],
      ['(', ')'],
      ['q ', 'Q '],
    ] as const);
    const depth = chance.oneOf([10, 600, 5_000]);
    return replaceSome(
      pdf,
      /\b\d+ 0 R\b|\b\d+ \d+ \d+ rg\b/g,
      chance,
      (inner) => open.repeat(depth) + inner + (chance.happens(0.8) ? close.repeat(depth) : ''),
    );
  },
  function otherBox(pdf, chance) {
    const side = () => chance.oneOf(['0', '1', '-5', '0.001', '72', '200', '5000', '1e9', 'nan', '-99999']);
    const box = () => `Box [${Array.from({ length: chance.between(0, 5) }, side).join(' ')}]`;
    return replaceSome(pdf, /Box \[[^\]]*\]/g, chance, box);
  },
  function damageStream(pdf, chance) {
    return replaceSome(pdf, STREAM, chance, (whole) =>
      withStreamData(whole, (data) => {
        const damaged = Buffer.from(data);
        for (let count = chance.between(1, 6); count > 0 && damaged.length > 0; count -= 1) {
          damaged.writeUInt8(chance.between(0, 255), chance.between(0, damaged.length - 1));
        }
        return damaged;
      }),
    );
  },
  function growStream(pdf, chance) {
    const times = chance.oneOf([2, 30, 2_000]);
    return replaceSome(pdf, STREAM, chance, (whole) =>
      withStreamData(whole, (data) => {
        const most = Math.max(1, Math.floor(LARGEST_STREAM_BYTES / (data.length + 1)));
        const piece = Buffer.concat([data, Buffer.from(' ')]);
        return Buffer.concat(Array<Buffer>(Math.min(times, most)).fill(piece));
      }),
    );
  },
  function streamOfAnother(pdf, chance, others) {
    const streams = chance.oneOf(others).toString('latin1').match(STREAM) ?? [];
    return streams.length === 0 ? pdf : replaceSome(pdf, STREAM, chance, () => chance.oneOf(streams));
  },
  function objectOfAnother(pdf, chance, others) {
    const object = /(?<=\d 0 obj\n)<<[\s\S]*?(?=\nendobj)/g;
    const objects = chance.oneOf(others).toString('latin1').match(object) ?? [];
    return objects.length === 0 ? pdf : replaceSome(pdf, object, chance, () => chance.oneOf(objects));
  },
];

const STREAM = /(?<=>>\n?)stream\r?\n[\s\S]*?endstream/g;

/** Breaks a PDF in one to four ways. */
export function mutate(original: Buffer, chance: Chance, others: readonly Buffer[]): Buffer {
  let pdf = original.toString('latin1');
  for (let count = chance.between(1, 4); count > 0; count -= 1) {
    const mutated = chance.oneOf(MUTATIONS)(pdf, chance, others);
    if (mutated.length > 0 && mutated.length <= LARGEST_BYTES) pdf = mutated;
  }
  return Buffer.from(pdf, 'latin1');
}

/** Replaces one or a few of what matches. Half of the times nothing moves by it, so that the table stays right. */
function replaceSome(
  pdf: string,
  pattern: RegExp,
  chance: Chance,
  replacement: (match: string) => string,
): string {
  const matches = [...pdf.matchAll(pattern)];
  if (matches.length === 0) return pdf;
  const chosen = new Set(Array.from({ length: chance.between(1, 3) }, () => chance.oneOf(matches)));
  const keepsLength = chance.happens(0.5);
  let result = '';
  let done = 0;
  for (const match of matches) {
    if (!chosen.has(match)) continue;
    const [old] = match;
    const next = replacement(old);
    result +=
      pdf.slice(done, match.index) + (keepsLength ? next.padEnd(old.length).slice(0, old.length) : next);
    done = match.index + old.length;
  }
  return result + pdf.slice(done);
}

/** Changes what a stream holds; where it is compressed, below the compression. */
function withStreamData(whole: string, change: (data: Buffer) => Buffer): string {
  const start = whole.indexOf('\n') + 1;
  const end = whole.length - 'endstream'.length;
  const data = Buffer.from(whole.slice(start, end), 'latin1');
  return `${whole.slice(0, start)}${changed(data, change).toString('latin1')}\nendstream`;
}

function changed(data: Buffer, change: (data: Buffer) => Buffer): Buffer {
  try {
    return deflateSync(change(inflateSync(data)));
  } catch {
    return change(data);
  }
}
