import { IndexNotFoundError } from '../../../platform/search-engines/search-engine-errors.ts';
import { RefreshRefusedError, type RunStep } from '../refreshes/step.ts';
import { indexNameOf } from '../search-engines/index-names.ts';
import { NameTakenError } from '../search-engines/search-engine-errors.ts';
import { aliasNotice } from '../telling/refresh-notices.ts';
import { markRetired } from './retired-indexes.ts';

/** The step `point_alias`: points an alias to the index of a suffix, and away from the one before. */
export const runPointAlias: RunStep = async ({ refresh, searchEngine, database }) => {
  const { alias, model, indexSuffix } = refresh;
  if (alias === null) throw new RefreshRefusedError('There is no alias', { isBadRequest: true });
  const indexName = indexNameOf(model, indexSuffix);
  const described = await searchEngine.describe(alias);
  const previousIndex = described.kind === 'alias' ? described.indexName : null;
  // First, as it would be kept for too short a time otherwise; the tidying takes it back where the alias still points there.
  if (previousIndex !== indexName) await markRetired(database, previousIndex);
  try {
    await searchEngine.pointAliases([{ alias, indexName }]);
  } catch (error) {
    if (error instanceof IndexNotFoundError || error instanceof NameTakenError) {
      throw new RefreshRefusedError(error.message, { cause: error, isBadRequest: true });
    }
    throw error;
  }
  return {
    progress: { rowsDone: 1, rowsTotal: 1 },
    message: `The alias ${alias} points to ${indexName}`,
    notices: [aliasNotice(alias, previousIndex, indexName)],
  };
};
