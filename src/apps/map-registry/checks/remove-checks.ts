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

/** Removes the checks of a layer, and begins to count anew. */
export async function removeLayerChecks(transaction: Knex.Transaction, layerId: string): Promise<void> {
  const { rows } = await transaction.raw<{ rows: ForgottenLayer[] }>(
    `UPDATE map_registry.layers SET ${NO_CHECKS} WHERE id = ?::bigint RETURNING ${FORGOTTEN_LAYER}`,
    [layerId],
  );
  await removeHistory(transaction, rows);
}

/** Returns the last layer of the batch; `undefined` after the last batch. */
async function removeOfLayers(
  transaction: Knex.Transaction,
  serviceId: string,
  after: string,
): Promise<string | undefined> {
  // A harvest holds the service too before it changes layers, in another order.
  await transaction('map_registry.services').where({ id: serviceId }).forUpdate().first('id');
  const { rows: layers } = await transaction.raw<{ rows: ForgottenLayer[] }>(
    `UPDATE map_registry.layers SET ${NO_CHECKS}
     WHERE id IN (
       SELECT id FROM map_registry.layers WHERE service_id = ?::bigint AND id > ?::bigint ORDER BY id LIMIT ? FOR UPDATE
     )
     RETURNING ${FORGOTTEN_LAYER}`,
    [serviceId, after, BATCH],
  );
  if (layers.length === 0) return undefined;
  await removeHistory(transaction, layers);
  return layers.map(({ id }) => id).reduce((last, id) => (BigInt(id) > BigInt(last) ? id : last));
}

/** A layer that was never checked, as far as its counters say. */
interface ForgottenLayer {
  readonly id: string;
  readonly catalogId: string;
  readonly isListed: boolean;
}

const FORGOTTEN_LAYER = 'id, catalog_id AS "catalogId", is_valid AND NOT was_deleted AS "isListed"';

async function removeHistory(
  transaction: Knex.Transaction,
  layers: readonly ForgottenLayer[],
): Promise<void> {
  await transaction('map_registry.checks')
    .whereIn(
      'layer_id',
      layers.map(({ id }) => id),
    )
    .delete();
  const listed = layers.filter(({ isListed }) => isListed);
  await noteToIndex(
    transaction,
    listed.map(({ id, catalogId }) => ({ layerId: id, catalogId })),
    'index',
  );
}
