import type { Platform } from '../../../platform/platform.ts';
import type { ObjectStorage } from '../../../platform/storage/object-storage.ts';
import { mapRegistrySettings } from '../settings.ts';

/** Opens the bucket that thumbnails and tiles are kept in: thumbnails below `thumbnails/`, tiles below `tiles/`. */
export function openRegistryBucket(platform: Pick<Platform, 'bucket' | 'settingsOf'>): ObjectStorage {
  const { bucketName, requestsAtOnce } = platform.settingsOf(mapRegistrySettings).storage;
  return platform.bucket({
    name: bucketName,
    requestsAtOnce,
    variables: { name: 'REGISTRY_S3_BUCKET', requestsAtOnce: 'REGISTRY_S3_REQUESTS' },
  });
}
