import type { JsonValue } from './json-value.ts';

// TypeScript's own library does not declare these parts of JSON yet: https://github.com/tc39/proposal-json-parse-with-source
declare global {
  /** A number as it was written; `JSON.stringify` writes its text unchanged. */
  interface RawJson {
    readonly rawJSON: string;
  }

  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
  }
}

type JsonObject = { readonly [name: string]: JsonValue | undefined };

/** Numbers that a double may not hold have many digits, or an exponent. */
const SUSPICIOUS_NUMBER = /[\d.]{16}|\d[eE][+-]?\d/;

/** Characters of a number that are compared; a longer one counts as one that a double does not hold. */
const COMPARED_CHARACTERS = 1_000;

/** Returns whether a text may have numbers that a double does not hold; `false` is certain, and quickly found. */
export function mayLoseDigits(json: string): boolean {
  return SUSPICIOUS_NUMBER.test(json);
}

/**
 * Parses JSON as `JSON.parse` does, but keeps each number that a double does not hold, such as
 * `12345678901234567890`, as it is written: as a {@link RawJson}, which `JSON.stringify` writes unchanged.
 *
 * @throws {SyntaxError}
 * @throws {RangeError} if such a text is nested deeper than some thousand levels.
 */
export function parseExactJson(text: string): JsonValue {
  if (!mayLoseDigits(text)) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, (_name, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isHeld(source, value)
      ? JSON.rawJSON(source)
      : value,
  ) as JsonValue;
}

/**
 * Parses a JSON object as {@link parseExactJson} does.
 *
 * @throws {SyntaxError} if the text is no JSON object.
 */
export function parseExactObject(text: string): JsonObject {
  const value = parseExactJson(text);
  if (!isObject(value)) throw new SyntaxError('The text is no JSON object');
  return value;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** Returns whether a number has the value that its text says. */
function isHeld(source: string, value: number): boolean {
  if (!Number.isFinite(value) || source.length > COMPARED_CHARACTERS) return false;
  return normalForm(source) === normalForm(String(value));
}

/** Digits without zeros at either end, and the power of ten that they are multiplied with. */
function normalForm(number: string): string {
  const [coefficient = '', exponent = '0'] = number.toLowerCase().replace('-', '').split('e');
  const [whole = '', fraction = ''] = coefficient.split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
