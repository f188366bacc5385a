import type { Database } from '../../../platform/database/connection.ts';

/** Forgets which layers were noted for the index, and those that it refused. Returns how many. */
export async function dropCachedLayers(database: Database): Promise<number> {
  return database('map_registry.layers_to_index').delete();
}
