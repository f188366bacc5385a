import { callAdmin, recordPath, useLive } from '../../../../app-kit/pages/index.ts';
import { ITEMS, PRODUCTS, TILES } from '../resources.ts';
import type { ViewServerForm } from '../shapes.ts';

/** What the pages of this app read, below the admin's root. */
export const API = '/api/apps/view-server';

/** The page of an item, below the admin's root. */
export function itemPath(id: string): string {
  return recordPath(ITEMS, id);
}

/** The page of a product, below the admin's root. */
export function productPath(id: string): string {
  return recordPath(PRODUCTS, id);
}

/** The form by which paths are pushed, below the admin's root. */
export const PUSH_PATH = recordPath(ITEMS, 'new');

/** The form by which tiles are purged, below the admin's root. */
export const PURGE_PATH = recordPath(TILES, 'purge');

/** What is done to items. */
export type ItemAction = 'push-again' | 'push-first' | 'withdraw';

/** Does something to items; returns what was done, for people. @throws {AdminCallError} */
export async function actOnItems(action: ItemAction, ids: readonly string[]): Promise<string> {
  const { message } = await callAdmin<{ message: string }>(`${API}/actions/${ITEMS}/${action}`, { ids });
  return message;
}

/** Where a round of an action on all items that match is posted to. */
export function matchingPath(action: string): string {
  return `${API}/matching/${ITEMS}/${action}`;
}

/** Sends a form under its id. @throws {AdminCallError} */
export function sendForm(
  action: 'push' | 'purge',
  formId: string,
  input: Readonly<Record<string, string | boolean>>,
): Promise<{ readonly message: string; readonly created?: string }> {
  const resource = action === 'push' ? ITEMS : TILES;
  return callAdmin(`${API}/actions/${resource}/${action}`, { ...input, ids: [formId] });
}

/** Reads what the forms are made from; once, as forms are not read again while they are filled in. */
export function useForm() {
  return useLive<ViewServerForm>(`${API}/form`, { everySeconds: 3_600 });
}
