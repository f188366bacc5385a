import type { RedisKeyNames } from '../settings.ts';
import type { ItemSet } from '../stages/item-sets.ts';
import type { WaitingList } from '../stages/waiting-items.ts';

/** What a key is a view of. */
export type RedisKey =
  | { readonly type: 'list'; readonly list: WaitingList }
  | { readonly type: 'set'; readonly set: ItemSet };

/** Returns all keys by their names. */
export function redisKeys(names: RedisKeyNames): ReadonlyMap<string, RedisKey> {
  const list = (stage: WaitingList['stage'], hasMetadata = false): RedisKey => ({
    type: 'list',
    list: { stage, hasMetadata },
  });
  const set = (stage: ItemSet['stage'], kind: ItemSet['kind']): RedisKey => ({
    type: 'set',
    set: { stage, kind },
  });
  return new Map([
    [names.preprocessMetadataQueue, list('preprocess', true)],
    [names.preprocessQueue, list('preprocess')],
    [names.preprocessProgress, set('preprocess', 'running')],
    [names.preprocessSuccess, set('preprocess', 'success')],
    [names.preprocessFailure, set('preprocess', 'failure')],
    [names.registerQueue, list('register')],
    [names.registerProgress, set('register', 'running')],
    [names.registerSuccess, set('register', 'success')],
    [names.registerFailure, set('register', 'failure')],
    [names.seedQueue, list('seed')],
    [names.seedProgress, set('seed', 'running')],
    [names.seedSuccess, set('seed', 'success')],
    [names.seedFailure, set('seed', 'failure')],
  ]);
}
