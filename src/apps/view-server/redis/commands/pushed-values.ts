import { faultOfText } from '../../../../platform/database/storable-text.ts';
import { faultOfItemPath } from '../../stages/item-path.ts';
import type { PushedItem } from '../../stages/push-items.ts';
import type { WaitingList } from '../../stages/waiting-items.ts';
import { RedisCommandError } from './command.ts';

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
  const fault = faultOfItemPath(path);
  if (fault !== undefined) throw new RedisCommandError(`ERR ${fault}`);
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
