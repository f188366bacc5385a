import type { Knex } from 'knex';
import type { AdminMatching } from '../../../app-kit/admin/action.ts';
import { asText, type Place } from '../../../app-kit/admin/list-query.ts';
import { newestIds, readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { isUuid } from '../../../platform/uuid.ts';
import type { ServiceType } from '../layers/layer.ts';
import { recentOf } from '../uptime.ts';
import { type CheckedRow, checkStateOf } from './check-state.ts';
import { issuesOf } from './issue-list.ts';
import { newestChecksOf } from './newest-checks.ts';
import { LAYERS } from './resources.ts';
import type { LayerDetail, LayerRow } from './shapes.ts';

/** What the list of layers is narrowed by. */
export interface LayerFilter {
  /** The UUID of the service. */
  readonly service: string | undefined;
  /** Whether the last check failed. */
  readonly isDown: boolean;
}

interface FoundLayer extends Omit<LayerRow, 'state' | 'uptime' | 'service'>, CheckedRow {
  readonly serviceId: string;
  readonly serviceTitle: string;
  readonly serviceType: ServiceType;
}

/** Reads a filter that a page sent. */
export function readLayerFilter(sent: Readonly<Record<string, unknown>>): LayerFilter {
  return { service: asText(sent['service']), isDown: asText(sent['state']) === 'down' };
}

/** Reads one page of the layers that match, the newest first. */
export async function listLayerRows(
  database: Database,
  filter: LayerFilter,
  after: Place | undefined,
): Promise<RowPage<LayerRow>> {
  const page = await readNewest<FoundLayer>(
    database,
    'layers',
    () => layersThatMatch(database, filter),
    (query) => selectLayers(database, query),
    after,
  );
  return { ...page, rows: page.rows.map(toRow) };
}

/** Layers that the page of a service shows. */
const SHOWN_LAYERS = 25;

/** Reads the first layers of a service by their names. @param serviceId its UUID. */
export async function firstLayersOf(database: Database, serviceId: string): Promise<readonly LayerRow[]> {
  const query = layersThatMatch(database, { service: serviceId, isDown: false });
  const found = await selectLayers(database, query.orderBy('layers.name').limit(SHOWN_LAYERS));
  return found.map(toRow);
}

/** What an action does to all layers that match. */
export const matchingLayers: AdminMatching = {
  resource: LAYERS,
  nextIds({ platform: { database } }, { filter, until, after, limit }) {
    const matching = layersThatMatch(database, readLayerFilter(filter));
    return newestIds(database, 'layers', matching.where('layers.created', '<', until), after, limit);
  },
};

/** Reads a layer with its open issues; `undefined` where there is none. */
export async function readLayer(database: Database, id: string): Promise<LayerDetail | undefined> {
  type Found = FoundLayer &
    Pick<LayerDetail, 'abstract' | 'box' | 'srs' | 'invalidReason' | 'isMonitored' | 'failuresInRow'> & {
      readonly rowId: string;
      readonly slug: string;
      readonly thumbnail: string | null;
    };
  const [found]: Found[] = await selectLayers(
    database,
    layers(database).where('layers.id', id).limit(1),
  ).select(
    'layers.row_id AS rowId',
    'layers.abstract',
    'layers.srs',
    database.raw('ARRAY[layers.min_x, layers.min_y, layers.max_x, layers.max_y] AS box'),
    'layers.invalid_reason AS invalidReason',
    'layers.is_monitored AS isMonitored',
    'layers.failures_in_row AS failuresInRow',
    'layers.thumbnail',
    database.raw('(SELECT slug FROM map_registry.catalogs WHERE id = layers.catalog_id) AS slug'),
  );
  if (!found) return undefined;
  const { abstract, box, srs, invalidReason, isMonitored, failuresInRow } = found;
  const page = `/registry/${encodeURIComponent(found.slug)}/layer/${id}/`;
  const indexing: LayerDetail['indexing'] | undefined = await database('map_registry.layers_to_index')
    .where({ layer_id: found.rowId })
    .first('action', 'refusal');
  const [openIssues, checks] = await Promise.all([
    issuesOf(database, { layerUuid: id }),
    newestChecksOf(database, { layerId: found.rowId }),
  ]);
  return {
    ...toRow(found),
    abstract,
    box,
    srs,
    invalidReason,
    isMonitored,
    failuresInRow,
    page,
    thumbnail: found.thumbnail === null ? null : `${page}thumbnail`,
    indexing: indexing ?? null,
    openIssues,
    checks,
  };
}

function layersThatMatch(database: Database, { service, isDown }: LayerFilter): Knex.QueryBuilder {
  const query = layers(database);
  if (service !== undefined) {
    const ofService = database('map_registry.services')
      .where('uuid', isUuid(service) ? service : null)
      .select('id');
    query.where('layers.service_id', ofService);
  }
  if (isDown) query.whereRaw('NOT layers.last_status');
  return query;
}

/** The layers by their UUIDs, with their services. */
function layers(database: Database): Knex.QueryBuilder {
  return database
    .from(
      database.raw(
        `(SELECT uuid AS id, id AS row_id, catalog_id, service_id, name, title, abstract, srs, min_x, min_y, max_x, max_y,
            is_valid, invalid_reason, is_monitored, was_deleted, thumbnail, check_count, success_count, recent_checks,
            failures_in_row, last_check, last_status, last_message, created
          FROM map_registry.layers) AS layers`,
      ),
    )
    .join('map_registry.services AS service', 'service.id', 'layers.service_id');
}

function selectLayers(database: Database, query: Knex.QueryBuilder): Knex.QueryBuilder<object, FoundLayer[]> {
  return query.select(
    'layers.id',
    'layers.title',
    'layers.name',
    'service.uuid AS serviceId',
    database.raw(`coalesce(nullif(service.title, ''), service.url) AS "serviceTitle"`),
    'service.type AS serviceType',
    'layers.last_status AS lastStatus',
    'layers.last_message AS message',
    'layers.check_count AS checkCount',
    'layers.success_count AS successCount',
    'layers.recent_checks AS recentChecks',
    'layers.is_valid AS isValid',
    'layers.was_deleted AS wasDeleted',
    isoTimestamp(database, 'layers.last_check', 'lastCheck'),
    isoTimestamp(database, 'layers.created', 'created'),
  );
}

function toRow(found: FoundLayer): LayerRow {
  const { id, title, name, message, isValid, wasDeleted, lastCheck, created } = found;
  return {
    id,
    title: title === '' ? name : title,
    name,
    service: { id: found.serviceId, title: found.serviceTitle, type: found.serviceType },
    state: checkStateOf(found.lastStatus),
    message,
    uptime: {
      checkCount: Number(found.checkCount),
      successCount: Number(found.successCount),
      recent: recentOf(BigInt(found.recentChecks), Number(found.checkCount)),
    },
    isValid,
    wasDeleted,
    lastCheck,
    created,
  };
}
