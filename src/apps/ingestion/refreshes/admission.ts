import type { Knex } from 'knex';
import { noticesOfBegin } from '../telling/refresh-notices.ts';
import { storeNotices } from '../telling/store-notices.ts';
import { PLANS } from './plans.ts';
import type { RefreshTasks } from './refresh-tasks.ts';
import { findAdmitted, selectRefreshes } from './stored-refreshes.ts';

/** Keeps others from admitting and ending refreshes of a model until the transaction ends. */
export async function lockModel(transaction: Knex.Transaction, model: string): Promise<void> {
  await transaction.raw(`SELECT pg_advisory_xact_lock(hashtextextended('ingestion.model ' || ?, 0))`, [
    model,
  ]);
}

/**
 * Begins the refresh of a model that has waited for longest, where none runs: its first step is enqueued. The model has to be
 * locked.
 */
export async function admitNext(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  model: string,
): Promise<void> {
  if (await findAdmitted(transaction, model)) return;
  const next = await selectRefreshes(transaction)
    .where({ model })
    .whereNull('ingestion.refreshes.admitted')
    .whereNull('ingestion.refreshes.ended')
    .orderBy(['ingestion.refreshes.created', 'id'])
    .first();
  if (!next) return;
  await transaction('ingestion.refreshes')
    .where({ id: next.id })
    .update({ admitted: transaction.raw('clock_timestamp()') });
  await storeNotices(transaction, tasks, model, noticesOfBegin(next));
  await enqueueStepAt(transaction, tasks, next, 0);
}

/** Enqueues a step of a refresh, and stores which task runs it. */
export async function enqueueStepAt(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  { id, action }: { readonly id: string; readonly action: keyof typeof PLANS },
  position: number,
): Promise<void> {
  const step = PLANS[action].steps[position];
  if (!step) throw new Error(`The action ${action} has no step ${position}`);
  const taskId = await tasks.enqueueStep(transaction, step.name, { refreshId: id, position });
  await transaction('ingestion.steps').where({ refresh_id: id, position }).update({ task_id: taskId });
}
