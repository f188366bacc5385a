import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileStore, StoredFile } from '../files/file-store.ts';
import { FileStoreError } from '../files/file-store-error.ts';
import { PackageError } from '../packages/package-error.ts';
import { ScratchDirectoryError } from './failures.ts';

/** How a package is downloaded. */
export interface Download {
  readonly maximumBytes: number;
  readonly signal: AbortSignal;
  readonly reportProgress: (share: number) => void;
}

/**
 * Copies a package of a store to a file of this machine.
 *
 * @throws {PackageError} it has too many bytes.
 * @throws {FileStoreError}
 * @throws {ScratchDirectoryError} the disk has no room for it.
 */
export async function download(
  store: FileStore,
  path: string,
  file: string,
  { maximumBytes, signal, reportProgress }: Download,
): Promise<StoredFile> {
  const found = await store.find(path, signal);
  if (!found) throw new FileStoreError(`${store.url} has no package ${path}`, 'missing');
  if (found.sizeBytes > maximumBytes) throw tooLarge(maximumBytes);
  await refuseFullDisk(dirname(file), found.sizeBytes);
  const content = await store.open(path, signal);
  await using handle = await open(file, 'wx', 0o600);
  let bytes = 0;
  await handle.writeFile(counted());
  if (bytes !== found.sizeBytes) {
    throw new FileStoreError(
      `${store.url} sent ${bytes} of the ${found.sizeBytes} bytes of ${path}`,
      'other',
    );
  }
  return found;

  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      signal.throwIfAborted();
      bytes += chunk.length;
      if (bytes > maximumBytes) throw tooLarge(maximumBytes);
      reportProgress(bytes / Math.max(found?.sizeBytes ?? 0, 1));
      yield chunk;
    }
  }
}

function tooLarge(maximumBytes: number): PackageError {
  return new PackageError(`The package has more than ${maximumBytes} bytes (PREPROCESSOR_MAX_PACKAGE_BYTES)`);
}

async function refuseFullDisk(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > neededBytes) return;
  throw new ScratchDirectoryError(
    `The package has ${neededBytes} bytes, and the disk of SCRATCH_DIRECTORY has ${bavail * bsize} free: free some space`,
  );
}
