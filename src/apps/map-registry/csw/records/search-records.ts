import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import {
  findKnownRecords,
  findRecords,
  matchChangedRecords,
  matchRecords,
  type PublishedRecord,
  type RecordMatches,
  type RecordSearch,
} from './find-records.ts';
import { inReadTransaction, type RecordsSnapshot } from './read-transaction.ts';
import type { RememberedMatches, VersionedMatches } from './remembered-matches.ts';

/** A page of records, and how many there are in all. */
export interface FoundRecords {
  readonly total: number;
  readonly records: readonly PublishedRecord[];
}

/**
 * Returns a page of the records that fulfil a condition. The number and the records are of one snapshot. What was counted before is
 * not counted again: only records that have changed since are looked at, unless they are many.
 *
 * @throws {OgcError} as {@link findRecords}, and 503 where the search takes too long.
 */
export async function searchRecords(
  database: DatabaseOrTransaction,
  search: RecordSearch,
  remembered: RememberedMatches,
): Promise<FoundRecords> {
  const last = remembered.get(search);
  const known = last && (await findKnownRecords(database, search, last));
  if (last && known) return { total: last.matches.total, records: known };
  return inReadTransaction(
    database,
    search.catalogId,
    async (snapshot) => {
      const matches =
        (last && (await matchesSince(snapshot, search, last))) ??
        (await matchRecords(snapshot.transaction, search));
      remembered.set(search, { version: snapshot.version, matches });
      return { total: matches.total, records: await findRecords(snapshot.transaction, search, matches) };
    },
    last && areAllKnown(last.matches) ? last.version : undefined,
  );
}

/** Returns what fulfils the condition now, by what fulfilled it before; `undefined` where all records have to be searched. */
async function matchesSince(
  { transaction, version, changedIds }: RecordsSnapshot,
  search: RecordSearch,
  last: VersionedMatches,
): Promise<RecordMatches | undefined> {
  if (last.version === version) return last.matches;
  return changedIds && matchChangedRecords(transaction, search, last.matches.ids, changedIds);
}

function areAllKnown({ total, ids }: RecordMatches): boolean {
  return ids.length === total;
}
