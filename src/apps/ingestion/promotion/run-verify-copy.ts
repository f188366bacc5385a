import { NEXT_SCHEMA } from '../databases/ingestion-databases.ts';
import { RefreshRefusedError, type RunStep, type StepContext } from '../refreshes/step.ts';
import type { Replacement } from './complete-candidate.ts';
import { type CountComparison, compareCounts } from './count-comparison.ts';
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
  const comparison = await compareWithLive(context);
  return {
    progress: { rowsDone: rows, rowsTotal: rows },
    ...(comparison ? { result: { comparison } } : {}),
    message: `${rows} rows and ${documents} documents wait for their promotion`,
  };
};

/** How the copy of the model's own table differs from the live one, for those who promote it. */
async function compareWithLive({ model, databases }: StepContext): Promise<CountComparison | undefined> {
  const own = replacementsOf(model, databases, NEXT_SCHEMA).find(
    ({ live }) => live.table === model.tables[0].name,
  );
  if (!own || model.comparedBy === undefined) return undefined;
  return compareCounts(databases.api.pool, own, model.comparedBy);
}

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
    `The copy of ${live.table} has ${count} rows, less than ${minimumPercentOfLive} % of the ${liveCount} that are live; set "force" to promote it anyway`,
  );
}
