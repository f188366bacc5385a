import { RefreshRefusedError, type RunStep, type StepContext } from '../refreshes/step.ts';
import { filteredIndexNameOf, indexNameOf } from '../search-engines/index-names.ts';
import { createEmptyIndex } from './create-index.ts';
import { fetchSensitiveTerms } from './sensitive-terms.ts';
import { storeCompleteIndex } from './stored-index-names.ts';

/**
 * The step `filter_index`: copies an index without the documents that have a sensitive term. The index is that of the origin's
 * suffix; without one, that which the alias with the model's name points to.
 */
export const runFilterIndex: RunStep = async (context) => {
  const { database, refresh, model, searchEngine, signal } = context;
  const sourceName = await findSource(context);
  const indexName = filteredIndexNameOf(model.name, refresh.destinationIndexSuffix ?? refresh.indexSuffix);
  const terms = await readTerms(context);
  await createEmptyIndex(context, indexName);
  const { copiedCount, leftOutCount } = await searchEngine.copyWithout(sourceName, indexName, model, terms, {
    signal,
    progress: (rowsDone, rowsTotal) => context.report({ rowsDone, rowsTotal }),
  });
  await searchEngine.finishIndex(indexName, { signal });
  const documentCount = await searchEngine.count(indexName, { signal });
  if (documentCount !== copiedCount) {
    throw new Error(`${indexName} has ${documentCount} documents, though ${copiedCount} were copied`);
  }
  await storeCompleteIndex(database, indexName, documentCount);
  const rowCount = copiedCount + leftOutCount;
  return {
    progress: { rowsDone: rowCount, rowsTotal: rowCount },
    result: { indexName, documents: copiedCount, leftOut: leftOutCount, terms: terms.length },
    message: `${copiedCount} documents are in ${indexName}; ${leftOutCount} were left out`,
  };
};

async function findSource({ refresh, model, searchEngine }: StepContext): Promise<string> {
  const name =
    refresh.originIndexSuffix === null ? model.name : indexNameOf(model.name, refresh.originIndexSuffix);
  const { kind } = await searchEngine.describe(name);
  if (kind !== 'missing') return name;
  throw new RefreshRefusedError(`There is no index or alias ${name}`, { isBadRequest: true });
}

async function readTerms({ settings, platform, signal }: StepContext): Promise<readonly string[]> {
  const url = URL.parse(settings.search.sensitiveTermsUrl ?? '');
  if (!url) throw new RefreshRefusedError('SENSITIVE_TERMS_URL is not set');
  const terms = await fetchSensitiveTerms(url, platform.settings.outgoing, signal);
  // A list that is empty by mistake would let everything through.
  if (terms.length === 0) throw new RefreshRefusedError('The list of sensitive terms is empty');
  return terms;
}
