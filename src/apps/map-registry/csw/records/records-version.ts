/**
 * Returns the statement that reads the version of the records of a catalogue, as `version`. Whatever is read in the same snapshot is of
 * that version, and any change of a record gives another one.
 *
 * @param catalogId an expression of SQL.
 */
export function recordsVersionSql(catalogId: string): string {
  return `SELECT coalesce(string_agg(transaction || '@' || extract(epoch FROM began_at), ' ' ORDER BY id), '') AS version
    FROM map_registry.record_changes WHERE catalog_id = ${catalogId}`;
}
