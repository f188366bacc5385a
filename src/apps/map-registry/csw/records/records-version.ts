/** What is in a version of one row of `map_registry.record_changes`: each transaction that changes records takes a row. */
export interface VersionedChange {
  /** How many transactions have taken the row. */
  readonly number: number;
  /** The last one of them. */
  readonly transaction: string;
}

/** Returns SQL of the name of a transaction that a row has. A restored database counts transactions anew, so that its beginning belongs to the name. */
export function transactionSql(row: 'change' | 'note'): string {
  return `${row}.transaction || '@' || extract(epoch FROM ${row}.began_at)`;
}

/**
 * Returns the statement that reads the version of the records of a catalogue, as `version`. Whatever is read in the same snapshot is of
 * that version, and any change of a record gives another one.
 *
 * @param catalogId an expression of SQL.
 */
export function recordsVersionSql(catalogId: string): string {
  return `SELECT coalesce(string_agg(id || ':' || number || ':' || ${transactionSql('change')}, ' ' ORDER BY id), '') AS version
    FROM map_registry.record_changes change WHERE catalog_id = ${catalogId}`;
}

/** Returns what a version consists of, by the ids of the rows. */
export function changesOf(version: string): ReadonlyMap<string, VersionedChange> {
  return new Map(
    version
      .split(' ')
      .filter((change) => change !== '')
      .map((change) => {
        const [id = '', number = '', transaction = ''] = change.split(':');
        return [id, { number: Number(number), transaction }];
      }),
  );
}
