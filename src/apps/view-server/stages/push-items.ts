import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import { enqueueWaiting } from './enqueue-waiting.ts';
import type { Stage, Stages } from './stage.ts';

/** An item that is pushed. */
export interface PushedItem {
  readonly path: string;
  /** Its collection, if the path is new. Default: that of the push. */
  readonly collection?: string | undefined;
  /** JSON. */
  readonly metadata?: string | undefined;
}

/** Items that are pushed together. */
export interface Push {
  readonly stage: Stage;
  /** The collection of paths that are new, and say none. */
  readonly collection: string;
  /** Whether they are taken before everything that waits. */
  readonly isUrgent?: boolean;
  /** At most 100,000. */
  readonly items: readonly PushedItem[];
}

/**
 * Lets items wait for a stage, each with its task where this server does the work. A path that waits already stays one item: it takes
 * over the metadata, and moves to the front if the push is urgent. A path that is in work waits until that is over.
 *
 * @returns for each item, in order, whether it did not wait before.
 */
export async function pushItems(
  transaction: Knex.Transaction,
  stages: Stages,
  push: Push,
): Promise<boolean[]> {
  if (push.items.length === 0) return [];
  const itemIds = await storeItems(transaction, push);
  const added = await storeAttempts(transaction, push, itemIds);
  const isUrgent = push.isUrgent ?? false;
  const enqueued = isUrgent ? [...itemIds.values()] : [...added];
  await enqueueWaiting(transaction, stages, push.stage, enqueued, isUrgent);
  const seen = new Set<string>();
  return push.items.map(({ path }) => {
    const isNew = added.has(itemIds.get(path) ?? '') && !seen.has(path);
    seen.add(path);
    return isNew;
  });
}

/** Stores the paths, and locks their rows until the transaction ends; returns the ids by path. */
async function storeItems(
  transaction: Knex.Transaction,
  { stage, collection, items }: Push,
): Promise<ReadonlyMap<string, string>> {
  const collections = items.map((item) => item.collection ?? collection);
  await transaction.raw(
    `INSERT INTO view_server.collections (name)
     SELECT DISTINCT name FROM unnest(?::text[]) AS name ORDER BY name ON CONFLICT DO NOTHING`,
    [arrayLiteral(collections)],
  );
  const { rows } = await transaction.raw<{ rows: { id: string; path: string }[] }>(
    `INSERT INTO view_server.items AS stored (stage, path, collection)
     SELECT DISTINCT ON (path) ?, path, collection
     FROM (SELECT path COLLATE "C" AS path, collection
       FROM unnest(?::text[], ?::text[]) AS pushed (path, collection)) AS pushed
     ORDER BY path
     ON CONFLICT (stage, path) DO UPDATE SET outcome = NULL
     RETURNING id, path`,
    [stage, arrayLiteral(items.map(({ path }) => path)), arrayLiteral(collections)],
  );
  return new Map(rows.map(({ id, path }) => [path, id]));
}

/** Adds an attempt for each item that does not wait; returns the ids of those items. */
async function storeAttempts(
  transaction: Knex.Transaction,
  { stage, isUrgent, items }: Push,
  itemIds: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const newest = new Map(items.map(({ path, metadata }, index) => [path, { metadata, index }]));
  const pushed = [...newest].map(([path, { metadata, index }]) => ({
    id: itemIds.get(path) ?? null,
    metadata: metadata ?? null,
    index,
  }));
  const { rows } = await transaction.raw<{ rows: { item_id: string; is_new: boolean }[] }>(
    `INSERT INTO view_server.attempts AS attempt (item_id, number, stage, state, metadata, position)
     SELECT id, 1 + coalesce(newest.number, 0), ?, 'waiting', metadata, ? * (base + index)
     FROM nextval('view_server.positions') AS base
     CROSS JOIN unnest(?::bigint[], ?::text[], ?::bigint[]) AS pushed (id, metadata, index)
     LEFT JOIN (
       SELECT item_id, max(number) AS number FROM view_server.attempts
       WHERE item_id = ANY (?::bigint[]) GROUP BY item_id) AS newest ON newest.item_id = id
     ON CONFLICT (item_id) WHERE state = 'waiting' DO UPDATE
     SET metadata = coalesce(excluded.metadata, attempt.metadata),
       position = CASE WHEN excluded.position < 0 THEN excluded.position ELSE attempt.position END
     RETURNING item_id, xmax = 0 AS is_new`,
    [
      stage,
      isUrgent ? -1 : 1,
      arrayLiteral(pushed.map(({ id }) => id)),
      arrayLiteral(pushed.map(({ metadata }) => metadata)),
      arrayLiteral(pushed.map(({ index }) => index)),
      arrayLiteral(pushed.map(({ id }) => id)),
    ],
  );
  return new Set(rows.filter(({ is_new }) => is_new).map(({ item_id }) => item_id));
}
