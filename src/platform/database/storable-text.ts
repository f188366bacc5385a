// The one rule for text that Postgres cannot hold. Neither `text` nor `jsonb` takes the character U+0000 (NUL), or half of
// a surrogate pair. Input is refused: `faultOfText` and `isStorableJson` find what cannot be stored. Text that quotes what
// others said, such as an error message, is mended: each such character becomes U+FFFD, so that a reader sees that there
// was one.

/** What keeps a text from being stored. */
export type TextFault = 'NUL' | 'half of a surrogate pair';

/** Returns why Postgres cannot hold a text; `undefined` if it can. */
export function faultOfText(text: string): TextFault | undefined {
  if (text.includes('\0')) return 'NUL';
  if (!text.isWellFormed()) return 'half of a surrogate pair';
  return undefined;
}

/** Returns the text with U+FFFD in place of each character that Postgres cannot hold. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** Returns a value as JSON that a `jsonb` column takes: all texts in it, names included, are mended. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return isStorableJson(json) ? json : JSON.stringify(value, (_name, inner: unknown) => mend(inner));
}

/** What `JSON.stringify` writes for both faults, unless the backslash is itself behind a backslash. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** Returns whether a `jsonb` column takes a text that `JSON.stringify` wrote. */
export function isStorableJson(json: string): boolean {
  return !UNSTORABLE.test(json);
}

function mend(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || JSON.isRawJSON(value))
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [storableText(name), inner]));
}
