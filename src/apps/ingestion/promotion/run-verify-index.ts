import type { RunStep } from '../refreshes/step.ts';
import { readIndexResult } from '../refreshes/step-results.ts';
import { checkDocuments } from './counts.ts';

/** The step `verify_index`: an index has as many documents as it should. */
export const runVerifyIndex: RunStep = async (context) => {
  const result = readIndexResult(await context.resultOf('index'));
  const count = await checkDocuments(context, result);
  return {
    progress: { rowsDone: count, rowsTotal: count },
    message: `The index ${result.indexName} has ${count} documents`,
  };
};
