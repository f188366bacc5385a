import { NEXT_SCHEMA } from '../databases/ingestion-databases.ts';
import { RefreshRefusedError, type RunStep, type StepContext } from '../refreshes/step.ts';
import type { Replacement } from './complete-candidate.ts';
import { checkCopiedRows, checkDocuments, countRows } from './counts.ts';
import { replacementsOf } from './model-tables.ts';
import { findWaitingCopy } from './waiting-copy.ts';

/**
 * The step `verify_copy`: the copy has the rows that upstream had, and the index their documents. Before a promotion, the copy is
 * also compared with the live table: far fewer rows are a fault upstream, unless they are promoted by force.
 */
export const runVerifyCopy: RunStep = async (context) => {
  const { copy, index } = await findWaitingCopy(context);
  const replacements = replacementsOf(context.model, context.databases, NEXT_SCHEMA);
  let rows = 0;
  for (const replacement of replacements) {
    context.signal.throwIfAborted();
    const count = await checkCopiedRows(context.databases.api.pool, replacement.candidate, copy);
    if (context.refresh.action === 'PROMOTE') await checkShareOfLive(context, replacement, count);
    rows += count;
  }
  const documents = await checkDocuments(context, index);
  return {
    progress: { rowsDone: rows, rowsTotal: rows },
    message: `${rows} rows and ${documents} documents wait for their promotion`,
  };
};

async function checkShareOfLive(
  { databases, settings, refresh }: StepContext,
  { live }: Replacement,
  count: number,
): Promise<void> {
  const { minimumPercentOfLive } = settings.promotion;
  if (refresh.isForced || minimumPercentOfLive === 0) return;
  const liveCount = await countRows(databases.api.pool, live);
  if (count * 100 >= liveCount * minimumPercentOfLive) return;
  throw new RefreshRefusedError(
    `The copy of ${live.table} has ${count} rows, less than ${minimumPercentOfLive} % of the ${liveCount} that are live; "force" promotes it nevertheless`,
  );
}
