import { type AppSearch, MOST_SEARCH_HITS } from '../../../app-kit/admin/app-admin.ts';
import { isUuid, uuidsFrom } from '../../../platform/uuid.ts';
import type { Action } from '../refreshes/actions.ts';
import { actionLabel } from './request-fields.ts';

/** Finds refreshes by their ids, or how they begin, as UUIDs or in the API's hexadecimal. */
export const ingestionSearch: AppSearch = {
  searchable: 'refreshes',
  async find({ platform: { database } }, text) {
    const range = isUuid(text) ? ([text, text] as const) : rangeOf(text);
    if (!range) return [];
    const found = await database('ingestion.refreshes')
      .whereBetween('id', [...range])
      .orderBy('id')
      .limit(MOST_SEARCH_HITS)
      .select<{ id: string; model: string; action: Action; state: string }[]>(
        'id',
        'model',
        'action',
        'state',
      );
    return found.map(({ id, model, action, state }) => ({
      kind: 'Refresh',
      title: `${actionLabel(action)}: ${model}`,
      subtitle: state,
      path: `/resources/refreshes/records/${id}/show`,
    }));
  },
};

function rangeOf(text: string): readonly [string, string] | undefined {
  const hexadecimal = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i.exec(text);
  if (!hexadecimal) return uuidsFrom(text);
  const id = hexadecimal.slice(1).join('-');
  return [id, id];
}
