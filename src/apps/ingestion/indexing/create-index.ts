import { RefreshRefusedError, type StepContext } from '../refreshes/step.ts';
import { storeBuildingIndex } from './stored-index-names.ts';

/**
 * Creates an empty index. One that an earlier refresh, or an earlier attempt, has left under this name is deleted first.
 *
 * @throws {RefreshRefusedError} if searches use the name: it is an alias, or one points to it.
 */
export async function createEmptyIndex(
  { database, refresh, model, searchEngine, signal }: StepContext,
  indexName: string,
): Promise<void> {
  const described = await searchEngine.describe(indexName);
  if (described.kind === 'alias') {
    throw new RefreshRefusedError(`${indexName} is an alias`, { isBadRequest: true });
  }
  if (described.kind === 'index' && described.aliases.length > 0) {
    throw new RefreshRefusedError(`The index ${indexName} is in use: ${described.aliases.join(', ')}`, {
      isBadRequest: true,
    });
  }
  await storeBuildingIndex(database, refresh, indexName);
  await searchEngine.deleteIndex(indexName);
  await searchEngine.createIndex(indexName, model, { signal });
}
