import type { Platform } from '../../../platform/platform.ts';
import type { FileStoreDescription } from '../collections/collection.ts';
import { viewServerSettings } from '../settings.ts';
import { BucketStore } from './bucket-store.ts';
import type { FileStore } from './file-store.ts';
import { FolderStore } from './folder-store.ts';

/** Opens the place where a collection's files are. Its connections are the platform's, and are closed with it. */
export function openFileStore(
  platform: Pick<Platform, 'bucket' | 'settingsOf'>,
  description: FileStoreDescription,
): FileStore {
  if (description.type === 'local') return new FolderStore(description.folder);
  const { s3Requests } = platform.settingsOf(viewServerSettings).collections;
  const bucket = platform.bucket({
    name: description.bucket,
    requestsAtOnce: s3Requests,
    variables: { name: 'VIEW_SERVER_COLLECTIONS', requestsAtOnce: 'VIEW_SERVER_S3_REQUESTS' },
  });
  return new BucketStore(description.bucket, bucket, description.prefix);
}
