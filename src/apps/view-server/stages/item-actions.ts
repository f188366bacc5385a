import type { Knex } from 'knex';
import { endAttempt, lockAttempt } from './attempts.ts';
import { pushItems } from './push-items.ts';
import type { Stages } from './stage.ts';
import { findItem } from './stored-items.ts';

/**
 * Lets an item wait again, with the metadata of its newest attempt; one that waits already is moved to the front if that is asked for.
 *
 * @returns whether there is such an item.
 */
export async function requeueItem(
  transaction: Knex.Transaction,
  stages: Stages,
  itemId: number,
  isUrgent: boolean,
): Promise<boolean> {
  const item = await findItem(transaction, itemId);
  if (!item) return false;
  const { stage, path, collection, newest } = item;
  const items = [{ path, metadata: newest.metadata ?? undefined }];
  await pushItems(transaction, stages, { stage, collection, isUrgent, items });
  return true;
}

/**
 * Takes an item that waits out of its queue.
 *
 * @returns whether it waited.
 */
export async function withdrawItem(
  transaction: Knex.Transaction,
  stages: Stages,
  itemId: number,
): Promise<boolean> {
  const attempt = await lockAttempt(transaction, String(itemId), ['waiting']);
  if (!attempt) return false;
  if (attempt.task_id !== null) await stages.queue.deleteQueuedTasks([attempt.task_id], transaction);
  await endAttempt(transaction, stages, attempt, { state: 'withdrawn', reason: 'It was withdrawn.' });
  return true;
}
