import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Database } from '../../../platform/database/connection.ts';

/** Notes that are read in one transaction. */
const BATCH_SIZE = 10_000;

/** The notes of one transaction. */
interface DroppedNotes {
  readonly count: number;
  /** `undefined` after the last ones. */
  readonly lastId: string | undefined;
}

/**
 * Forgets which layers were noted for the index, and those that it refused. Layers that are gone, and
 * wait to be removed, stay noted: `index_all` could not make up for them, and they would stay in the index. Returns how many were forgotten.
 */
export async function dropCachedLayers(database: Database): Promise<number> {
  let count = 0;
  for (let after: string | undefined = '0'; after !== undefined; ) {
    const from: string = after;
    const dropped = await database.transaction((transaction) => dropNext(transaction, from));
    count += dropped.count;
    after = dropped.lastId;
  }
  return count;
}

/** A layer that is deleted meanwhile holds its note, which is passed over, or waits to note that it has to be removed. */
async function dropNext(transaction: Knex.Transaction, afterId: string): Promise<DroppedNotes> {
  const ids: string[] = await transaction('map_registry.layers_to_index')
    .where('layer_id', '>', afterId)
    .orderBy('layer_id')
    .limit(BATCH_SIZE)
    .forUpdate()
    .skipLocked()
    .pluck('layer_id');
  if (ids.length === 0) return { count: 0, lastId: undefined };
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `DELETE FROM map_registry.layers_to_index AS noted
     WHERE layer_id = ANY (?::bigint[])
       AND (refusal IS NOT NULL OR EXISTS (SELECT FROM map_registry.layers WHERE layers.id = noted.layer_id))`,
    [arrayLiteral(ids)],
  );
  return { count: rowCount, lastId: ids.at(-1) };
}
