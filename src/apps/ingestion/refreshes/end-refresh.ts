import type { Knex } from 'knex';
import { storableText } from '../../../platform/database/storable-text.ts';
import { admitNext, lockModel } from './admission.ts';
import type { Refresh } from './refresh.ts';
import type { RefreshTasks } from './refresh-tasks.ts';
import type { EndedState } from './states.ts';
import { lockRefresh } from './stored-refreshes.ts';

const LONGEST_ERROR_CHARACTERS = 2_000;

/** How a refresh ends. */
export interface RefreshEnd {
  readonly state: EndedState;
  /** Why, where it failed. */
  readonly error?: string | undefined;
  readonly isBadRequest?: boolean | undefined;
  /** What it came to, for people. */
  readonly message?: string | undefined;
  /** Who cancelled it, for people. */
  readonly cancelledBy?: string | undefined;
}

/**
 * Ends a refresh, and begins the next one of its model, all in the caller's transaction. A refresh that has ended stays as it
 * is.
 *
 * @returns the refresh as it was before; `undefined` where it had ended.
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
  if (!isSuccess) {
    await endSteps(transaction, id, end.state === 'cancelled' ? 'cancelled' : 'failed');
    await tasks.enqueueTidying(transaction, model);
  }
  await admitNext(transaction, tasks, model);
  return refresh;
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
