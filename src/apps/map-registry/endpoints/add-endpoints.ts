import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { RegistryTasks } from '../registry-tasks.ts';
import { type RefusedLine, readEndpointLines } from './endpoint-lines.ts';
import { findEndpointByUrl, type StoredEndpoint } from './stored-endpoints.ts';

/** Endpoints that are added to a catalogue. */
export interface NewEndpoints {
  readonly catalogId: string;
  /** As {@link readWebAddress} returns them. */
  readonly urls: readonly string[];
  /** Whether all folders and services of an Esri server are taken, rather than the one that the URL names. */
  readonly isGreedy: boolean;
  /** Default: of no list. */
  readonly listId?: string;
}

/** A list of endpoints that was added. */
export interface AddedList {
  readonly listId: string;
  readonly uuid: string;
  /** Endpoints that are new in their catalogue, and will be looked at. */
  readonly createdCount: number;
  /** Lines with an endpoint that the catalogue, or the list further up, has already. */
  readonly existingCount: number;
  /** The first of the refused lines. */
  readonly refused: readonly RefusedLine[];
  readonly refusedCount: number;
}

/** Stores endpoints, and has those looked at that are new in their catalogue. Returns how many. */
export async function addEndpoints(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  { catalogId, urls, isGreedy, listId }: NewEndpoints,
): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { readonly id: string; readonly url: string }[] }>(
    `INSERT INTO map_registry.endpoints (catalog_id, list_id, url, is_greedy)
     SELECT ?::bigint, ?::bigint, url, ? FROM unnest(?::text[]) AS given (url)
     ORDER BY url COLLATE "C"
     ON CONFLICT (catalog_id, url) DO NOTHING
     RETURNING id, url`,
    [catalogId, listId ?? null, isGreedy, arrayLiteral(urls)],
  );
  await tasks.updateEndpoints(
    transaction,
    rows.map(({ id, url }) => ({ endpointId: id, host: new URL(url).hostname })),
  );
  return rows.length;
}

/** Stores one endpoint, and has it looked at if it is new. An endpoint that is there already stays as it is. */
export async function addEndpoint(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  { catalogId, url, isGreedy = false }: { catalogId: string; url: string; isGreedy?: boolean },
): Promise<{ readonly endpoint: StoredEndpoint; readonly isNew: boolean }> {
  const createdCount = await addEndpoints(transaction, tasks, { catalogId, urls: [url], isGreedy });
  const endpoint = await findEndpointByUrl(transaction, catalogId, url);
  if (!endpoint) throw new Error(`The endpoint ${url} was deleted while it was stored.`);
  return { endpoint, isNew: createdCount > 0 };
}

/**
 * Stores a list of endpoints, one URL a line, with what was refused of it.
 *
 * @param name for people, such as the name of the file.
 * @throws {EndpointListError} where it has too many endpoints.
 */
export async function addEndpointList(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  { catalogId, name, isGreedy, text }: { catalogId: string; name: string; isGreedy: boolean; text: string },
): Promise<AddedList> {
  const { urls, duplicateCount, refused, refusedCount } = readEndpointLines(text);
  const [list] = await transaction('map_registry.endpoint_lists')
    .insert({ catalog_id: catalogId, name, is_greedy: isGreedy, refused: JSON.stringify(refused) })
    .returning<{ id: string; uuid: string }[]>(['id', 'uuid']);
  if (!list) throw new Error('Postgres has returned no row of the list that was inserted.');
  const createdCount = await addEndpoints(transaction, tasks, { catalogId, urls, isGreedy, listId: list.id });
  return {
    listId: list.id,
    uuid: list.uuid,
    createdCount,
    existingCount: urls.length - createdCount + duplicateCount,
    refused,
    refusedCount,
  };
}

/** Has an endpoint looked at again. Until then it counts as not processed. */
export async function updateEndpointAgain(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  { id, url }: Pick<StoredEndpoint, 'id' | 'url'>,
): Promise<void> {
  await transaction('map_registry.endpoints').where({ id }).update({ processed: null });
  await tasks.updateEndpoints(transaction, [{ endpointId: id, host: new URL(url).hostname }]);
}
