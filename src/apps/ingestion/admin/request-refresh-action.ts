import { type AdminAction, AdminActionError } from '../../../app-kit/admin/action.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { IngestionApiError } from '../api/ingestion-api-error.ts';
import { refuseDeletion } from '../api/refuse-deletion.ts';
import { readTaskRequest, TaskBodyError } from '../api/task-request.ts';
import { openIngestionDatabases } from '../databases/ingestion-databases.ts';
import type { Refresh, RefreshRequest } from '../refreshes/refresh.ts';
import { requestRefresh } from '../refreshes/request-refresh.ts';
import { findRefresh } from '../refreshes/stored-refreshes.ts';
import { openSearchEngine } from '../search-engines/open-search-engine.ts';
import { InvalidIndexNameError } from '../search-engines/search-engine-errors.ts';
import { refreshTasksOf } from '../tasks.ts';
import { actionLabel } from './request-fields.ts';

/** Requests a refresh, as a caller of the HTTP API does; it waits where another of its model runs. */
export const requestRefreshAction: AdminAction = {
  name: 'request',
  resource: 'refreshes',
  async run(context, { ids, input, username }) {
    const [id, ...others] = ids;
    if (id === undefined || others.length > 0)
      throw new AdminActionError('One refresh is requested at a time.');
    const request = await readRequest(context, input);
    const refresh = await store(context, request, { id, requestedBy: username });
    const what = `${actionLabel(refresh.action)} (${refresh.model})`;
    const message =
      refresh.admitted === null ? `${what} waits for another refresh of the model.` : `${what} began.`;
    return { message, count: 1, created: refresh.id };
  },
};

/** @throws {AdminActionError} with what is wrong with the request. */
async function readRequest(
  context: AppContext,
  input: Readonly<Record<string, unknown>>,
): Promise<RefreshRequest> {
  // Fields that are left empty say nothing.
  const filled = Object.entries(input).filter(
    ([name, value]) => name !== 'ids' && value !== '' && value !== false,
  );
  try {
    const request = readTaskRequest(Object.fromEntries(filled));
    if (request.action === 'DELETE_INDEX') await refuseAtOnce(context, request);
    return request;
  } catch (error) {
    throw asActionError(error);
  }
}

async function refuseAtOnce({ platform }: AppContext, request: RefreshRequest): Promise<void> {
  const databases = openIngestionDatabases(platform);
  try {
    const searchEngine = openSearchEngine(platform, databases);
    try {
      await refuseDeletion(request, searchEngine, true);
    } finally {
      await searchEngine.close();
    }
  } finally {
    await databases.close();
  }
}

/** A form that is sent twice makes one refresh. */
async function store(
  { platform: { database }, queue }: AppContext,
  request: RefreshRequest,
  options: { readonly id: string; readonly requestedBy: string },
): Promise<Refresh> {
  const known = await findRefresh(database, options.id);
  if (known) return known;
  try {
    return await requestRefresh(database, refreshTasksOf(queue), request, options);
  } catch (error) {
    throw asActionError(error);
  }
}

function asActionError(error: unknown): unknown {
  if (error instanceof TaskBodyError || error instanceof InvalidIndexNameError) {
    return new AdminActionError(`${error.message}.`, { cause: error });
  }
  if (error instanceof IngestionApiError) {
    const { reason, message } = error.body;
    return new AdminActionError(String(reason ?? message), { cause: error });
  }
  return error;
}
