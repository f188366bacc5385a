import type { Database } from '../../../platform/database/connection.ts';
import {
  type ForeignKeyDefinition,
  quotedName,
  quotedTable,
  readIncomingKeys,
  type TableName,
} from './table-definition.ts';

/** Returns a name of a foreign key that no other one has. */
export function uniqueNameOf({ owner, name }: ForeignKeyDefinition): string {
  return `${quotedTable(owner)}.${quotedName(name)}`;
}

/**
 * Checks the foreign keys that other tables have to a table that was swapped in. Rows that refer to none of its rows are removed,
 * as the original server did: what they were about is gone.
 *
 * @param leftKeys the unique names of those that are left as they are.
 * @returns how many rows were removed, by the name of the foreign key; keys that removed none are left out.
 */
export async function validateIncomingKeys(
  database: Database,
  live: TableName,
  leftKeys: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const keys = await database.transaction((transaction) => readIncomingKeys(transaction, live));
  const removed: Record<string, number> = {};
  for (const key of keys) {
    if (key.isValidated || leftKeys.includes(uniqueNameOf(key))) continue;
    const count = await removeOrphans(database, key);
    if (count > 0) removed[key.name] = count;
    await database.raw(`ALTER TABLE ${quotedTable(key.owner)} VALIDATE CONSTRAINT ${quotedName(key.name)}`);
  }
  return removed;
}

/** Rows with a null in the key refer to nothing, and stay. */
async function removeOrphans(
  database: Database,
  { owner, referenced, name }: ForeignKeyDefinition,
): Promise<number> {
  const { rows: pairs } = await database.raw<{ rows: { own: string; other: string }[] }>(
    `SELECT o.attname AS own, r.attname AS other
     FROM pg_constraint k, unnest(k.conkey, k.confkey) AS pair (own, other)
     JOIN pg_attribute o ON o.attnum = pair.own JOIN pg_attribute r ON r.attnum = pair.other
     WHERE k.conname = ? AND k.conrelid = to_regclass(?) AND o.attrelid = k.conrelid AND r.attrelid = k.confrelid`,
    [name, quotedTable(owner)],
  );
  const isPresent = pairs.map(({ own }) => `o.${quotedName(own)} IS NOT NULL`).join(' AND ');
  const isSame = pairs.map(({ own, other }) => `r.${quotedName(other)} = o.${quotedName(own)}`).join(' AND ');
  const { rowCount } = await database.raw<{ rowCount: number }>(
    `DELETE FROM ${quotedTable(owner)} o
     WHERE ${isPresent} AND NOT EXISTS (SELECT FROM ${quotedTable(referenced)} r WHERE ${isSame})`,
  );
  return rowCount;
}
