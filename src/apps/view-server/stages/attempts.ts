import type { Knex } from 'knex';
import { storableText } from '../../../platform/database/storable-text.ts';
import { enqueueWaiting } from './enqueue-waiting.ts';
import type { Stage, Stages } from './stage.ts';
import type { AttemptState } from './stage-names.ts';

/** An attempt, as it is stored. */
export interface Attempt {
  readonly item_id: string;
  readonly number: number;
  readonly stage: Stage;
  readonly state: AttemptState;
  readonly metadata: string | null;
  readonly position: string;
  readonly delivery: number;
  readonly task_id: string | null;
  readonly lease_id: string | null;
}

/** How an attempt ended. */
export interface Ending {
  readonly state: 'succeeded' | 'failed' | 'withdrawn';
  readonly reason?: string;
}

/** The channel on which Postgres notifies that the last attempt for now has ended; the payload is the id of the item. */
export const ENDED_CHANNEL = 'view_server_ended';

const OUTCOMES = { succeeded: 'success', failed: 'failure', withdrawn: null } as const;

/** Locks an item until the transaction ends, and returns its newest attempt that is in the state. */
export async function lockAttempt(
  transaction: Knex.Transaction,
  itemId: string,
  states: readonly AttemptState[],
): Promise<Attempt | undefined> {
  await transaction('view_server.items').where({ id: itemId }).forUpdate().first('id');
  return transaction<Attempt>('view_server.attempts')
    .where('item_id', itemId)
    .whereIn('state', [...states])
    .orderBy('number', 'desc')
    .first();
}

/**
 * Ends an attempt, and with it its item: a success takes the place of an earlier failure, and the other way round. An item that was
 * pushed again in the meantime goes on waiting. The item has to be locked.
 */
export async function endAttempt(
  transaction: Knex.Transaction,
  stages: Stages,
  attempt: Attempt,
  { state, reason }: Ending,
): Promise<void> {
  await storeEnd(transaction, attempt, state, reason);
  const isWaiting = await waits(transaction, attempt.item_id);
  await transaction('view_server.items')
    .where({ id: attempt.item_id })
    .update({ outcome: isWaiting ? null : OUTCOMES[state] });
  await transaction.raw('SELECT pg_notify(?, ?)', [ENDED_CHANNEL, attempt.item_id]);
  if (isWaiting) await enqueueWaiting(transaction, stages, attempt.stage, [attempt.item_id]);
}

/**
 * Ends an attempt so that its item comes back to where it waited; or fails, if it has been given to too many workers since it was
 * pushed. The item has to be locked.
 *
 * @param state `failed` where the work failed, `lost` where its worker is gone.
 * @param taskId the task that will make the next attempt. Default: one is enqueued if the work is done by this server.
 */
export async function returnAttempt(
  transaction: Knex.Transaction,
  stages: Stages,
  attempt: Attempt,
  { state, reason, taskId }: { state: 'failed' | 'lost'; reason: string; taskId?: string },
): Promise<void> {
  if (taskId === undefined && attempt.delivery >= stages.maximumDeliveries) {
    return endAttempt(transaction, stages, attempt, { state: 'failed', reason });
  }
  await storeEnd(transaction, attempt, state, reason);
  if (!(await waits(transaction, attempt.item_id))) {
    await transaction('view_server.attempts').insert({
      item_id: attempt.item_id,
      number: attempt.number + 1,
      stage: attempt.stage,
      state: 'waiting',
      metadata: attempt.metadata,
      position: attempt.position,
      delivery: attempt.delivery + 1,
      task_id: taskId ?? null,
    });
    if (taskId !== undefined) return;
  }
  await enqueueWaiting(transaction, stages, attempt.stage, [attempt.item_id]);
}

async function storeEnd(
  transaction: Knex.Transaction,
  { item_id, number }: Attempt,
  state: AttemptState,
  reason: string | undefined,
): Promise<void> {
  await transaction('view_server.attempts')
    .where({ item_id, number })
    .update({
      state,
      reason: reason === undefined ? null : storableText(reason),
      lease_id: null,
      leased_until: null,
      ended: transaction.raw('clock_timestamp()'),
    });
}

async function waits(transaction: Knex.Transaction, itemId: string): Promise<boolean> {
  const waiting = await transaction('view_server.attempts')
    .where({ item_id: itemId, state: 'waiting' })
    .first('number');
  return waiting !== undefined;
}
