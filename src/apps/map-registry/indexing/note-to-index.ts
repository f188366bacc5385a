import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';

/** What a layer is noted for. It is shown to operators; the index decides by what the layer is when it is read. */
export type IndexAction = 'index' | 'remove';

/** A layer that is noted for the index. */
export interface NotedLayer {
  readonly layerId: string;
  readonly catalogId: string;
}

/**
 * Notes layers for the index, in the transaction that has changed them: the next `index_cached_layers` indexes those that belong into the
 * index, and removes the others. What is noted later replaces what was noted before.
 */
export async function noteToIndex(
  transaction: Knex.Transaction,
  layers: readonly NotedLayer[],
  action: IndexAction,
): Promise<void> {
  await noteActions(
    transaction,
    layers.map((layer) => ({ ...layer, action })),
  );
}

/**
 * Likewise with an action for each layer. No layer is given twice. A transaction notes all its layers by one call: the
 * rows are locked in the order of their ids, so that two transactions never wait for each other.
 */
export async function noteActions(
  transaction: Knex.Transaction,
  layers: readonly (NotedLayer & { readonly action: IndexAction })[],
): Promise<void> {
  if (layers.length === 0) return;
  await transaction.raw(
    `INSERT INTO map_registry.layers_to_index AS noted (layer_id, catalog_id, action)
     SELECT DISTINCT ON (layer_id) layer_id, catalog_id, action
     FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS given (layer_id, catalog_id, action)
     ORDER BY layer_id
     ON CONFLICT (layer_id) DO UPDATE
     SET action = EXCLUDED.action, catalog_id = EXCLUDED.catalog_id, noted = clock_timestamp(), refusal = NULL, refused_count = 0`,
    [
      arrayLiteral(layers.map(({ layerId }) => layerId)),
      arrayLiteral(layers.map(({ catalogId }) => catalogId)),
      arrayLiteral(layers.map(({ action }) => action)),
    ],
  );
}

/** Notes all layers of services for the index, however many they are. */
export async function noteLayersOfServices(
  transaction: Knex.Transaction,
  serviceIds: readonly string[],
): Promise<void> {
  await transaction.raw(
    `INSERT INTO map_registry.layers_to_index AS noted (layer_id, catalog_id, action)
     SELECT id, catalog_id, 'index' FROM map_registry.layers WHERE service_id = ANY (?::bigint[]) ORDER BY id
     ON CONFLICT (layer_id) DO UPDATE
     SET action = EXCLUDED.action, catalog_id = EXCLUDED.catalog_id, noted = clock_timestamp(), refusal = NULL, refused_count = 0`,
    [arrayLiteral(serviceIds)],
  );
}
