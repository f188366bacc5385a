import { FileStoreError } from './file-store-error.ts';

/** The longest key of an object in S3. */
const LONGEST_PATH_BYTES = 1_024;

/**
 * Refuses a path that could leave its store, or that a store cannot have.
 *
 * @throws {FileStoreError}
 */
export function checkPath(path: string): void {
  const fault = faultOfPath(path);
  if (fault !== undefined) {
    throw new FileStoreError(
      `The path ${JSON.stringify(path.slice(0, 200))} cannot be used: ${fault}.`,
      'path',
    );
  }
}

/** Refuses what cannot be the start of paths; it may be empty, and may end with a slash. @throws {FileStoreError} */
export function checkPrefix(prefix: string): void {
  const path = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  if (prefix !== '') checkPath(path);
}

/** Returns what is wrong with a path; `undefined` if it stays in its store. */
export function faultOfPath(path: string): string | undefined {
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) return `it has more than ${LONGEST_PATH_BYTES} bytes`;
  if (path === '') return 'it is empty';
  if (path.includes('\0')) return 'it has a NUL';
  if (path.startsWith('/')) return 'it is absolute';
  const segments = path.split('/');
  if (segments.includes('')) return 'it has an empty part';
  if (segments.includes('..') || segments.includes('.')) return 'it has a part "." or ".."';
  return undefined;
}
