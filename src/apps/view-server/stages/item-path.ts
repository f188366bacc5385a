import { faultOfText } from '../../../platform/database/storable-text.ts';

/** The longest key of an object in S3. */
const LONGEST_PATH_BYTES = 1_024;

/** Returns why a text cannot be the path of an item; `undefined` if it can. */
export function faultOfItemPath(path: string): string | undefined {
  const isPath = path !== '' && Buffer.byteLength(path) <= LONGEST_PATH_BYTES && !faultOfText(path);
  return isPath ? undefined : `a path has from 1 to ${LONGEST_PATH_BYTES} bytes, and no NUL`;
}
