import { refused } from './condition-limits.ts';

/** The characters of a pattern that have a meaning. Empty: there is none. */
export interface WildCards {
  /** Any characters. */
  readonly wildCard: string;
  /** One character. */
  readonly singleCharacter: string;
  /** The next character stands for itself. */
  readonly escapeCharacter: string;
}

/** Returns a pattern of a filter as one of SQL. @throws {OgcError} a wild card is longer than a character. */
export function sqlPattern(text: string, { wildCard, singleCharacter, escapeCharacter }: WildCards): string {
  if ([wildCard, singleCharacter, escapeCharacter].some((character) => [...character].length > 1)) {
    throw refused('wildCard, singleChar and escapeChar have one character each.');
  }
  let pattern = '';
  let isEscaped = false;
  for (const character of text) {
    if (isEscaped) {
      pattern += literalPattern(character);
      isEscaped = false;
    } else if (character === escapeCharacter) isEscaped = true;
    else if (character === wildCard) pattern += '%';
    else if (character === singleCharacter) pattern += '_';
    else pattern += literalPattern(character);
  }
  return isEscaped ? pattern + literalPattern(escapeCharacter) : pattern;
}

/** Returns a text as a pattern of SQL that matches it alone. */
export function literalPattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** Returns the pattern of texts that hold what a pattern matches. */
export function containing(pattern: string): string {
  const start = pattern.startsWith('%') ? '' : '%';
  const end = /(^|[^\\])(\\\\)*%$/.test(pattern) ? '' : '%';
  return `${start}${pattern}${end}`;
}
