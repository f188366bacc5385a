import type { TaskHandler } from '../../../queue/index.ts';
import { findCatalogById } from '../catalogs/stored-catalogs.ts';
import type { CatalogArguments } from '../registry-tasks.ts';
import { openSearchEngine } from '../search-engines/open-search-engine.ts';

/** Empties the index of a catalogue. One that is gone has no index. */
export function clearIndexHandler(): TaskHandler<CatalogArguments, null> {
  return async ({ catalogId }, { platform, signal }) => {
    const catalog = await findCatalogById(platform.database, catalogId);
    if (!catalog) return null;
    const engine = openSearchEngine(platform);
    try {
      await engine.clear(catalog, signal);
    } finally {
      await engine.close();
    }
    return null;
  };
}
