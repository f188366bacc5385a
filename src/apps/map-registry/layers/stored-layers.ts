import type { Box } from '../../../map-kit/box.ts';
import { boundedCount, type RowCount } from '../../../platform/database/bounded-count.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import {
  CHECK_COUNTER_COLUMNS,
  type CheckCounterRow,
  type CheckCounters,
  countersOf,
} from './check-counters.ts';
import type { StoredLayer } from './layer.ts';
import { type ListPage, pageOf } from './list-page.ts';
import { toRowKey } from './row-key.ts';

/** A layer with what its harvests and its checks have found. */
export interface LayerDetails extends StoredLayer, CheckCounters {
  /** Why it is not valid, as a sentence. */
  readonly invalidReason: string | null;
  /** In square degrees, of the box before it was cut to the world. */
  readonly area: number;
  /** The page for people, where its server names one. */
  readonly pageUrl: string | null;
  /** WorldMap. */
  readonly category: string | null;
  /** WorldMap. */
  readonly username: string | null;
  /** The key of the object that its last picture is in. */
  readonly thumbnail: string | null;
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly lastUpdated: string;
}

const TABLE = 'map_registry.layers';

const COLUMNS = {
  id: 'id',
  uuid: 'uuid',
  catalogId: 'catalog_id',
  serviceId: 'service_id',
  name: 'name',
  title: 'title',
  abstract: 'abstract',
  keywords: 'keywords',
  srs: 'srs',
  minX: 'min_x',
  minY: 'min_y',
  maxX: 'max_x',
  maxY: 'max_y',
  area: 'area',
  pageUrl: 'page_url',
  category: 'category',
  username: 'username',
  drawing: 'drawing',
  isValid: 'is_valid',
  invalidReason: 'invalid_reason',
  isActive: 'is_active',
  isPublic: 'is_public',
  isMonitored: 'is_monitored',
  wasDeleted: 'was_deleted',
  thumbnail: 'thumbnail',
  ...CHECK_COUNTER_COLUMNS,
  created: 'created',
  lastUpdated: 'last_updated',
} as const;

/** A row as knex returns it: numbers of Postgres's `bigint` are texts. */
type LayerRow = Omit<LayerDetails, 'box' | keyof CheckCounters> & CheckCounterRow & Box;

/** Returns the layer of an id; `undefined` where there is none. */
export async function findLayer(
  database: DatabaseOrTransaction,
  layerId: string,
): Promise<LayerDetails | undefined> {
  const row: LayerRow | undefined = await database(TABLE).where({ id: layerId }).first(COLUMNS);
  return row && toLayer(row);
}

/**
 * Returns a layer of a catalogue, deleted ones included.
 *
 * @param key its UUID or its id, as addresses have them. `undefined` is returned for every other text.
 */
export async function findLayerOf(
  database: DatabaseOrTransaction,
  catalogId: string,
  key: string,
): Promise<LayerDetails | undefined> {
  const found = toRowKey(key);
  if (!found) return undefined;
  const row: LayerRow | undefined = await database(TABLE)
    .where({ catalog_id: catalogId, ...found })
    .first(COLUMNS);
  return row && toLayer(row);
}

/** Returns layers by their ids, in any order; those that are gone are left out. */
export async function findLayers(
  database: DatabaseOrTransaction,
  layerIds: readonly string[],
): Promise<readonly LayerDetails[]> {
  const rows: LayerRow[] = await database(TABLE).whereIn('id', layerIds).select(COLUMNS);
  return rows.map(toLayer);
}

/** Returns one page of the layers of a service in the order of their names, deleted ones included; see {@link pageOf}. */
export async function listLayersOf(
  database: DatabaseOrTransaction,
  serviceId: string,
  page: ListPage,
): Promise<readonly LayerDetails[]> {
  const rows: LayerRow[] = await pageOf(database(TABLE).where({ service_id: serviceId }), page)
    .orderBy('name')
    .select(COLUMNS);
  return rows.map(toLayer);
}

/** Counts the layers of a service, deleted ones included. */
export function countLayersOf(database: DatabaseOrTransaction, serviceId: string): Promise<RowCount> {
  return boundedCount(database, database(TABLE).where({ service_id: serviceId }));
}

function toLayer({ minX, minY, maxX, maxY, ...row }: LayerRow): LayerDetails {
  return {
    ...row,
    box: { minX, minY, maxX, maxY },
    ...countersOf(row),
    created: isoOf(row.created),
    lastUpdated: isoOf(row.lastUpdated),
  };
}
