import type { Knex } from 'knex';
import { noticesOfStep } from '../telling/refresh-notices.ts';
import { storeNotices } from '../telling/store-notices.ts';
import { enqueueStepAt, lockModel } from './admission.ts';
import { endRefresh } from './end-refresh.ts';
import { PLANS } from './plans.ts';
import type { Refresh } from './refresh.ts';
import type { RefreshTasks, StepArguments } from './refresh-tasks.ts';
import type { StepOutcome } from './step.ts';
import { findRefresh, lockRefresh } from './stored-refreshes.ts';
import { findStep, storeProgress } from './stored-steps.ts';

/**
 * Stores that a step has ended well, and enqueues the next one, or ends the refresh, all in the caller's transaction. A step
 * that has ended, and one of a refresh that has ended, stay as they are.
 *
 * @returns whether the step has ended now.
 */
export async function endStep(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  { refreshId, position }: StepArguments,
  outcome: StepOutcome,
): Promise<boolean> {
  const refresh = await lockWithModel(transaction, refreshId);
  const step = await findStep(transaction, refreshId, position);
  if (!refresh || refresh.ended !== null || step?.state !== 'running') return false;
  await storeProgress(transaction, refresh, position, outcome.progress);
  await transaction('ingestion.steps')
    .where({ refresh_id: refreshId, position })
    .update({
      state: 'done',
      result: outcome.result === undefined ? null : JSON.stringify(outcome.result),
      ended: transaction.raw('clock_timestamp()'),
    });
  const notices = noticesOfStep(refresh.model, step.name, outcome.notices);
  await storeNotices(transaction, tasks, refresh.model, notices);
  await goOn(transaction, tasks, refresh, position, outcome);
  return true;
}

/**
 * Keeps others from changing a refresh, and from admitting others of its model. The model first, then the refresh, as everywhere:
 * otherwise two could wait for each other.
 */
export async function lockWithModel(
  transaction: Knex.Transaction,
  refreshId: string,
): Promise<Refresh | undefined> {
  const refresh = await findRefresh(transaction, refreshId);
  if (!refresh) return undefined;
  await lockModel(transaction, refresh.model);
  return lockRefresh(transaction, refreshId);
}

async function goOn(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  refresh: Refresh,
  position: number,
  { message }: StepOutcome,
): Promise<void> {
  const { steps, endState } = PLANS[refresh.action];
  if (position + 1 < steps.length) await enqueueStepAt(transaction, tasks, refresh, position + 1);
  else await endRefresh(transaction, tasks, refresh, { state: endState, message });
}
