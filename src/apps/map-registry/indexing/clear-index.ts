import type { TaskHandler } from '../../../queue/index.ts';
import { findCatalogById } from '../catalogs/stored-catalogs.ts';
import type { CatalogArguments } from '../registry-tasks.ts';
import { openSearchEngine } from '../search-engines/open-search-engine.ts';
import { waitForBatches } from './index-locks.ts';

/** Empties the index of a catalogue, between the batches that write to it. One that is gone has no index. */
export function clearIndexHandler(): TaskHandler<CatalogArguments, null> {
  return async ({ catalogId }, { platform, signal }) => {
    const catalog = await findCatalogById(platform.database, catalogId);
    if (!catalog) return null;
    const engine = openSearchEngine(platform);
    try {
      // A transaction of its own holds the lock: an engine may be another database.
      await platform.database.transaction(async (transaction) => {
        await waitForBatches(transaction);
        await engine.clear(catalog, signal);
      });
    } finally {
      await engine.close();
    }
    return null;
  };
}
