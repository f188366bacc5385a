import { callAdmin, recordPath } from '../../../../app-kit/pages/index.ts';

/** What is sent when a refresh is requested: the names are those of the HTTP API. */
export type RequestInput = Readonly<Record<string, string | boolean>>;

/** The page with the form of a request, filled in as far as it is known, below the admin's root. */
export function requestPath(filled: Readonly<Record<string, string>> = {}): string {
  const path = recordPath('refreshes', 'new');
  const query = new URLSearchParams(filled);
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The page of a refresh, below the admin's root. */
export function refreshPath(id: string): string {
  return recordPath('refreshes', id);
}

/** Requests a refresh under an id of the form. @throws {AdminCallError} */
export async function requestRefresh(
  id: string,
  input: RequestInput,
): Promise<{ readonly id: string; readonly message: string }> {
  const path = '/api/apps/ingestion/actions/refreshes/request';
  const { created, message } = await callAdmin<{ created: string; message: string }>(path, {
    ...input,
    ids: [id],
  });
  return { id: created, message };
}

/** Cancels refreshes; returns what was done, for people. @throws {AdminCallError} */
export async function cancelRefreshes(ids: readonly string[]): Promise<string> {
  const path = '/api/apps/ingestion/actions/refreshes/cancel';
  const { message } = await callAdmin<{ message: string }>(path, { ids });
  return message;
}
