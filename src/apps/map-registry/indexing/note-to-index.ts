import type { Knex } from 'knex';

/**
 * Notes layers for the index, in the transaction that has changed them: the next `index_cached_layers` indexes or removes
 * them. What is noted later replaces what was noted before.
 */
export async function noteToIndex(
  transaction: Knex.Transaction,
  layers: readonly { readonly layerId: string; readonly catalogId: string }[],
  action: 'index' | 'remove',
): Promise<void> {
  if (layers.length === 0) return;
  // In the order of their ids, so that two transactions never wait for each other.
  await transaction.raw(
    `INSERT INTO map_registry.layers_to_index AS noted (layer_id, catalog_id, action)
     SELECT layer_id, catalog_id, ? FROM unnest(?::bigint[], ?::bigint[]) AS given (layer_id, catalog_id)
     GROUP BY layer_id, catalog_id ORDER BY layer_id
     ON CONFLICT (layer_id) DO UPDATE
     SET action = EXCLUDED.action, catalog_id = EXCLUDED.catalog_id, noted = clock_timestamp(), refusal = NULL, refused_count = 0`,
    [action, layers.map(({ layerId }) => layerId), layers.map(({ catalogId }) => catalogId)],
  );
}
