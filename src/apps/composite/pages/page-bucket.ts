import type { Platform } from '../../../platform/platform.ts';
import type { BucketSettings, ObjectStorage } from '../../../platform/storage/object-storage.ts';
import { type CompositeSettings, compositeSettings } from '../settings.ts';

/** Opens the bucket that pages are stored in. */
export function openPageBucket(platform: Pick<Platform, 'bucket' | 'settingsOf'>): ObjectStorage {
  return platform.bucket(pageBucketOf(platform.settingsOf(compositeSettings)));
}

/** The bucket that pages are stored in, and the variables that an operator changes for it. */
export function pageBucketOf({ storage }: Pick<CompositeSettings, 'storage'>): BucketSettings {
  return {
    name: storage.bucketName,
    requestsAtOnce: storage.uploadThreads,
    variables: { name: 'DLCS_S3_BUCKET_NAME', requestsAtOnce: 'DLCS_S3_UPLOAD_THREADS' },
  };
}
