import type { Knex } from 'knex';
import { storableText } from '../../../platform/database/storable-text.ts';
import { noticesOfFailure } from '../telling/refresh-notices.ts';
import { storeCallback } from '../telling/store-callback.ts';
import { storeNotices } from '../telling/store-notices.ts';
import type { Action } from './actions.ts';
import { admitNext, lockModel } from './admission.ts';
import type { Refresh } from './refresh.ts';
import type { Notice, RefreshTasks } from './refresh-tasks.ts';
import type { EndedState } from './states.ts';
import { lockRefresh } from './stored-refreshes.ts';

const LONGEST_ERROR_CHARACTERS = 2_000;

/** What these replace can be removed. */
const TIDIED_AFTER: readonly Action[] = ['INGEST_UPSTREAM', 'PROMOTE'];

/** How a refresh ends. */
export interface RefreshEnd {
  readonly state: EndedState;
  /** Why, where it failed. */
  readonly error?: string | undefined;
  readonly isBadRequest?: boolean | undefined;
  /** Where it was thrown, if it was not expected. */
  readonly stack?: string | undefined;
  /** What it came to, for people. */
  readonly message?: string | undefined;
  /** Who cancelled it, for people. */
  readonly cancelledBy?: string | undefined;
}

/**
 * Ends a refresh, and begins the next one of its model, all in the caller's transaction. A refresh that has ended stays as it
 * is.
 *
 * @returns the refresh as it was before; `undefined` if it had ended.
 */
export async function endRefresh(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  { id, model }: Pick<Refresh, 'id' | 'model'>,
  end: RefreshEnd,
): Promise<Refresh | undefined> {
  await lockModel(transaction, model);
  const refresh = await lockRefresh(transaction, id);
  if (!refresh || refresh.ended !== null) return undefined;
  const isSuccess = end.state === 'ready' || end.state === 'done';
  await transaction('ingestion.refreshes')
    .where({ id })
    .update({
      state: end.state,
      error: shortened(end.error),
      is_bad_request: end.isBadRequest ?? false,
      message: shortened(end.message),
      cancelled_by: end.cancelledBy,
      ...(isSuccess ? { progress: 100 } : {}),
      ended: transaction.raw('clock_timestamp()'),
    });
  await storeCallback(transaction, tasks, refresh);
  if (end.state === 'failed' || end.state === 'cancelled') {
    await endSteps(transaction, id, end.state);
    await storeNotices(transaction, tasks, model, noticesOfFailure(refresh, { ...end, state: end.state }));
    await cancelFollower(transaction, tasks, refresh);
  }
  // Also after a success, which can leave behind what it replaces.
  if (!isSuccess || TIDIED_AFTER.includes(refresh.action)) await tasks.enqueueTidying(transaction, model);
  await admitNext(transaction, tasks, model);
  return refresh;
}

/**
 * Makes a success of a refresh that failed after it had changed what is live, as what was left of it is done now. Its caller is
 * notified again. The model has to be locked.
 */
export async function amendRefresh(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  id: string,
  { message, notices }: { readonly message: string; readonly notices: readonly Notice[] },
): Promise<void> {
  const refresh = await lockRefresh(transaction, id);
  if (refresh?.state !== 'failed') return;
  await transaction('ingestion.refreshes')
    .where({ id })
    .update({ state: 'done', error: null, message: shortened(message), progress: 100 });
  await transaction('ingestion.steps').where({ refresh_id: id }).update({ state: 'done' });
  await storeNotices(transaction, tasks, refresh.model, notices);
  await storeCallback(transaction, tasks, refresh);
}

/** Cancels the rest of a chain, one refresh after another. */
async function cancelFollower(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  { id, model, action }: Refresh,
): Promise<void> {
  const [followerId] = await transaction('ingestion.refreshes')
    .where({ follows: id })
    .whereNull('ended')
    .pluck<string[]>('id');
  if (followerId === undefined) return;
  const message = `${action} before it in its chain was not successful`;
  await endRefresh(transaction, tasks, { id: followerId, model }, { state: 'cancelled', message });
}

/** The step that runs has failed, or was cancelled; those behind it will not come. */
async function endSteps(
  transaction: Knex.Transaction,
  refreshId: string,
  state: 'failed' | 'cancelled',
): Promise<void> {
  const now = transaction.raw('clock_timestamp()');
  await transaction('ingestion.steps')
    .where({ refresh_id: refreshId, state: 'running' })
    .update({ state, ended: now });
  await transaction('ingestion.steps')
    .where({ refresh_id: refreshId, state: 'waiting' })
    .update({ state: 'cancelled', ended: now });
}

function shortened(text: string | undefined): string | undefined {
  return text === undefined ? undefined : storableText(text).slice(0, LONGEST_ERROR_CHARACTERS);
}
