import { types } from 'node:util';
import { PermanentTaskError } from '../../../queue/index.ts';
import { UnreadableImageError } from '../cog/cog-engine.ts';
import { UnknownCollectionError } from '../collections/collection.ts';
import { FileStoreError } from '../files/file-store-error.ts';
import { PackageError } from '../packages/package-error.ts';

/** The scratch directory cannot be used; the message says why, and what to do. */
export class ScratchDirectoryError extends Error {
  override readonly name = 'ScratchDirectoryError';
}

/** What the system calls a scratch directory that cannot be used, and what that means. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: 'is full: free some space, or point SCRATCH_DIRECTORY to a larger disk',
  EDQUOT: 'is full, as its quota is used up: raise it, or point SCRATCH_DIRECTORY elsewhere',
  EROFS: 'is read-only: point SCRATCH_DIRECTORY to a directory that can be written',
  EACCES: 'may not be written by this process: change its permissions, or SCRATCH_DIRECTORY',
  EFBIG: 'does not take a file of this size: point SCRATCH_DIRECTORY to another file system',
};

/**
 * Returns what a failure means for the item: a {@link PermanentTaskError} if another attempt would fail in the same way, such as at a broken
 * package; otherwise what is worth another attempt, such as a full disk or a store that cannot be reached.
 */
export function describeFailure(error: unknown, scratchDirectory: string): unknown {
  if (isPermanent(error)) return new PermanentTaskError(error.message, { cause: error });
  if (error instanceof FileStoreError || !types.isNativeError(error)) return error;
  if (!('syscall' in error) || !('code' in error)) return error;
  const meaning = MEANINGS[String(error.code)];
  if (meaning === undefined) return error;
  return new ScratchDirectoryError(`The scratch directory ${scratchDirectory} ${meaning} (${error.code})`, {
    cause: error,
  });
}

function isPermanent(error: unknown): error is Error {
  if (error instanceof FileStoreError) return error.isPermanent;
  return (
    error instanceof PackageError ||
    error instanceof UnreadableImageError ||
    error instanceof UnknownCollectionError
  );
}
