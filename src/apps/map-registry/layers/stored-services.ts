import type { Knex } from 'knex';
import { boundedCount, type RowCount } from '../../../platform/database/bounded-count.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { storableText } from '../../../platform/database/storable-text.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import {
  CHECK_COUNTER_COLUMNS,
  type CheckCounterRow,
  type CheckCounters,
  countersOf,
} from './check-counters.ts';
import { SERVICE_TYPES, type ServiceType, type StoredService } from './layer.ts';
import { type ListPage, pageOf } from './list-page.ts';
import { toRowKey } from './row-key.ts';

/** A service with what its harvests and its checks have found. */
export interface ServiceDetails extends StoredService, CheckCounters {
  /** Why it is not valid, as a sentence. */
  readonly invalidReason: string | null;
  /** Its layers that were not deleted. */
  readonly layerCount: number;
  /** ISO 8601 in UTC, as the next two. Null before the first harvest. */
  readonly harvested: string | null;
  readonly created: string;
  readonly lastUpdated: string;
}

/** What a list of services is ordered by; a dash before it turns the order round. */
export const SERVICE_ORDERS = [
  'last_updated',
  '-last_updated',
  'title',
  '-title',
  'layers',
  '-layers',
  'created',
  '-created',
] as const;

/** One of {@link SERVICE_ORDERS}. */
export type ServiceOrder = (typeof SERVICE_ORDERS)[number];

/** Which services a list has, and how it is ordered. */
export interface ServiceList {
  readonly catalogId: string;
  /** Default: `-last_updated`, the newest first. */
  readonly orderBy?: ServiceOrder;
  readonly type?: ServiceType;
  /** A part of the title, the abstract or the URL, in any case. */
  readonly text?: string;
  readonly host?: string;
}

const TABLE = 'map_registry.services';

const ORDER_COLUMNS = {
  last_updated: 'last_updated',
  title: 'title',
  layers: 'layer_count',
  created: 'created',
} as const;

const COLUMNS = {
  id: 'id',
  uuid: 'uuid',
  catalogId: 'catalog_id',
  type: 'type',
  url: 'url',
  host: 'host',
  title: 'title',
  abstract: 'abstract',
  keywords: 'keywords',
  srs: 'srs',
  isValid: 'is_valid',
  invalidReason: 'invalid_reason',
  isActive: 'is_active',
  isPublic: 'is_public',
  isMonitored: 'is_monitored',
  layerCount: 'layer_count',
  harvested: 'harvested',
  ...CHECK_COUNTER_COLUMNS,
  created: 'created',
  lastUpdated: 'last_updated',
} as const;

/** A row as knex returns it: numbers of Postgres's `bigint` are texts. */
type ServiceRow = Omit<ServiceDetails, keyof CheckCounters> & CheckCounterRow;

/** Returns the service of an id; `undefined` where there is none. */
export async function findService(
  database: DatabaseOrTransaction,
  serviceId: string,
): Promise<ServiceDetails | undefined> {
  const row: ServiceRow | undefined = await database(TABLE).where({ id: serviceId }).first(COLUMNS);
  return row && toService(row);
}

/**
 * Returns a service of a catalogue.
 *
 * @param key its UUID or its id, as addresses have them. `undefined` is returned for every other text.
 */
export async function findServiceOf(
  database: DatabaseOrTransaction,
  catalogId: string,
  key: string,
): Promise<ServiceDetails | undefined> {
  const found = toRowKey(key);
  if (!found) return undefined;
  const row: ServiceRow | undefined = await database(TABLE)
    .where({ catalog_id: catalogId, ...found })
    .first(COLUMNS);
  return row && toService(row);
}

/** Returns one page of a list of services; see {@link pageOf}. */
export async function listServices(
  database: DatabaseOrTransaction,
  list: ServiceList,
  page: ListPage,
): Promise<readonly ServiceDetails[]> {
  const { orderBy = '-last_updated' } = list;
  const direction = orderBy.startsWith('-') ? 'desc' : 'asc';
  const column = ORDER_COLUMNS[plainOrder(orderBy)];
  const rows: ServiceRow[] = await pageOf(matching(database, list), page)
    .orderBy([
      { column, order: direction },
      { column: 'id', order: direction },
    ])
    .select(COLUMNS);
  return rows.map(toService);
}

/** Counts a list of services. */
export function countServices(database: DatabaseOrTransaction, list: ServiceList): Promise<RowCount> {
  return boundedCount(database, matching(database, list));
}

/** Returns whether a text is one of {@link SERVICE_TYPES}. */
export function isServiceType(text: string): text is ServiceType {
  return SERVICE_TYPES.some((type) => type === text);
}

function matching(
  database: DatabaseOrTransaction,
  { catalogId, type, text, host }: ServiceList,
): Knex.QueryBuilder {
  const query = database(TABLE).where({ catalog_id: catalogId });
  if (type !== undefined) query.where({ type });
  if (host !== undefined) query.where({ host });
  if (text !== undefined) {
    const pattern = `%${storableText(text).replace(/[\\%_]/g, '\\$&')}%`;
    // The expression is that of the index services_by_text.
    query.whereRaw(`(title || ' ' || abstract || ' ' || url) ILIKE ?`, [pattern]);
  }
  return query;
}

function plainOrder(order: ServiceOrder): keyof typeof ORDER_COLUMNS {
  switch (order) {
    case 'title':
    case '-title':
      return 'title';
    case 'layers':
    case '-layers':
      return 'layers';
    case 'created':
    case '-created':
      return 'created';
    default:
      return 'last_updated';
  }
}

function toService(row: ServiceRow): ServiceDetails {
  return {
    ...row,
    ...countersOf(row),
    harvested: row.harvested === null ? null : isoOf(row.harvested),
    created: isoOf(row.created),
    lastUpdated: isoOf(row.lastUpdated),
  };
}
