import type { Knex } from 'knex';
import { asInteger } from './list-query.ts';

/** What stands between words: all of ASCII but letters and digits, as the index has it. */
const BETWEEN_WORDS = /[^0-9A-Za-z\u0080-\u{10ffff}]+/u;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The beginning of a UUID, as lists show it, long enough to be no other number. */
const UUID_START = /^[0-9a-f]{6,8}(-[0-9a-f-]{0,27})?$/i;

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
  if (UUID.test(text)) {
    query.where((or) => or.where('members.id', text).orWhere('members.collection_id', text));
  } else if (words === undefined) {
    query.whereRaw('false');
  } else {
    query.where((or) => {
      or.whereRaw('members.words @@ lower(?)::tsquery', [words]);
      if (customer !== undefined) or.orWhere('collections.customer', customer);
      if (UUID_START.test(text)) {
        const range = rangeOf(text);
        or.orWhereBetween('members.id', range).orWhereBetween('members.collection_id', range);
      }
    });
  }
}

/** `'fetch':* & 'refused':*`; undefined where there is no word. Postgres makes the letters small, as in the index. */
function wordsQuery(text: string): string | undefined {
  const words = text
    .split(BETWEEN_WORDS)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
    .map((word) => `'${[...word].slice(0, WORD_CHARACTERS).join('')}':*`);
  return words.length > 0 ? words.join(' & ') : undefined;
}

/** The first and the last UUID that begin so. */
function rangeOf(start: string): [string, string] {
  const digits = start.replaceAll('-', '').slice(0, 32);
  return [asUuid(digits.padEnd(32, '0')), asUuid(digits.padEnd(32, 'f'))];
}

function asUuid(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
