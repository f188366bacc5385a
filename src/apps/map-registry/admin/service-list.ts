import type { Knex } from 'knex';
import type { AdminMatching } from '../../../app-kit/admin/action.ts';
import { asText, type Place } from '../../../app-kit/admin/list-query.ts';
import { newestIds, readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { recentOf } from '../uptime.ts';
import { type CheckedRow, checkStateOf } from './check-state.ts';
import { issuesOf } from './issue-list.ts';
import { firstLayersOf } from './layer-list.ts';
import { newestChecksOf } from './newest-checks.ts';
import { SERVICES } from './resources.ts';
import { CHECK_STATES, type CheckState, type ServiceDetail, type ServiceRow } from './shapes.ts';

/** What the list of services is narrowed by. */
export interface ServiceFilter {
  readonly host: string | undefined;
  readonly type: string | undefined;
  readonly catalog: string | undefined;
  readonly state: CheckState | undefined;
}

type FoundService = Omit<ServiceRow, 'state' | 'uptime'> & CheckedRow;

/** Reads a filter that a page sent. */
export function readServiceFilter(sent: Readonly<Record<string, unknown>>): ServiceFilter {
  const state = asText(sent['state']);
  return {
    host: asText(sent['host'])?.toLowerCase(),
    type: asText(sent['type']),
    catalog: asText(sent['catalog']),
    state: CHECK_STATES.find((each) => each === state),
  };
}

/** Reads one page of the services that match, the newest first. */
export async function listServiceRows(
  database: Database,
  filter: ServiceFilter,
  after: Place | undefined,
): Promise<RowPage<ServiceRow>> {
  const page = await readNewest<FoundService>(
    database,
    'services',
    () => servicesThatMatch(database, filter),
    (query) => selectServices(database, query),
    after,
  );
  return { ...page, rows: page.rows.map(toRow) };
}

/** What an action does to all services that match. */
export const matchingServices: AdminMatching = {
  resource: SERVICES,
  nextIds({ platform: { database } }, { filter, until, after, limit }) {
    const matching = servicesThatMatch(database, readServiceFilter(filter));
    return newestIds(database, 'services', matching.where('services.created', '<', until), after, limit);
  },
};

/** Reads a service with its open issues; `undefined` where there is none. */
export async function readService(database: Database, id: string): Promise<ServiceDetail | undefined> {
  const query = services(database).where('services.id', id).limit(1);
  type Found = FoundService &
    Omit<ServiceDetail, keyof ServiceRow | 'page' | 'openIssues' | 'checks' | 'layers'> & {
      readonly rowId: string;
    };
  const [found]: Found[] = await selectServices(database, query).select(
    'services.row_id AS rowId',
    'services.abstract',
    'services.srs',
    'services.invalid_reason AS invalidReason',
    'services.is_active AS isActive',
    'services.failures_in_row AS failuresInRow',
    isoTimestamp(database, 'services.harvested', 'harvested'),
  );
  if (!found) return undefined;
  const { abstract, srs, invalidReason, isActive, failuresInRow, harvested } = found;
  const [openIssues, checks, layers] = await Promise.all([
    issuesOf(database, { serviceUuid: id }),
    newestChecksOf(database, { serviceId: found.rowId }),
    firstLayersOf(database, id),
  ]);
  return {
    ...toRow(found),
    abstract,
    srs,
    invalidReason,
    isActive,
    failuresInRow,
    harvested,
    page: `/registry/${encodeURIComponent(found.catalog)}/service/${id}/`,
    openIssues,
    checks,
    layers,
  };
}

function servicesThatMatch(
  database: Database,
  { host, type, catalog, state }: ServiceFilter,
): Knex.QueryBuilder {
  const query = services(database);
  if (host !== undefined) query.where('services.host', host);
  if (type !== undefined) query.where('services.type', type);
  if (catalog !== undefined) query.where('catalogs.slug', catalog);
  if (state === 'unchecked') query.whereNull('services.last_status');
  else if (state !== undefined) query.where('services.last_status', state === 'up');
  return query;
}

/** The services by their UUIDs, with their catalogues. */
function services(database: Database): Knex.QueryBuilder {
  return database
    .from(
      database.raw(
        `(SELECT uuid AS id, id AS row_id, catalog_id, type, url, host, title, abstract, srs, is_valid, invalid_reason, is_active,
            is_monitored, harvested, layer_count, check_count, success_count, recent_checks, failures_in_row, last_check,
            last_status, last_message, created
          FROM map_registry.services) AS services`,
      ),
    )
    .join('map_registry.catalogs AS catalogs', 'catalogs.id', 'services.catalog_id');
}

function selectServices(
  database: Database,
  query: Knex.QueryBuilder,
): Knex.QueryBuilder<object, FoundService[]> {
  return query.select(
    'services.id',
    'services.title',
    'services.url',
    'services.type',
    'services.host',
    'catalogs.slug AS catalog',
    'services.layer_count AS layerCount',
    'services.last_status AS lastStatus',
    'services.last_message AS message',
    'services.check_count AS checkCount',
    'services.success_count AS successCount',
    'services.recent_checks AS recentChecks',
    'services.is_monitored AS isMonitored',
    'services.is_valid AS isValid',
    isoTimestamp(database, 'services.last_check', 'lastCheck'),
    isoTimestamp(database, 'services.created', 'created'),
  );
}

function toRow(found: FoundService): ServiceRow {
  const {
    id,
    title,
    url,
    type,
    host,
    catalog,
    layerCount,
    message,
    isMonitored,
    isValid,
    lastCheck,
    created,
  } = found;
  return {
    id,
    title: title === '' ? url : title,
    url,
    type,
    host,
    catalog,
    layerCount,
    state: checkStateOf(found.lastStatus),
    message,
    uptime: {
      checkCount: Number(found.checkCount),
      successCount: Number(found.successCount),
      recent: recentOf(BigInt(found.recentChecks), Number(found.checkCount)),
    },
    isMonitored,
    isValid,
    lastCheck,
    created,
  };
}
