import type { Knex } from 'knex';
import { type Attempt, endAttempt, lockAttempt } from './attempts.ts';
import type { Stage, Stages } from './stage.ts';
import type { Lease } from './waiting-items.ts';

/** An outside worker says something of an item that a worker of this server has. */
export class ItemInWorkError extends Error {
  override readonly name = 'ItemInWorkError';

  constructor(path: string) {
    super(`'${path}' is in work by this server`);
  }
}

/** An item that an outside worker says something of. */
export interface OutsideItem {
  readonly stage: Stage;
  readonly path: string;
  /** Where the path is new. */
  readonly collection: string;
}

/**
 * Stores that an outside worker works on an item, for the time of the lease. One that waits does not wait any more.
 *
 * @returns whether it was not in work before.
 * @throws {ItemInWorkError}
 */
export async function beginOutside(
  transaction: Knex.Transaction,
  stages: Stages,
  item: OutsideItem,
  { seconds, worker }: Lease,
): Promise<boolean> {
  const attempt = await attemptOf(transaction, stages, item);
  if (attempt.state === 'running') return false;
  await transaction('view_server.attempts')
    .where({ item_id: attempt.item_id, number: attempt.number })
    .update({
      state: 'running',
      worker,
      task_id: null,
      began: transaction.raw('clock_timestamp()'),
      ended: null,
      leased_until: transaction.raw(`clock_timestamp() + ? * interval '1 second'`, [seconds]),
    });
  await transaction('view_server.items').where({ id: attempt.item_id }).update({ outcome: null });
  return true;
}

/**
 * Stores how an outside worker's item ended.
 *
 * @returns whether it had not ended so before.
 * @throws {ItemInWorkError}
 */
export async function endOutside(
  transaction: Knex.Transaction,
  stages: Stages,
  item: OutsideItem,
  outcome: 'success' | 'failure',
): Promise<boolean> {
  const { stage, path } = item;
  const known = await transaction('view_server.items')
    .where({ stage, path, outcome })
    .forUpdate()
    .first('id');
  if (known) return false;
  const attempt = await attemptOf(transaction, stages, item);
  await endAttempt(
    transaction,
    stages,
    attempt,
    outcome === 'success'
      ? { state: 'succeeded' }
      : { state: 'failed', reason: 'An outside worker said that it failed.' },
  );
  return true;
}

/**
 * Stores that an outside worker works on an item no more, and has not said how it ended.
 *
 * @returns whether it was in work.
 * @throws {ItemInWorkError}
 */
export async function abandonOutside(
  transaction: Knex.Transaction,
  stages: Stages,
  { stage, path }: Pick<OutsideItem, 'stage' | 'path'>,
): Promise<boolean> {
  const item = await transaction<{ id: string; stage: string; path: string }>('view_server.items')
    .where({ stage, path })
    .first('id');
  const attempt = item && (await lockAttempt(transaction, item.id, ['running']));
  if (!attempt) return false;
  refuseOwn(attempt, path);
  await endAttempt(transaction, stages, attempt, { state: 'withdrawn' });
  return true;
}

/** Finds the attempt that is meant: the one that runs, else the one that waits, else the one that was taken; or adds one. */
async function attemptOf(
  transaction: Knex.Transaction,
  stages: Stages,
  { stage, path, collection }: OutsideItem,
): Promise<Attempt> {
  const itemId = await storeItem(transaction, { stage, path, collection });
  const open =
    (await lockAttempt(transaction, itemId, ['running'])) ??
    (await lockAttempt(transaction, itemId, ['waiting'])) ??
    (await withdrawnLast(transaction, itemId));
  if (open) {
    refuseOwn(open, path);
    if (open.state === 'waiting' && open.task_id !== null) {
      await stages.queue.deleteQueuedTasks([open.task_id], transaction);
    }
    return open;
  }
  const [added] = await transaction<Attempt>('view_server.attempts')
    .insert({
      item_id: itemId,
      number: transaction.raw(
        '1 + coalesce((SELECT max(number) FROM view_server.attempts WHERE item_id = ?), 0)',
        [itemId],
      ),
      stage,
      state: 'withdrawn',
      position: transaction.raw(`nextval('view_server.positions')`),
    })
    .returning('*');
  if (!added) throw new Error(`No attempt was added for ${path}`);
  return added;
}

async function withdrawnLast(transaction: Knex.Transaction, itemId: string): Promise<Attempt | undefined> {
  const newest = await transaction<Attempt>('view_server.attempts')
    .where('item_id', itemId)
    .orderBy('number', 'desc')
    .first();
  return newest?.state === 'withdrawn' ? newest : undefined;
}

async function storeItem(
  transaction: Knex.Transaction,
  { stage, path, collection }: OutsideItem,
): Promise<string> {
  await transaction.raw('INSERT INTO view_server.collections (name) VALUES (?) ON CONFLICT DO NOTHING', [
    collection,
  ]);
  const { rows } = await transaction.raw<{ rows: { id: string }[] }>(
    `INSERT INTO view_server.items AS stored (stage, path, collection) VALUES (?, ?, ?)
     ON CONFLICT (stage, path) DO UPDATE SET collection = stored.collection RETURNING id`,
    [stage, path, collection],
  );
  const [item] = rows;
  if (!item) throw new Error(`The item ${path} was not stored`);
  return item.id;
}

/** A lease of an outside worker has a limit of time; a task of this server has none. */
function refuseOwn({ state, task_id }: Attempt, path: string): void {
  if (state === 'running' && task_id !== null) throw new ItemInWorkError(path);
}
