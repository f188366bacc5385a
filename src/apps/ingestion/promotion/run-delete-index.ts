import { RefreshRefusedError, type RunStep, type StepContext, type StepOutcome } from '../refreshes/step.ts';
import { indexNameOf } from '../search-engines/index-names.ts';
import { IndexInUseError, NameTakenError } from '../search-engines/search-engine-errors.ts';

/** The step `delete_index`: deletes one index that no alias points to; with force, the index of an alias. */
export const runDeleteIndex: RunStep = async (context) => {
  try {
    return await deleteOne(context);
  } catch (error) {
    if (!(error instanceof IndexInUseError || error instanceof NameTakenError)) throw error;
    throw new RefreshRefusedError(error.message, { cause: error, isBadRequest: true });
  }
};

async function deleteOne(context: StepContext): Promise<StepOutcome> {
  const indexName = await indexToDelete(context);
  if (indexName === undefined) return outcome('There was nothing to delete');
  await context.searchEngine.deleteIndex(indexName);
  await context.database('ingestion.indexes').where({ name: indexName }).delete();
  return outcome(`The index ${indexName} is deleted`);
}

function outcome(message: string) {
  return { progress: { rowsDone: 1, rowsTotal: 1 }, message };
}

/** An alias gives up its index first, unless another keeps the index from being deleted. */
async function indexToDelete({ refresh, searchEngine }: StepContext): Promise<string | undefined> {
  if (refresh.alias === null) return indexNameOf(refresh.model, refresh.indexSuffix);
  const described = await searchEngine.describe(refresh.alias);
  if (described.kind === 'index') throw new NameTakenError(`${refresh.alias} is an index, and no alias`);
  if (described.kind === 'missing') return undefined;
  if (!refresh.isForced) {
    throw new RefreshRefusedError(
      `${refresh.alias} is an alias: its index is deleted with "force_delete" alone`,
      { isBadRequest: true },
    );
  }
  const index = await searchEngine.describe(described.indexName);
  const others = index.kind === 'index' ? index.aliases.filter((alias) => alias !== refresh.alias) : [];
  if (others.length > 0) throw new IndexInUseError(described.indexName, others);
  await searchEngine.removeAliases([refresh.alias]);
  return described.indexName;
}
