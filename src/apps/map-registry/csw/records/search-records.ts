import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import {
  findKnownRecords,
  findRecords,
  matchRecords,
  type PublishedRecord,
  type RecordSearch,
} from './find-records.ts';
import { inReadTransaction } from './read-transaction.ts';
import type { RememberedMatches } from './remembered-matches.ts';

/** A page of records, and how many there are in all. */
export interface FoundRecords {
  readonly total: number;
  readonly records: readonly PublishedRecord[];
}

/**
 * Returns a page of the records that fulfil a condition. The number and the records are of one snapshot. What was counted before is
 * counted again only if the records have changed since.
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
  return inReadTransaction(database, search.catalogId, async ({ transaction, version }) => {
    const matches = last?.version === version ? last.matches : await matchRecords(transaction, search);
    remembered.set(search, { version, matches });
    return { total: matches.total, records: await findRecords(transaction, search, matches) };
  });
}
