import { faultOfText } from '../../../../platform/database/storable-text.ts';
import type { PushedItem } from '../../stages/push-items.ts';
import type { WaitingList } from '../../stages/waiting-items.ts';
import { RedisCommandError } from './command.ts';

/** The longest key of an object in S3. */
const LONGEST_PATH_BYTES = 1_024;

/**
 * Reads what is pushed to a list: a path, or JSON with a path.
 *
 * @throws {RedisCommandError}
 */
export function readPushed({ hasMetadata }: WaitingList, value: string): PushedItem {
  if (!hasMetadata) return { path: readPath(value) };
  if (faultOfText(value)) throw new RedisCommandError('ERR the JSON has a character that cannot be stored');
  return { path: readPath(pathIn(value)), metadata: value };
}

/** Refuses a path that cannot be one. @throws {RedisCommandError} */
export function readPath(path: string): string {
  if (path === '' || Buffer.byteLength(path) > LONGEST_PATH_BYTES || faultOfText(path)) {
    throw new RedisCommandError(`ERR a path has from 1 to ${LONGEST_PATH_BYTES} bytes, and no NUL`);
  }
  return path;
}

function pathIn(json: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new RedisCommandError('ERR the value is not JSON');
  }
  if (typeof parsed === 'object' && parsed !== null && 'path' in parsed && typeof parsed.path === 'string') {
    return parsed.path;
  }
  throw new RedisCommandError('ERR the JSON has to be an object with a text "path"');
}
