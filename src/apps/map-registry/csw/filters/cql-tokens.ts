import { limitedValue, refused } from './condition-limits.ts';

/** A word, number, text or sign of CQL. */
export interface CqlToken {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end';
  /** Without quotes. */
  readonly value: string;
}

const END: CqlToken = { kind: 'end', value: '' };

/** A name may have a prefix, a path and a dash; in double quotes it may be anything. */
const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*')|"(?<quoted>[^"]+)"|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w:-]))|(?<word>[\p{L}_/][\p{L}\p{N}_:./-]*)|(?<sign><>|<=|>=|!=|[=<>(),]))/uy;

/** The words of a text of CQL, one after the other. */
export class CqlTokens {
  readonly #tokens: readonly CqlToken[];
  #position = 0;

  /** @throws {OgcError} `InvalidParameterValue`: there is something that CQL does not have. */
  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  /** The token that comes next. */
  get next(): CqlToken {
    return this.#tokens[this.#position] ?? END;
  }

  /** Returns the next token, and goes on. */
  take(): CqlToken {
    const token = this.next;
    this.#position += 1;
    return token;
  }

  /** Goes on if the next token is this word or sign. Words have no case. */
  skip(value: string): boolean {
    const { next } = this;
    if ((next.kind !== 'word' && next.kind !== 'sign') || next.value.toUpperCase() !== value) return false;
    this.#position += 1;
    return true;
  }

  /** Likewise. @throws {OgcError} it is something else. */
  expect(value: string): void {
    if (!this.skip(value)) throw this.unexpected(value);
  }

  /** The next token is not what has to come. */
  unexpected(expected: string): Error {
    const found = this.next.kind === 'end' ? 'the end' : `"${this.next.value.slice(0, 40)}"`;
    return refused(`The CQL has ${found} where ${expected} is expected.`);
  }
}

function tokensOf(text: string): readonly CqlToken[] {
  const tokens: CqlToken[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  let position = 0;
  while (position < end) {
    TOKEN.lastIndex = position;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups)
      throw refused(`The CQL cannot be read from "${text.slice(position, position + 20).trim()}" on.`);
    position = TOKEN.lastIndex;
    tokens.push(tokenOf(groups));
  }
  return tokens;
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): CqlToken {
  const { text, quoted, number, word, sign } = groups;
  if (text !== undefined) {
    return { kind: 'text', value: limitedValue(text.slice(1, -1).replaceAll("''", "'")) };
  }
  if (number !== undefined) return { kind: 'number', value: number };
  const name = quoted ?? word;
  return name === undefined ? { kind: 'sign', value: sign ?? '' } : { kind: 'word', value: name };
}
