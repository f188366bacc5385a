import type { Knex } from 'knex';
import type { TaskHandler } from '../../../queue/index.ts';
import { noteToIndex } from '../indexing/note-to-index.ts';
import type { ServiceArguments } from '../registry-tasks.ts';

/** Layers whose checks are removed in one transaction. */
const BATCH = 500;

/** SQL: nothing was counted yet. */
const NO_CHECKS = `check_count = 0, success_count = 0, recent_checks = 0, failures_in_row = 0, first_check = NULL,
  last_check = NULL, last_status = NULL, last_message = NULL`;

/**
 * Makes the function that removes the checks of a service and of its layers, and begins to count anew. What is removed in one
 * transaction is counted in it too, so that checks that end meanwhile are either gone or counted.
 */
export function removeServiceChecksHandler(): TaskHandler<ServiceArguments, null> {
  return async ({ serviceId }, { platform, signal }) => {
    const { database } = platform;
    await database.transaction(async (transaction) => {
      await transaction.raw(`UPDATE map_registry.services SET ${NO_CHECKS} WHERE id = ?::bigint`, [
        serviceId,
      ]);
      await transaction('map_registry.checks').where({ service_id: serviceId }).delete();
    });
    let after: string | undefined = '0';
    while (after !== undefined) {
      signal.throwIfAborted();
      const from: string = after;
      after = await database.transaction((transaction) => removeOfLayers(transaction, serviceId, from));
    }
    return null;
  };
}

/** Returns the last layer of the batch; `undefined` after the last batch. */
async function removeOfLayers(
  transaction: Knex.Transaction,
  serviceId: string,
  after: string,
): Promise<string | undefined> {
  const { rows: layers } = await transaction.raw<{
    rows: { id: string; catalogId: string; isListed: boolean }[];
  }>(
    `UPDATE map_registry.layers SET ${NO_CHECKS}
     WHERE id IN (
       SELECT id FROM map_registry.layers WHERE service_id = ?::bigint AND id > ?::bigint ORDER BY id LIMIT ? FOR UPDATE
     )
     RETURNING id, catalog_id AS "catalogId", is_valid AND NOT was_deleted AS "isListed"`,
    [serviceId, after, BATCH],
  );
  if (layers.length === 0) return undefined;
  const ids = layers.map(({ id }) => id);
  await transaction('map_registry.checks').whereIn('layer_id', ids).delete();
  const listed = layers.filter(({ isListed }) => isListed);
  await noteToIndex(
    transaction,
    listed.map(({ id, catalogId }) => ({ layerId: id, catalogId })),
    'index',
  );
  return ids.reduce((last, id) => (BigInt(id) > BigInt(last) ? id : last));
}
