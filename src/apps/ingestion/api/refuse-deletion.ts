import { SearchEngineUnavailableError } from '../../../platform/search-engines/search-engine-errors.ts';
import type { RefreshRequest } from '../refreshes/refresh.ts';
import { checkIndexName, indexNameOf } from '../search-engines/index-names.ts';
import type { SearchEngine } from '../search-engines/search-engine.ts';
import { IngestionApiError } from './ingestion-api-error.ts';

const BAD_REQUEST = 'Failed during task execution due to bad request. Check scheduler logs.';

/**
 * Refuses a deletion that can be seen to fail, as the original server did where its process ended at once. What the search
 * engine cannot say now is left to the task.
 *
 * @throws {IngestionApiError}
 * @throws {InvalidIndexNameError}
 */
export async function refuseDeletion(
  request: RefreshRequest,
  searchEngine: SearchEngine,
  isStrict: boolean,
): Promise<void> {
  if (request.alias !== undefined && !request.isForced) {
    const reason = `"${request.alias}" is an alias: its index is deleted with "force_delete" alone.`;
    throw new IngestionApiError(isStrict ? 409 : 400, { message: BAD_REQUEST, reason });
  }
  try {
    await refuseWhatExists(request, searchEngine, isStrict);
  } catch (error) {
    if (!(error instanceof SearchEngineUnavailableError)) throw error;
  }
}

async function refuseWhatExists(
  { model, indexSuffix, alias }: RefreshRequest,
  searchEngine: SearchEngine,
  isStrict: boolean,
): Promise<void> {
  const name = alias === undefined ? indexNameOf(model, indexSuffix ?? '') : checkIndexName(alias);
  const described = await searchEngine.describe(name);
  if (described.kind === 'missing' && isStrict) {
    throw new IngestionApiError(404, { message: `There is no index or alias ${name}.` });
  }
  const wanted = alias === undefined ? 'index' : 'alias';
  if (described.kind !== 'missing' && described.kind !== wanted) {
    const reason = `${name} is an ${described.kind}, and not an ${wanted}.`;
    throw new IngestionApiError(isStrict ? 409 : 400, { message: BAD_REQUEST, reason });
  }
  if (described.kind === 'index' && described.aliases.length > 0) {
    const reason = `The index ${name} is in use: ${described.aliases.join(', ')}.`;
    throw new IngestionApiError(isStrict ? 409 : 400, { message: BAD_REQUEST, reason });
  }
}
