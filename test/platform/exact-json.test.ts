import { describe, expect, it } from '@jest/globals';
import { mayLoseDigits, parseExactJson, parseExactObject } from '../../src/platform/exact-json.ts';
import { seededRandom } from '../support/seeded-random.ts';

describe('JSON whose numbers keep their digits', () => {
  it.each([
    '12345678901234567890',
    '-9007199254740993',
    '0.12345678901234567890123',
    '1.234567890123456789e+300',
    '1e400',
    '1e-400',
    `1${'0'.repeat(5_000)}1`,
  ])('keeps %s as it is written', (number) => {
    const json = `{"a":[${number},{"b":${number}}]}`;
    expect(JSON.stringify(parseExactJson(json))).toBe(json);
    expect(mayLoseDigits(json)).toBe(true);
  });

  it.each([
    ['1', 1],
    ['-0', -0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992],
    ['0.30000000000000004', 0.1 + 0.2],
    ['10000000000000000000000', 1e22],
    ['1.50e2', 150],
    ['1E+2', 100],
    ['0.000e5', 0],
    ['5e-324', 5e-324],
  ])('reads %s as a number', (number, value) => {
    expect(parseExactJson(`[${number}]`)).toEqual([value]);
  });

  it('reads every double that JSON.stringify wrote as that double', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 10_000; round += 1) {
      const value = (random.below(2 ** 32) / 7) * 10 ** (random.below(600) - 300);
      expect(parseExactJson(JSON.stringify(value))).toBe(value);
    }
  });

  it('leaves texts that look like numbers alone', () => {
    const json = '{"12345678901234567890":"12345678901234567890"}';
    expect(parseExactJson(json)).toEqual(JSON.parse(json));
  });

  it('refuses what is no JSON, and what is no object', () => {
    expect(() => parseExactJson('{"a":12345678901234567890')).toThrow(SyntaxError);
    for (const text of ['[]', '1', 'null', '12345678901234567890'])
      expect(() => parseExactObject(text)).toThrow(SyntaxError);
  });
});
