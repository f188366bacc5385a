import { type FieldWords, TEXT_FIELDS, type TextField } from '../../indexing/words.ts';
import type { TextQuery } from '../text-query.ts';

/** Weights tell the three large fields apart; the words of all others are stored with the field's name too. */
const WEIGHTS: Readonly<Partial<Record<TextField, string>>> = { title: 'A', keywords: 'B', abstract: 'C' };

const WEIGHT_OF_OTHERS = 'D';

/** The weights of the fields that people wrote, and not machines. */
export const PROSE_WEIGHTS = 'abc';

/** The greatest position that a `tsvector` holds. */
const LAST_POSITION = 16_383;

/** Returns the words of a layer as Postgres reads a `tsvector`. Words are letters and digits, so that nothing needs quoting. */
export function wordsVector(words: FieldWords): string {
  const positions = new Map<string, string[]>();
  let next = 1;
  const add = (word: string, position: number, weight: string) => {
    const known = positions.get(word);
    const written = `${Math.min(position, LAST_POSITION)}${weight}`;
    if (known) known.push(written);
    else positions.set(word, [written]);
  };
  for (const field of TEXT_FIELDS) {
    const weight = WEIGHTS[field] ?? WEIGHT_OF_OTHERS;
    for (const text of words[field]) {
      for (const [index, word] of text.entries()) {
        add(word, next + index, weight);
        if (WEIGHTS[field] === undefined) add(namedWord(field, word), next + index, weight);
      }
      // So that no phrase reaches from one text to the next.
      next += text.length + 1;
    }
  }
  return [...positions].map(([word, all]) => `'${word}':${all.join()}`).join(' ');
}

/** Returns a query as Postgres reads a `tsquery`. It is not for {@link TextQuery} `everything` alone. */
export function wordsQuery(query: Exclude<TextQuery, { readonly kind: 'everything' }>): string {
  switch (query.kind) {
    case 'words':
      return phraseQuery(query);
    case 'not':
      return `!(${partQuery(query.part)})`;
    default:
      return query.parts.map((part) => `(${partQuery(part)})`).join(query.kind === 'and' ? ' & ' : ' | ');
  }
}

/** Everything within a larger query is what has the word of its own, or has it not. */
function partQuery(query: TextQuery): string {
  return query.kind === 'everything' ? `('${ABSENT_WORD}' | !'${ABSENT_WORD}')` : wordsQuery(query);
}

const ABSENT_WORD = '=';

function phraseQuery({ words, isPrefix, field }: Extract<TextQuery, { kind: 'words' }>): string {
  const weight = field === undefined ? '' : (WEIGHTS[field] ?? '');
  const isNamed = field !== undefined && weight === '';
  const written = words.map((word, index) => {
    const beginning = isPrefix && index === words.length - 1 ? '*' : '';
    const suffix = beginning + weight;
    return `'${isNamed ? namedWord(field, word) : word}'${suffix === '' ? '' : `:${suffix}`}`;
  });
  return written.length === 1 ? (written[0] ?? '') : `(${written.join(' <-> ')})`;
}

function namedWord(field: TextField, word: string): string {
  return `${field}=${word}`;
}
