import type { Database } from '../../../platform/database/connection.ts';
import { PLANS } from './plans.ts';
import type { Refresh } from './refresh.ts';
import type { StepArguments } from './refresh-tasks.ts';
import { findRefresh, lockRefresh } from './stored-refreshes.ts';
import { findStep } from './stored-steps.ts';

/**
 * Stores that a step runs, and puts its refresh into the step's state.
 *
 * @returns the refresh; `undefined` if the step has nothing to do any more, as it or its refresh has ended.
 */
export function beginStep(
  database: Database,
  { refreshId, position }: StepArguments,
): Promise<Refresh | undefined> {
  return database.transaction(async (transaction) => {
    const refresh = await lockRefresh(transaction, refreshId);
    const step = await findStep(transaction, refreshId, position);
    if (!refresh || refresh.ended !== null || refresh.admitted === null) return undefined;
    if (step?.state !== 'waiting' && step?.state !== 'running') return undefined;
    const planned = PLANS[refresh.action].steps[position];
    if (!planned) return undefined;
    await transaction('ingestion.refreshes').where({ id: refreshId }).update({ state: planned.state });
    await transaction('ingestion.steps')
      .where({ refresh_id: refreshId, position })
      .update({ state: 'running', began: transaction.raw('coalesce(began, clock_timestamp())') });
    return findRefresh(transaction, refreshId);
  });
}
