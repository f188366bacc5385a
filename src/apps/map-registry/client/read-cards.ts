import type { Database } from '../../../platform/database/connection.ts';
import type { Catalog } from '../layers/layer.ts';
import { findLayers } from '../layers/stored-layers.ts';
import { recentOf } from '../uptime.ts';
import type { LayerCard } from './cards.ts';
import { catalogPath } from './registry-page.ts';

/** Reads what cards show of layers of a catalogue. Layers that are gone, or are not public, are left out. */
export async function readCards(
  database: Database,
  catalog: Catalog,
  layerIds: readonly string[],
): Promise<readonly LayerCard[]> {
  const layers = await findLayers(database, layerIds);
  return layers
    .filter(({ catalogId, isPublic }) => catalogId === catalog.id && isPublic)
    .map(({ id, uuid, thumbnail, checkCount, successCount, recentChecks }) => ({
      id,
      thumbnail: thumbnail === null ? null : `${catalogPath(catalog)}/layer/${uuid}/thumbnail`,
      uptime: { checkCount, successCount, recent: recentOf(recentChecks, checkCount) },
    }));
}
