import type { Knex } from 'knex';
import { asInteger } from '../../../app-kit/admin/list-query.ts';
import { isUuid, uuidsFrom } from '../../../platform/uuid.ts';

/** What separates words: all of ASCII but letters and digits, as the index has it. */
const BETWEEN_WORDS = /[^0-9A-Za-z\u0080-\u{10ffff}]+/u;

/** Words of a search that are looked for, and characters of each, as the index has them. */
const MOST_WORDS = 12;
const WORD_CHARACTERS = 100;

/**
 * Narrows a query of `members`, joined with `collections`, to what somebody typed: the id of a member or of a
 * collection, or its beginning; the number of a customer; or words, each of which is the beginning of a word of the
 * composite id, the origin or the error. All but the number have an index, which Postgres takes unless so many
 * members match that the newest are found sooner by looking at them in their order.
 */
export function matchSearch(query: Knex.QueryBuilder, search: string): void {
  const text = search.trim();
  const words = wordsQuery(text);
  const customer = asInteger(text);
  const range = uuidsFrom(text);
  if (isUuid(text)) {
    query.where((or) => or.where('members.id', text).orWhere('members.collection_id', text));
  } else if (words === undefined) {
    query.whereRaw('false');
  } else {
    query.where((or) => {
      or.whereRaw('members.words @@ lower(?)::tsquery', [words]);
      if (customer !== undefined) or.orWhere('collections.customer', customer);
      if (range) {
        or.orWhereBetween('members.id', range).orWhereBetween('members.collection_id', range);
      }
    });
  }
}

/** `'fetch':* & 'refused':*`; undefined if there is no word. Postgres makes the letters small, as in the index. */
function wordsQuery(text: string): string | undefined {
  const words = text
    .split(BETWEEN_WORDS)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
    .map((word) => `'${[...word].slice(0, WORD_CHARACTERS).join('')}':*`);
  return words.length > 0 ? words.join(' & ') : undefined;
}
