import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import { toRowKey } from '../layers/row-key.ts';

/** An endpoint: an address at which services are looked for. */
export interface StoredEndpoint {
  readonly id: string;
  readonly uuid: string;
  readonly catalogId: string;
  /** Null where it came alone. */
  readonly listId: string | null;
  readonly url: string;
  readonly isGreedy: boolean;
  /** When it was looked at last, in ISO 8601. Null before that. */
  readonly processed: string | null;
  /** Whether it was found out what it is. */
  readonly imported: boolean;
  /** What came of it, as a sentence. Null before it was looked at. */
  readonly message: string | null;
  /** ISO 8601. */
  readonly created: string;
}

const TABLE = 'map_registry.endpoints';

const COLUMNS = {
  id: 'id',
  uuid: 'uuid',
  catalogId: 'catalog_id',
  listId: 'list_id',
  url: 'url',
  isGreedy: 'is_greedy',
  processed: 'processed',
  imported: 'imported',
  message: 'message',
  created: 'created',
} as const;

/**
 * Returns an endpoint.
 *
 * @param key its UUID or its id. `undefined` is returned for every other text.
 */
export async function findEndpoint(
  database: DatabaseOrTransaction,
  key: string,
): Promise<StoredEndpoint | undefined> {
  const found = toRowKey(key);
  return found && findBy(database, found);
}

/** Returns the endpoint of an address in a catalogue; `undefined` where there is none. */
export function findEndpointByUrl(
  database: DatabaseOrTransaction,
  catalogId: string,
  url: string,
): Promise<StoredEndpoint | undefined> {
  return findBy(database, { catalog_id: catalogId, url });
}

/**
 * Returns endpoints of a catalogue, the newest first.
 *
 * @param before the id that the page before ended with.
 */
export async function listEndpoints(
  database: DatabaseOrTransaction,
  {
    catalogId,
    listId,
    before,
    limit,
  }: { catalogId: string; listId?: string | undefined; before?: string | undefined; limit: number },
): Promise<readonly StoredEndpoint[]> {
  const query = database(TABLE).where({ catalog_id: catalogId }).orderBy('id', 'desc').limit(limit);
  if (listId !== undefined) query.where({ list_id: listId });
  if (before !== undefined) query.where('id', '<', before);
  const rows: StoredEndpoint[] = await query.select(COLUMNS);
  return rows.map(toEndpoint);
}

/** Deletes an endpoint; the services that were found at it stay. Returns whether it was there. */
export async function deleteEndpoint(database: DatabaseOrTransaction, id: string): Promise<boolean> {
  return (await database(TABLE).where({ id }).delete()) > 0;
}

async function findBy(database: DatabaseOrTransaction, key: object): Promise<StoredEndpoint | undefined> {
  const row: StoredEndpoint | undefined = await database(TABLE).where(key).first(COLUMNS);
  return row && toEndpoint(row);
}

/** Moments come from Postgres as it writes them. */
function toEndpoint(row: StoredEndpoint): StoredEndpoint {
  return {
    ...row,
    processed: row.processed === null ? null : isoOf(row.processed),
    created: isoOf(row.created),
  };
}
