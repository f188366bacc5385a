import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  faultOfText,
  isStorableJson,
  storableJson,
  storableText,
} from '../../../src/platform/database/storable-text.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const STORABLE = ['', 'Zoë 😀', 'a \\u0000 that is written out', '\u2028', '\uFFFD'];
const UNSTORABLE = [
  ['NUL', 'a\0b', 'a\uFFFDb'],
  ['half of a surrogate pair', 'a\uD83D', 'a\uFFFD'],
  ['half of a surrogate pair', '\uDE00b', '\uFFFDb'],
] as const;

describe('text that Postgres can hold', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  async function stored(text: string, json: string): Promise<unknown> {
    const { rows } = await test.database.raw('SELECT ?::text AS text, ?::jsonb AS json', [text, json]);
    return rows[0];
  }

  it.each(STORABLE)('is stored as it is: %j', async (text) => {
    expect(faultOfText(text)).toBeUndefined();
    expect(isStorableJson(JSON.stringify({ text }))).toBe(true);
    expect(storableText(text)).toBe(text);
    expect(await stored(text, storableJson({ text }))).toEqual({ text, json: { text } });
  });

  it.each(UNSTORABLE)('does not have %s in it: %j', async (fault, text, mended) => {
    expect(faultOfText(text)).toBe(fault);
    expect(isStorableJson(JSON.stringify([text]))).toBe(false);
    expect(storableText(text)).toBe(mended);
    expect(await stored(storableText(text), storableJson([text]))).toEqual({ text: mended, json: [mended] });
  });

  it('is made of every name and text in JSON', async () => {
    const json = storableJson({ 'a\0': [{ b: 'x\0', c: null, d: 1 }, '\\u0000'] });
    expect(await stored('', json)).toMatchObject({
      json: { 'a\uFFFD': [{ b: 'x\uFFFD', c: null, d: 1 }, '\\u0000'] },
    });
  });
});
