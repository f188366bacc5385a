import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { TileObjects } from '../../../map-kit/tile-cache/tile-objects.ts';
import type { Platform } from '../../../platform/platform.ts';
import { ObjectStorageError } from '../../../platform/storage/object-storage-error.ts';
import { openRegistryBucket } from '../storage/registry-bucket.ts';

/** What the keys of all tiles in the bucket start with. */
export const TILE_PREFIX = 'tiles/';

/** Opens the tiles in the bucket of the registry. */
export function openTileObjects(platform: Pick<Platform, 'bucket' | 'settingsOf'>): TileObjects {
  const bucket = openRegistryBucket(platform);
  return {
    async get(key, sizeBytes, signal) {
      try {
        const { body } = await bucket.readOwn(key, { lengthBytes: sizeBytes, signal });
        return await buffer(addAbortSignal(signal, body));
      } catch (error) {
        if (error instanceof ObjectStorageError && error.isMissingObject) return undefined;
        throw error;
      }
    },
    put: (key, content, contentType, signal) => bucket.put(key, content, contentType, signal),
    remove: (keys, signal) => bucket.remove(keys, signal),
  };
}
