import { PLANS } from '../refreshes/plans.ts';
import type { Refresh } from '../refreshes/refresh.ts';
import type { StepContext, StepOutcome } from '../refreshes/step.ts';
import { lockRefresh } from '../refreshes/stored-refreshes.ts';
import { storeProgress } from '../refreshes/stored-steps.ts';
import { planSlices } from './plan-slices.ts';
import { findSourceTable } from './source-table.ts';
import { storeCompleteIndex } from './stored-index-names.ts';
import { insertSlices, type SliceTotals, totalsOf } from './stored-slices.ts';

/** The steps that go on in slices. */
const SLICED_STEPS = ['index', 'update_index'] as const;

/** The step of a refresh that goes on in slices; `undefined` if its plan has none. */
export function slicedStepOf({ action }: Pick<Refresh, 'action'>) {
  const position = PLANS[action].steps.findIndex(({ name }) =>
    SLICED_STEPS.some((sliced) => sliced === name),
  );
  const step = PLANS[action].steps[position];
  return step && { position, name: step.name };
}

/**
 * Indexes the rows of a refresh's table by tasks, one a slice. The first run prepares the index and enqueues them; the last of
 * them enqueues the step again, whose second run finishes the index.
 *
 * @param prepare makes the index ready to be written to.
 */
export async function indexInSlices(
  context: StepContext,
  indexName: string,
  prepare: () => Promise<void>,
): Promise<StepOutcome | 'in slices'> {
  const totals = await totalsOf(context.database, context.refresh.id);
  if (totals.sliceCount === 0) {
    await prepare();
    if (await enqueueSlices(context)) return 'in slices';
  } else if (totals.unfinishedCount > 0) {
    return 'in slices';
  }
  return finish(context, indexName, totals);
}

/** Returns whether there is a slice. */
async function enqueueSlices({ database, refresh, model, databases, tasks }: StepContext): Promise<boolean> {
  const { slices, rowCount } = await planSlices(await findSourceTable(refresh, model, databases));
  if (slices.length === 0) return false;
  await database.transaction(async (transaction) => {
    // A refresh that was cancelled meanwhile has no tasks.
    const locked = await lockRefresh(transaction, refresh.id);
    if (!locked || locked.ended !== null) return;
    const taskIds = await tasks.enqueueSlices(
      transaction,
      slices.map(({ number }) => ({ refreshId: refresh.id, number })),
    );
    await insertSlices(transaction, refresh.id, slices, taskIds);
    const position = slicedStepOf(refresh)?.position ?? 0;
    await storeProgress(transaction, refresh, position, { rowsDone: 0, rowsTotal: rowCount });
  });
  return true;
}

async function finish(
  { database, searchEngine, signal }: StepContext,
  indexName: string,
  totals: SliceTotals,
): Promise<StepOutcome> {
  await searchEngine.finishIndex(indexName, { signal });
  await storeCompleteIndex(database, indexName, await searchEngine.count(indexName, { signal }));
  const { rowCount, documentCount, removedCount, failedCount } = totals;
  return {
    progress: { rowsDone: rowCount, rowsTotal: rowCount },
    result: {
      indexName,
      rows: rowCount,
      documents: documentCount,
      removed: removedCount,
      failed: failedCount,
    },
    message: `${documentCount} documents are in ${indexName}; ${removedCount} rows are removed, ${failedCount} failed`,
  };
}
