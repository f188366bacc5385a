import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import {
  FormatStringError,
  parseFormatString,
} from '../../../../src/apps/composite/formatting/format-string.ts';

/** A template, an int, and what CPython 3.11 answers for `template.format(int)`; null where it raises. */
type Case = [template: string, integer: number, expected: string | null];

describe('a format string', () => {
  it('formats ints as CPython does, and refuses what CPython refuses', async () => {
    const file = new URL('format-string.cases.json', import.meta.url);
    const cases = JSON.parse(await readFile(file, 'utf8')) as Case[];
    const outcomes = cases.map(
      ([template, integer]): Case => [template, integer, outcome(template, integer)],
    );
    expect(outcomes.length).toBeGreaterThan(3_000);
    expect(outcomes).toEqual(cases);
  });

  it.each([
    [
      'page {1}',
      'the field {1} at character 6 is neither {} nor {0}; the number of the page is all there is',
    ],
    [
      '{name}',
      'the field {name} at character 1 is neither {} nor {0}; the number of the page is all there is',
    ],
    ['{0.real}', 'the field {0.real} at character 1 is neither'],
    ['{0.__class__}', 'the field {0.__class__} at character 1 is neither'],
    ['{0[0]}', 'the field {0[0]} at character 1 is neither'],
    ['a {', 'the "{" at character 3 stands alone; write "{{" for the character itself'],
    ['{}}', 'the "}" at character 3 stands alone; write "}}" for the character itself'],
    ['ab{:03d', 'the field at character 3 is not closed by a "}"'],
    ['{}-{}', 'the field {} at character 4 is a second {}; write {0} to use the number twice'],
    ['{}-{0}', 'the field {0} at character 4 mixes {} with {0}'],
    ['{:q}', 'the field {:q} at character 1 cannot be formatted: the type "q" is none of b c d n o x X e'],
    ['{:.2}', 'the field {:.2} at character 1 cannot be formatted: a precision needs one of the types e E'],
    ['{0:{0:{0}}}', 'the field {0} at character 7 is nested too deeply'],
    ['{:1001}', 'the width 1001 is greater than 1000'],
    ['{:.1001f}', 'the precision 1001 is greater than 1000'],
    ['{!x}', 'the field {!x} at character 1 has a conversion that is none of !s !r !a'],
  ])('says of %j what is wrong, and where', (template, message) => {
    expect(() => parseFormatString(template)).toThrow(FormatStringError);
    expect(() => parseFormatString(template)).toThrow(message);
  });

  it.each([-1, 0, 0xd800, 0x110000])(
    'has no character for %d, neither one that JSON cannot hold',
    (integer) => {
      const character = parseFormatString('{:c}');
      expect(() => character.format(integer)).toThrow(FormatStringError);
      expect(character.format(233)).toBe('é');
    },
  );

  it('makes no text that is longer than what could be stored, however short it is itself', () => {
    const { format } = parseFormatString('{0:1000}'.repeat(600_000));
    expect(() => format(1)).toThrow(FormatStringError);
    expect(() => format(1)).toThrow('the text is longer than 65536 characters');
    expect(parseFormatString('x'.repeat(65_536)).format(1)).toHaveLength(65_536);
  });

  it('takes a fill of any script', () => {
    expect(parseFormatString('{:😀^5}').format(7)).toBe('😀😀7😀😀');
  });

  it('quotes only the start of a long field', () => {
    const template = `{:${'9'.repeat(1_000_000)}}`;
    expect(() => parseFormatString(template)).toThrow(/^.{0,250}$/s);
  });

  it('treats the negative zero of JavaScript as the zero that it is', () => {
    expect(parseFormatString('{:+d}').format(-0)).toBe('+0');
    expect(parseFormatString('{!s}').format(-0)).toBe('0');
  });
});

function outcome(template: string, integer: number): string | null {
  try {
    return parseFormatString(template).format(integer);
  } catch (error) {
    if (error instanceof FormatStringError) return null;
    throw error;
  }
}
