import { RefreshRefusedError, type RunStep, type StepContext } from '../refreshes/step.ts';
import { indexNameOf } from '../search-engines/index-names.ts';
import { indexInSlices } from './index-in-slices.ts';

/** The step `update_index`: indexes rows that were updated since a time into an index that exists. */
export const runUpdateIndex: RunStep = (context) => {
  const indexName = indexNameOf(context.refresh.model, context.refresh.indexSuffix);
  return indexInSlices(context, indexName, () => checkExistence(context, indexName));
};

async function checkExistence({ searchEngine }: StepContext, indexName: string): Promise<void> {
  const { kind } = await searchEngine.describe(indexName);
  if (kind === 'index') return;
  throw new RefreshRefusedError(`There is no index ${indexName}`, { isBadRequest: true });
}
