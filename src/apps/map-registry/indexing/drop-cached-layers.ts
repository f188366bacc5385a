import type { Database } from '../../../platform/database/connection.ts';

/**
 * Forgets which layers were noted for the index, and those that it refused. Layers that are gone, and
 * wait to be removed, stay noted: `index_all` could not make up for them, and they would stay in the index. Returns how many were forgotten.
 */
export async function dropCachedLayers(database: Database): Promise<number> {
  return database('map_registry.layers_to_index AS noted')
    .whereExists(database('map_registry.layers').whereRaw('layers.id = noted.layer_id'))
    .orWhereNotNull('noted.refusal')
    .delete();
}
