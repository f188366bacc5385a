import { TEXT_FIELDS, type TextField, wordsOf } from '../indexing/words.ts';
import type { TextQuery } from '../search-engines/text-query.ts';
import { TextQueryError } from './search-errors.ts';

/** Words and parentheses of one text. */
const MOST_TOKENS = 200;

const DEEPEST_NESTING = 20;

type Token =
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' }
  | { readonly kind: 'everything' }
  | { readonly kind: 'field'; readonly field: TextField }
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly isPrefix: boolean };

/**
 * Reads the syntax that people know of search engines: `a b` (both), `"a b"`, `a OR b`, `-a`, `NOT a`, `(…)`, `title:a` and
 * `a*`. Characters that have no meaning in it part words.
 *
 * @returns `undefined` where every layer is like that.
 * @throws {TextQueryError} for quotes and parentheses without their other half, and for too many words.
 */
export function parseTextQuery(text: string): TextQuery | undefined {
  const tokens = tokensOf(text);
  if (tokens.length > MOST_TOKENS) throw new TextQueryError(`more than ${MOST_TOKENS} words`);
  const query = new Parser(tokens).parse();
  return query.kind === 'everything' ? undefined : query;
}

const TOKEN =
  /\s+|(?<open>\()|(?<close>\))|"(?<phrase>(?:[^"\\]|\\.)*)"|(?<not>[-!](?=[^\s)])|NOT(?=[\s(]))|(?<and>AND(?=[\s(])|&&|\+(?=[^\s)]))|(?<or>OR(?=[\s(])|\|\|)|(?<everything>\*:\*|\*(?=[\s)]|$))|(?<field>[a-z_]+):(?=[^\s])|(?<quote>")|(?<word>(?:[^\s()"\\]|\\.)+|\\)/gu;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { groups = {} } of text.matchAll(TOKEN)) {
    const { phrase, field, word } = groups;
    if (groups['quote'] !== undefined) throw new TextQueryError('a quote without its other half');
    if (phrase !== undefined) pushWords(tokens, phrase, false);
    else if (field !== undefined) pushField(tokens, field);
    else if (word !== undefined) pushWords(tokens, word, word.endsWith('*') && !word.endsWith('\\*'));
    else pushOperator(tokens, groups);
  }
  return tokens;
}

function pushOperator(tokens: Token[], groups: Readonly<Record<string, string | undefined>>): void {
  for (const kind of ['open', 'close', 'not', 'or', 'everything'] as const) {
    if (groups[kind] !== undefined) tokens.push({ kind });
  }
  // Words side by side have to be there anyway.
  if (groups['and'] !== undefined && groups['and'] !== '+') tokens.push({ kind: 'and' });
}

/** What only looks like a field, such as the beginning of `http://…`, is a word. */
function pushField(tokens: Token[], name: string): void {
  const field = TEXT_FIELDS.find((known) => known === name);
  if (field) tokens.push({ kind: 'field', field });
  else pushWords(tokens, name, false);
}

function pushWords(tokens: Token[], text: string, isPrefix: boolean): void {
  const words = wordsOf(text.replace(/[~^][\d.]*$/u, ''));
  if (words.length > 0) tokens.push({ kind: 'words', words, isPrefix });
}

/** `OR` binds weaker than words side by side. */
class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): TextQuery {
    const query = this.#alternatives(0, undefined);
    if (this.#peek()) throw new TextQueryError('a parenthesis without its other half');
    return query;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #accept(kind: Token['kind']): boolean {
    if (this.#peek()?.kind !== kind) return false;
    this.#position += 1;
    return true;
  }

  #alternatives(depth: number, field: TextField | undefined): TextQuery {
    if (depth > DEEPEST_NESTING) throw new TextQueryError('too many parentheses in each other');
    const parts = [this.#conjunction(depth, field)];
    while (this.#accept('or')) parts.push(this.#conjunction(depth, field));
    return combine('or', parts);
  }

  #conjunction(depth: number, field: TextField | undefined): TextQuery {
    const parts: TextQuery[] = [];
    for (let next = this.#peek(); next && next.kind !== 'close' && next.kind !== 'or'; next = this.#peek()) {
      if (!this.#accept('and')) parts.push(this.#condition(depth, field));
    }
    return combine('and', parts);
  }

  #condition(depth: number, field: TextField | undefined): TextQuery {
    const token = this.#peek();
    this.#position += 1;
    switch (token?.kind) {
      case 'not':
        return this.#negation(depth, field);
      case 'open':
        return this.#group(depth, field);
      case 'field':
        return this.#condition(depth, token.field);
      case 'words':
        return {
          kind: 'words',
          words: token.words,
          isPrefix: token.isPrefix,
          ...(field === undefined ? {} : { field }),
        };
      default:
        // What has nothing behind it, such as a minus at the end, has no meaning.
        if (token !== undefined && token.kind !== 'everything') this.#position -= 1;
        return { kind: 'everything' };
    }
  }

  #negation(depth: number, field: TextField | undefined): TextQuery {
    const next = this.#peek()?.kind;
    if (next === undefined || next === 'close' || next === 'or') return { kind: 'everything' };
    return { kind: 'not', part: this.#condition(depth, field) };
  }

  #group(depth: number, field: TextField | undefined): TextQuery {
    const query = this.#alternatives(depth + 1, field);
    if (!this.#accept('close')) throw new TextQueryError('a parenthesis without its other half');
    return query;
  }
}

function combine(kind: 'and' | 'or', parts: readonly TextQuery[]): TextQuery {
  const isNeutral = (part: TextQuery) => part.kind === 'everything';
  if (kind === 'or' && parts.some(isNeutral)) return { kind: 'everything' };
  const others = parts.filter((part) => !isNeutral(part));
  const [only] = others;
  if (only === undefined) return { kind: 'everything' };
  return others.length === 1 ? only : { kind, parts: others };
}
