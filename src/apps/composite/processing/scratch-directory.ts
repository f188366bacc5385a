import { join } from 'node:path';
import { types } from 'node:util';
import type { PlatformSettings } from '../../../platform/settings.ts';

/** Where a member's work in progress is written; whatever becomes of the member, it is removed in the end. */
export function scratchDirectoryOf(
  memberId: string,
  settings: Pick<PlatformSettings, 'scratchDirectory'>,
): string {
  return join(settings.scratchDirectory, memberId);
}

/** Work in progress could not be written; the message names the scratch directory and what to do. */
export class ScratchDirectoryError extends Error {
  override readonly name = 'ScratchDirectoryError';
}

/** What the system calls a scratch directory that cannot be used, and what that means. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: 'is full: free some space, or point SCRATCH_DIRECTORY to a larger disk',
  EDQUOT: 'is full, as its quota is used up: raise it, or point SCRATCH_DIRECTORY elsewhere',
  EFBIG: 'does not take a file of this size: point SCRATCH_DIRECTORY to another file system',
  EROFS: 'is read-only: point SCRATCH_DIRECTORY to a directory that can be written',
  EACCES: 'may not be written by this process: change its permissions, or SCRATCH_DIRECTORY',
  EPERM: 'may not be written by this process: change its permissions, or SCRATCH_DIRECTORY',
  ENOTDIR: 'is not a directory: change SCRATCH_DIRECTORY',
  EEXIST: 'is not a directory: change SCRATCH_DIRECTORY',
};

/** Connections and child processes fail with some of the same codes. */
const FILE_SYSTEM_CALLS = ['mkdir', 'open', 'write', 'close', 'copyfile', 'rename'];

/** An error of the file system in the words of the scratch directory; any other one as it is. */
export function describeScratchFailure(error: unknown, scratchDirectory: string): Error {
  const failure = types.isNativeError(error) ? error : new Error(String(error), { cause: error });
  if (!('syscall' in failure) || !('code' in failure)) return failure;
  if (!FILE_SYSTEM_CALLS.includes(String(failure.syscall))) return failure;
  const meaning = MEANINGS[String(failure.code)];
  if (meaning === undefined) return failure;
  return new ScratchDirectoryError(`The scratch directory ${scratchDirectory} ${meaning} (${failure.code})`, {
    cause: failure,
  });
}
