import { PermanentTaskError, type TaskContext } from '../../../queue/index.ts';
import { storeProduct } from '../catalogue/store-product.ts';
import { type Collection, UnknownCollectionError } from '../collections/collection.ts';
import { type Collections, openCollections } from '../collections/collections.ts';
import { openFileStore } from '../files/open-file-store.ts';
import { viewServerSettings } from '../settings.ts';
import type { ItemInWork, StageOutcome } from '../stages/run-stage.ts';
import { invalidateTiles } from '../tiles/invalidate-tiles.ts';
import { readNewProduct } from './new-product.ts';
import { pushedMetadata } from './pushed-metadata.ts';
import { writeReport } from './registration-report.ts';

/**
 * Registers the product whose files are under a prefix. The product, the success of the item, the tiles that are stale, and the push to the
 * seeder are stored in one transaction.
 */
export async function registerWork(
  { path, metadata, collection: collectionId }: ItemInWork,
  { platform, signal, progress }: TaskContext,
): Promise<StageOutcome> {
  const collections = await openCollections(platform);
  const collection = findCollection(collections, collectionId);
  const store = openFileStore(platform, collection.target);
  const pushed = metadata ?? (await pushedMetadata(platform.database, path));
  const product = await readNewProduct({ collection, store, path, pushed }, signal);
  progress(1, 2, 'storing the product');
  const { reportsFolder } = platform.settingsOf(viewServerSettings).registrar;
  return {
    nextPath: isSeeded(collections, [collectionId, ...product.collections])
      ? intervalOf(product.begins, product.ends)
      : undefined,
    async store(transaction) {
      const stored = await storeProduct(transaction, product, { replaces: collection.replacesProducts });
      // A report of a product that is not registered after all is written again by the next attempt.
      const { baseUrl } = platform.settings.web;
      if (reportsFolder !== undefined) await writeReport(reportsFolder, { product, path, baseUrl });
      // Others that draw the same collections wait from here on.
      await invalidateTiles(transaction, stored.changed);
    },
  };
}

/** How the seeder's queue has an interval. */
function intervalOf(begin: Date, end: Date): string {
  return `${begin.toISOString()}/${end.toISOString()}`;
}

/** Whether tiles are drawn ahead in any of the collections that show a product. */
function isSeeded({ list }: Collections, ids: readonly string[]): boolean {
  return list.some(({ id, seedsProducts }) => seedsProducts && ids.includes(id));
}

function findCollection(collections: Collections, id: string): Collection {
  try {
    return collections.get(id);
  } catch (error) {
    if (!(error instanceof UnknownCollectionError)) throw error;
    throw new PermanentTaskError(error.message, { cause: error });
  }
}
