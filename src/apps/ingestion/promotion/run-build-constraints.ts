import { NEXT_SCHEMA } from '../databases/ingestion-databases.ts';
import type { RunStep, StepContext } from '../refreshes/step.ts';
import { completeCandidate } from './complete-candidate.ts';
import { replacementsOf } from './model-tables.ts';
import { findWaitingCopy } from './waiting-copy.ts';

/** The step `build_constraints`: the copy gets everything that the live tables have, beside them. */
export const runBuildConstraints: RunStep = async (context) => {
  await findWaitingCopy(context);
  const built = await completeCandidates(context, NEXT_SCHEMA);
  return {
    progress: { rowsDone: built, rowsTotal: built },
    message: `${built} indices, constraints and settings are built`,
  };
};

/** Completes the tables of a model that are in a schema; returns how many statements that took. */
export async function completeCandidates(
  { model, databases, settings, signal, report }: StepContext,
  candidateSchema: string,
): Promise<number> {
  const replacements = replacementsOf(model, databases, candidateSchema);
  let before = 0;
  for (const replacement of replacements) {
    let statements = 0;
    await completeCandidate(databases.api.pool, replacement, replacements, {
      signal,
      lockMilliseconds: settings.promotion.lockMilliseconds,
      tries: settings.promotion.swapTries,
      progress(done, total) {
        statements = total;
        report({ rowsDone: before + done, rowsTotal: before + total });
      },
    });
    before += statements;
  }
  return before;
}
