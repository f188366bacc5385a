import { type AppSearch, MOST_SEARCH_HITS } from '../../../app-kit/admin/app-admin.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { listCatalogs } from '../catalogs/stored-catalogs.ts';
import { listServices } from '../layers/stored-services.ts';
import { readLayer } from './layer-list.ts';
import { LAYERS, SERVICES } from './resources.ts';

/** Catalogues that are searched. */
const MOST_CATALOGS = 5;

/** A shorter text would find nearly everything. */
const SHORTEST_TEXT = 3;

/** Finds layers by their UUIDs, and services by a part of their titles, texts or URLs. */
export const mapRegistrySearch: AppSearch = {
  searchable: 'services, layers',
  async find({ platform: { database } }, text) {
    if (isUuid(text)) {
      const layer = await readLayer(database, text);
      return layer
        ? [{ kind: 'Layer', title: layer.title, subtitle: layer.service.title, path: pathOf(LAYERS, text) }]
        : [];
    }
    if (text.length < SHORTEST_TEXT) return [];
    const catalogs = await listCatalogs(database, { limit: MOST_CATALOGS });
    const page = { page: 1, size: MOST_SEARCH_HITS };
    const found = await Promise.all(
      catalogs.map(({ id }) => listServices(database, { catalogId: id, text }, page)),
    );
    return found
      .flat()
      .slice(0, MOST_SEARCH_HITS)
      .map(({ uuid, title, url, type }) => ({
        kind: 'Service',
        title: title === '' ? url : title,
        subtitle: type,
        path: pathOf(SERVICES, uuid),
      }));
  },
};

function pathOf(list: string, uuid: string): string {
  return `/resources/${list}/records/${uuid}/show`;
}
