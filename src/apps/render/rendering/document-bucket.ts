import type { Platform } from '../../../platform/platform.ts';
import type { BucketSettings, ObjectStorage } from '../../../platform/storage/object-storage.ts';
import type { RenderSettings } from '../settings.ts';

/** Opens the bucket that large documents are stored in. */
export function openDocumentBucket(
  platform: Pick<Platform, 'bucket'>,
  settings: Pick<RenderSettings, 'results'>,
): ObjectStorage {
  return platform.bucket(documentBucketOf(settings));
}

/** The bucket that large documents are stored in, and the variable that an operator changes for it. */
export function documentBucketOf({ results }: Pick<RenderSettings, 'results'>): BucketSettings {
  const variable = 'CLOUD_STORAGE_BUCKET_NAME';
  // A worker renders one document at a time.
  return {
    name: results.bucketName,
    requestsAtOnce: 1,
    variables: { name: variable, requestsAtOnce: variable },
  };
}
