import {
  type BulkAction,
  type BulkActions,
  callAdmin,
  recordPath,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import { ENDPOINTS, ISSUES } from '../resources.ts';
import type { RegistryForm } from '../shapes.ts';

/** What the pages of this app read, below the admin's root. */
export const API = '/api/apps/map-registry';

/** The form by which endpoints are added, below the admin's root. */
export const ADD_ENDPOINTS_PATH = recordPath(ENDPOINTS, 'new');

/** The form by which an issue of a service or a layer is reported. */
export function reportPath(about: Readonly<Record<'service' | 'layer', string>> | object): string {
  return `${recordPath(ISSUES, 'new')}?${new URLSearchParams({ ...about })}`;
}

/** What came of an action. */
export interface ActionReply {
  /** For people. */
  readonly message: string;
  /** The id of a row that it made. */
  readonly created?: string;
}

/** Does something to rows of a list. @throws {AdminCallError} */
export function act(
  list: string,
  action: string,
  ids: readonly string[],
  input: Readonly<Record<string, string | boolean>> = {},
): Promise<ActionReply> {
  return callAdmin(`${API}/actions/${list}/${action}`, { ...input, ids });
}

/** Makes what can be done to many rows of a list. */
export function bulkOf<Row extends { readonly id: string }>(
  list: string,
  actions: readonly BulkAction[],
): BulkActions<Row> {
  return {
    actions,
    act: async ({ name }, rows) =>
      (
        await act(
          list,
          name,
          rows.map(({ id }) => id),
        )
      ).message,
    matchingPath: ({ name }) => `${API}/matching/${list}/${name}`,
  };
}

/** Reads what forms begin with; once, as forms are not read again while they are filled in. */
export function useForm() {
  return useLive<RegistryForm>(`${API}/form`, { everySeconds: 3_600 });
}
