import type { Knex } from 'knex';
import type { AdminMatching } from '../../../app-kit/admin/action.ts';
import { asText, type Place } from '../../../app-kit/admin/list-query.ts';
import { newestIds, readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { ENDPOINTS } from './resources.ts';
import {
  ENDPOINT_STATES,
  type EndpointDetail,
  type EndpointRow,
  type EndpointState,
  type RefusedLine,
} from './shapes.ts';

/** What the list of endpoints is narrowed by. */
export interface EndpointFilter {
  readonly state: EndpointState | undefined;
  readonly catalog: string | undefined;
  /** How the URL begins. */
  readonly url: string | undefined;
}

/** Reads a filter that a page sent. */
export function readEndpointFilter(sent: Readonly<Record<string, unknown>>): EndpointFilter {
  const state = asText(sent['state']);
  return {
    state: ENDPOINT_STATES.find((each) => each === state),
    catalog: asText(sent['catalog']),
    url: asText(sent['url']),
  };
}

/** Reads one page of the endpoints that match, the newest first. */
export function listEndpointRows(
  database: Database,
  filter: EndpointFilter,
  after: Place | undefined,
): Promise<RowPage<EndpointRow>> {
  return readNewest<EndpointRow>(
    database,
    'endpoints',
    () => endpointsThatMatch(database, filter),
    (query) => selectEndpointRows(database, query),
    after,
  );
}

/** What an action does to all endpoints that match. */
export const matchingEndpoints: AdminMatching = {
  resource: ENDPOINTS,
  nextIds({ platform: { database } }, { filter, until, after, limit }) {
    const matching = endpointsThatMatch(database, readEndpointFilter(filter));
    return newestIds(database, 'endpoints', matching.where('endpoints.created', '<', until), after, limit);
  },
};

/** Reads an endpoint; `undefined` where there is none. */
export async function readEndpoint(database: Database, id: string): Promise<EndpointDetail | undefined> {
  const query = endpoints(database).where('endpoints.id', id).limit(1);
  const [row] = await selectEndpointRows(database, query);
  if (!row) return undefined;
  const list: { refused: readonly RefusedLine[] } | undefined = await database('map_registry.endpoint_lists')
    .join('map_registry.endpoints AS endpoint', 'endpoint.list_id', 'endpoint_lists.id')
    .where('endpoint.uuid', id)
    .first('refused');
  return { ...row, refused: list?.refused ?? [] };
}

function endpointsThatMatch(database: Database, { state, catalog, url }: EndpointFilter): Knex.QueryBuilder {
  const query = endpoints(database);
  if (state === 'waiting') query.whereNull('endpoints.processed');
  if (state === 'imported' || state === 'failed') {
    query.whereNotNull('endpoints.processed').where('endpoints.imported', state === 'imported');
  }
  if (catalog !== undefined) query.where('catalogs.slug', catalog);
  if (url !== undefined) query.whereRaw('starts_with(endpoints.url, ?)', [url]);
  return query;
}

/** The endpoints by their UUIDs, with their catalogues and lists. */
function endpoints(database: Database): Knex.QueryBuilder {
  return database
    .from(
      database.raw(
        `(SELECT uuid AS id, catalog_id, list_id, url, is_greedy, processed, imported, message, created
          FROM map_registry.endpoints) AS endpoints`,
      ),
    )
    .join('map_registry.catalogs AS catalogs', 'catalogs.id', 'endpoints.catalog_id')
    .leftJoin('map_registry.endpoint_lists AS lists', 'lists.id', 'endpoints.list_id');
}

function selectEndpointRows(
  database: Database,
  query: Knex.QueryBuilder,
): Knex.QueryBuilder<object, EndpointRow[]> {
  return query.select(
    'endpoints.id',
    'endpoints.url',
    'catalogs.slug AS catalog',
    'lists.name AS list',
    database.raw(
      `CASE WHEN endpoints.processed IS NULL THEN 'waiting' WHEN endpoints.imported THEN 'imported' ELSE 'failed' END AS state`,
    ),
    'endpoints.message',
    'endpoints.is_greedy AS isGreedy',
    isoTimestamp(database, 'endpoints.processed', 'processed'),
    isoTimestamp(database, 'endpoints.created', 'created'),
  );
}
