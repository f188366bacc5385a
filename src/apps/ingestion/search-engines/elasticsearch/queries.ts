import type { estypes } from '@elastic/elasticsearch';
import type { IndexDeclaration, TextMapping } from '../../models/model.ts';
import { sensitiveFieldsOf, textFieldsOf } from '../field-values.ts';
import { plainWords } from '../plain-words.ts';
import type { SearchQuery } from '../search-engine.ts';

/** Clauses of one query. Engines accept 1,024 by default. */
const MOST_CLAUSES = 1_000;

/** How long a search may take. */
const SEARCH_TIMEOUT = '10s';

const BOOSTS: Readonly<Record<TextMapping['weight'], number>> = { A: 10, B: 4, C: 2, D: 1 };

/** The words that the filter `_english_` drops. */
const STOP_WORDS = new Set(
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  ),
);

/** The body of a search. Each word has to occur, in any text field. */
export function searchBody(
  { fields }: Pick<IndexDeclaration, 'fields'>,
  { words = '', filters = {}, limit }: SearchQuery,
) {
  const names = textFieldsOf(fields).map(
    ({ path, mapping }) => `${path.join('.')}^${BOOSTS[mapping.weight]}`,
  );
  const must = wordsOf(words)
    .filter((word) => !STOP_WORDS.has(word))
    .map((query) => ({ multi_match: { query, fields: names } }));
  const filter = Object.entries(filters).map(([name, value]) => ({ term: { [name]: value } }));
  return {
    query: { bool: { must, filter } },
    size: limit,
    timeout: SEARCH_TIMEOUT,
    track_total_hits: true,
    _source: false,
  } satisfies estypes.SearchRequest;
}

/** Returns clauses that match documents with a sensitive term, in groups that each fit into a query. */
export function termClauses(
  index: IndexDeclaration,
  terms: readonly string[],
): readonly estypes.QueryDslQueryContainer[][] {
  const fields = sensitiveFieldsOf(index);
  const texts = [...new Set(terms.map(plainWords))].filter((text) => text !== '');
  const clauses = texts.flatMap((text) =>
    fields.map(({ path, mapping }) => {
      const name = path.join('.');
      // In English text, words such as "it" are indexed in the raw field alone.
      const isRaw = mapping.hasRaw === true && wordsOf(text).every((word) => STOP_WORDS.has(word));
      return { match_phrase: { [isRaw ? `${name}.raw` : name]: text } };
    }),
  );
  const groups: estypes.QueryDslQueryContainer[][] = [];
  for (let first = 0; first < clauses.length; first += MOST_CLAUSES) {
    groups.push(clauses.slice(first, first + MOST_CLAUSES));
  }
  return groups;
}

function wordsOf(text: string): readonly string[] {
  return plainWords(text)
    .split(' ')
    .filter((word) => word !== '');
}
