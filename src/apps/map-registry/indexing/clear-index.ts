import type { TaskHandler } from '../../../queue/index.ts';
import { findCatalogById, renewIndex } from '../catalogs/stored-catalogs.ts';
import type { IndexArguments } from '../registry-tasks.ts';
import { openSearchEngine } from '../search-engines/open-search-engine.ts';
import { waitForBatches } from './index-locks.ts';

/** Empties the index of a catalogue, between the batches that write to it, or removes that of a deleted one. */
export function clearIndexHandler(): TaskHandler<IndexArguments, null> {
  return async ({ catalogId, index }, { platform, signal }) => {
    const engine = openSearchEngine(platform);
    try {
      // A transaction of its own holds the lock: an engine may be another database.
      await platform.database.transaction(async (transaction) => {
        await waitForBatches(transaction);
        const catalog = await findCatalogById(transaction, catalogId);
        if (catalog) {
          await engine.clear(catalog, signal);
          await renewIndex(transaction, catalogId);
        } else if (index) {
          await engine.clear({ id: catalogId, ...index }, signal);
        }
      });
    } finally {
      await engine.close();
    }
    return null;
  };
}
