import type { Knex } from 'knex';
import type { LayerOfCatalog, RefusedLayer } from '../search-engines/search-engine.ts';
import { CATALOG_INDEX } from './catalog-index.ts';

/** A layer that the index has to hear of. */
export interface ClaimedLayer extends LayerOfCatalog {
  readonly action: 'index' | 'remove';
  readonly refusedCount: number;
}

/**
 * Takes noted layers for this transaction, the oldest notes first. Others do not see them meanwhile; they are noted again if
 * the transaction is undone. Those that were refused wait until they are noted anew.
 */
export async function claimLayers(
  transaction: Knex.Transaction,
  limit: number,
): Promise<readonly ClaimedLayer[]> {
  const { rows } = await transaction.raw<{ rows: ClaimedLayer[] }>(
    `WITH claimed AS (
       DELETE FROM map_registry.layers_to_index WHERE layer_id IN (
         SELECT layer_id FROM map_registry.layers_to_index WHERE refusal IS NULL
         ORDER BY noted, layer_id LIMIT ? FOR UPDATE SKIP LOCKED
       ) RETURNING layer_id, catalog_id, action, refused_count
     )
     SELECT claimed.layer_id AS "layerId", claimed.catalog_id AS "catalogId", claimed.action,
       claimed.refused_count AS "refusedCount", ${CATALOG_INDEX} AS index
     FROM claimed LEFT JOIN map_registry.catalogs c ON c.id = claimed.catalog_id`,
    [limit],
  );
  return rows;
}

/** Notes layers again that the search engine did not take, with its reasons. */
export async function noteRefusals(
  transaction: Knex.Transaction,
  claimed: readonly ClaimedLayer[],
  refused: readonly RefusedLayer[],
): Promise<void> {
  if (refused.length === 0) return;
  const layers = new Map(claimed.map((layer) => [layer.layerId, layer]));
  await transaction('map_registry.layers_to_index').insert(
    refused.map(({ layerId, reason }) => ({
      layer_id: layerId,
      catalog_id: layers.get(layerId)?.catalogId,
      action: layers.get(layerId)?.action,
      refusal: reason,
      refused_count: (layers.get(layerId)?.refusedCount ?? 0) + 1,
    })),
  );
}
