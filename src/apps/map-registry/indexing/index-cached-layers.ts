import type { TaskHandler } from '../../../queue/index.ts';
import type { NoArguments } from '../registry-tasks.ts';
import { openSearchEngine } from '../search-engines/open-search-engine.ts';
import { mapRegistrySettings } from '../settings.ts';
import type { CatalogIndex } from './catalog-index.ts';
import { indexBatch, layersOfTransaction } from './index-batch.ts';

/** Indexes all layers that are noted, some batches in each transaction. The result is how many were indexed or removed. */
export function indexCachedLayersHandler(): TaskHandler<NoArguments, number> {
  return async (_args, { platform, signal, progress, logger }) => {
    const layerCount = layersOfTransaction(platform.settingsOf(mapRegistrySettings).indexing);
    const engine = openSearchEngine(platform);
    const indexes = new Map<string, CatalogIndex>();
    let doneCount = 0;
    try {
      for (;;) {
        signal.throwIfAborted();
        const batch = await platform.database.transaction((transaction) =>
          indexBatch(transaction, engine, layerCount, signal),
        );
        for (const { layerId, reason } of batch.refused) {
          logger.warn({ layerId, reason }, 'a layer was not indexed');
        }
        for (const index of batch.indexes) indexes.set(index.slug, index);
        doneCount += batch.indexedCount + batch.removedCount;
        progress(doneCount);
        if (batch.claimedCount < layerCount) break;
      }
      await engine.finish([...indexes.values()], signal);
    } finally {
      await engine.close();
    }
    return doneCount;
  };
}
