import type { RunStep } from '../refreshes/step.ts';
import { indexNameOf } from '../search-engines/index-names.ts';
import { createEmptyIndex } from './create-index.ts';
import { indexInSlices } from './index-in-slices.ts';

/** The step `index`: indexes all rows of a table into a new index. */
export const runIndex: RunStep = (context) => {
  const indexName = indexNameOf(context.refresh.model, context.refresh.indexSuffix);
  return indexInSlices(context, indexName, () => createEmptyIndex(context, indexName));
};
