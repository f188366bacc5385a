import { setTimeout as sleep } from 'node:timers/promises';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import type { RedisKeyNames } from '../../settings.ts';
import type { Stage } from '../../stages/stage-names.ts';
import type { DemoConnections } from './demo-connections.ts';

/** How often the sets are read. */
const POLL_MILLISECONDS = 100;

/** How long all items of a stage may take, on a slow machine. */
const DEADLINE_MILLISECONDS = 180_000;

/** The names of a stage's sets. */
interface StageKeys {
  readonly success: string;
  readonly failure: string;
}

function keysOf(stage: Stage, names: RedisKeyNames): StageKeys {
  if (stage === 'preprocess') {
    return { success: names.preprocessSuccess, failure: names.preprocessFailure };
  }
  if (stage === 'register') return { success: names.registerSuccess, failure: names.registerFailure };
  return { success: names.seedSuccess, failure: names.seedFailure };
}

/** Takes items out of the sets, where an earlier demo has left them. */
export async function forgetItems(
  { redis, keys }: DemoConnections,
  stage: Stage,
  paths: readonly string[],
): Promise<void> {
  const { success, failure } = keysOf(stage, keys);
  await redis.sRem(success, [...paths]);
  await redis.sRem(failure, [...paths]);
}

/**
 * Waits until all items of a stage are in its set of successes, as a Redis client sees it.
 *
 * @param onDone is called with how many are.
 * @throws {DemoError} if one fails, with its reason, or if it takes too long.
 */
export async function waitForStage(
  connections: DemoConnections,
  stage: Stage,
  paths: readonly string[],
  onDone: (count: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { redis, keys } = connections;
  const { success, failure } = keysOf(stage, keys);
  const deadline = Date.now() + DEADLINE_MILLISECONDS;
  for (;;) {
    const failed = await redis.smIsMember(failure, [...paths]);
    const failedPath = paths.find((_path, index) => failed[index]);
    if (failedPath !== undefined) {
      const reason = await reasonOf(connections, stage, failedPath);
      throw new DemoError(`${failedPath} failed in the stage ${stage}: ${reason}`);
    }
    const done = (await redis.smIsMember(success, [...paths])).filter(Boolean).length;
    onDone(done);
    if (done === paths.length) return;
    if (Date.now() > deadline) {
      throw new DemoError(
        `${done} of ${paths.length} items are through the stage ${stage}; the others take too long`,
      );
    }
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
}

async function reasonOf({ database }: DemoConnections, stage: Stage, path: string): Promise<string> {
  const attempt: { reason: string | null } | undefined = await database('view_server.attempts AS attempt')
    .join('view_server.items AS item', 'item.id', 'attempt.item_id')
    .where({ 'item.stage': stage, 'item.path': path })
    .orderBy('attempt.number', 'desc')
    .first('attempt.reason AS reason');
  return attempt?.reason ?? 'it says no more';
}
