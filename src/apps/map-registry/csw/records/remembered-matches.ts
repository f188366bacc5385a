import { LRUCache } from 'lru-cache';
import { listedSql, type RecordMatches, type RecordSearch } from './find-records.ts';

/** Characters of the conditions and ids that are remembered at a time, about. */
const MOST_CHARACTERS = 4 * 1_024 * 1_024;

/** Characters of a condition that is remembered; clients that page through their results send shorter ones. */
const LONGEST_CONDITION = 10_000;

const CHARACTERS_OF_AN_ID = 20;

/** What fulfils a condition in one version of the records. */
export interface VersionedMatches {
  readonly version: string;
  readonly matches: RecordMatches;
}

/** Remembers what fulfils a condition. It is true as long as the records of the catalogue have the same version. */
export class RememberedMatches {
  readonly #remembered = new LRUCache<string, VersionedMatches>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ matches }, key) => key.length + (matches.firstIds.length + 5) * CHARACTERS_OF_AN_ID,
  });

  /** Returns what was found last. */
  get(search: Pick<RecordSearch, 'catalogId' | 'condition'>): VersionedMatches | undefined {
    return this.#remembered.get(keyOf(search));
  }

  /** Remembers what was found: the version and the matches have to be read in one snapshot. */
  set(search: Pick<RecordSearch, 'catalogId' | 'condition'>, found: VersionedMatches): void {
    const key = keyOf(search);
    if (key.length <= LONGEST_CONDITION) this.#remembered.set(key, found);
  }
}

function keyOf({ catalogId, condition }: Pick<RecordSearch, 'catalogId' | 'condition'>): string {
  const { sql, bindings } = listedSql(catalogId, condition);
  return JSON.stringify([sql, ...bindings]);
}
