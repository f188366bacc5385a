import { LRUCache } from 'lru-cache';
import { listedSql, type RecordMatches, type RecordSearch } from './find-records.ts';

/** Bytes of the conditions and ids that are remembered at a time, about. */
const MOST_BYTES = 16 * 1_024 * 1_024;

/** Characters of a condition that is remembered; clients that page through their results send shorter ones. */
const LONGEST_CONDITION = 10_000;

/** Bytes of what is remembered of a condition besides its text and the ids. */
const FURTHER_BYTES = 500;

/** What fulfils a condition in one version of the records. */
export interface VersionedMatches {
  readonly version: string;
  readonly matches: RecordMatches;
}

/** Remembers what fulfils a condition. It is true as long as the records of the catalogue have the same version. */
export class RememberedMatches {
  readonly #remembered = new LRUCache<string, VersionedMatches>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ matches }, key) => 2 * key.length + matches.ids.byteLength + FURTHER_BYTES,
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
