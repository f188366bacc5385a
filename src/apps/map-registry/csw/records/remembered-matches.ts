import { LRUCache } from 'lru-cache';
import { listedSql, type RecordMatches, type RecordSearch } from './find-records.ts';

/** Characters of the conditions and ids that are remembered at a time, about. */
const MOST_CHARACTERS = 4 * 1_024 * 1_024;

/** Characters of a condition that is remembered; clients that page through their results send shorter ones. */
const LONGEST_CONDITION = 10_000;

const CHARACTERS_OF_AN_ID = 20;

/** What was found, and in which records. */
interface Remembered {
  readonly version: string;
  readonly matches: RecordMatches;
}

/** Remembers what fulfils a condition for as long as the records of the catalogue do not change. */
export class RememberedMatches {
  readonly #remembered = new LRUCache<string, Remembered>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ matches }, key) => key.length + (matches.firstIds.length + 5) * CHARACTERS_OF_AN_ID,
  });

  /**
   * Returns what was found in the same records before, otherwise what `find` returns.
   *
   * @param version of the records that `find` reads: both have to be read in one snapshot.
   */
  async findOnce(
    version: string,
    { catalogId, condition }: Pick<RecordSearch, 'catalogId' | 'condition'>,
    find: () => Promise<RecordMatches>,
  ): Promise<RecordMatches> {
    const { sql, bindings } = listedSql(catalogId, condition);
    const key = JSON.stringify([sql, ...bindings]);
    const known = this.#remembered.get(key);
    if (known?.version === version) return known.matches;
    const matches = await find();
    if (key.length <= LONGEST_CONDITION) this.#remembered.set(key, { version, matches });
    return matches;
  }
}
