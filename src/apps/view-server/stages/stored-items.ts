import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import type { AttemptState, Stage } from './stage-names.ts';

/** An item, with its newest attempt. */
export interface StoredItem {
  readonly id: number;
  readonly stage: Stage;
  readonly path: string;
  readonly collection: string;
  /** How the newest attempt ended; `null` while one waits or runs. */
  readonly outcome: 'success' | 'failure' | null;
  readonly newest: StoredAttempt;
}

/** An attempt at an item. Times are ISO 8601 in UTC. */
export interface StoredAttempt {
  readonly number: number;
  readonly state: AttemptState;
  readonly reason: string | null;
  readonly worker: string | null;
  readonly taskId: string | null;
  /** The JSON that the item was pushed with. */
  readonly metadata: string | null;
  readonly pushed: string;
  readonly began: string | null;
  readonly ended: string | null;
}

/** In what states items may be: they wait, are in work, or have ended so. */
export const ITEM_STATES = ['waiting', 'running', 'success', 'failure'] as const;

/** Which items are listed. */
export interface ItemFilter {
  readonly stage?: Stage | undefined;
  readonly state?: (typeof ITEM_STATES)[number] | undefined;
  readonly collection?: string | undefined;
  readonly path?: string | undefined;
}

/** Attempts at an item that are listed, at most: the newest ones. */
const MOST_ATTEMPTS = 100;

interface AttemptRow {
  readonly number: number;
  readonly state: AttemptState;
  readonly reason: string | null;
  readonly worker: string | null;
  readonly task_id: string | null;
  readonly metadata: string | null;
  readonly pushed: string;
  readonly began: string | null;
  readonly ended: string | null;
}

interface ItemRow extends AttemptRow {
  readonly id: string;
  readonly stage: Stage;
  readonly path: string;
  readonly collection: string;
  readonly outcome: StoredItem['outcome'];
}

const ATTEMPT_COLUMNS = [
  'number',
  'state',
  'reason',
  'worker',
  'task_id',
  'metadata',
  'pushed',
  'began',
  'ended',
];

/** Returns items whose ids are below `before`, the newest first. */
export async function listItems(
  database: DatabaseOrTransaction,
  { stage, state, collection, path }: ItemFilter,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<readonly StoredItem[]> {
  const query = itemQuery(database).orderBy('item.id', 'desc').limit(limit);
  if (before !== undefined) query.where('item.id', '<', before);
  if (stage !== undefined) query.where('item.stage', stage);
  if (collection !== undefined) query.where('item.collection', collection);
  if (path !== undefined) query.where('item.path', path);
  if (state === 'success' || state === 'failure') query.where('item.outcome', state);
  else if (state !== undefined) {
    // Few items are in such a state, and an index has them in order.
    query.whereExists(
      database('view_server.attempts as open')
        .whereRaw('open.item_id = item.id')
        .where('open.state', state)
        .select('open.number'),
    );
  }
  const rows: ItemRow[] = await query;
  return rows.map(itemOf);
}

/** Returns an item; `undefined` if there is none with this id. */
export async function findItem(database: DatabaseOrTransaction, id: number): Promise<StoredItem | undefined> {
  const [row] = (await itemQuery(database).where('item.id', id)) as ItemRow[];
  return row && itemOf(row);
}

/** Returns the newest attempts at an item, the newest first. */
export async function attemptsAt(
  database: DatabaseOrTransaction,
  itemId: number,
): Promise<readonly StoredAttempt[]> {
  const rows: AttemptRow[] = await database('view_server.attempts')
    .where('item_id', itemId)
    .orderBy('number', 'desc')
    .limit(MOST_ATTEMPTS)
    .select(ATTEMPT_COLUMNS);
  return rows.map(attemptOf);
}

function itemQuery(database: DatabaseOrTransaction): Knex.QueryBuilder {
  return database('view_server.items as item')
    .joinRaw(
      `CROSS JOIN LATERAL (SELECT ${ATTEMPT_COLUMNS.join()} FROM view_server.attempts
         WHERE item_id = item.id ORDER BY number DESC LIMIT 1) AS newest`,
    )
    .select('item.id', 'item.stage', 'item.path', 'item.collection', 'item.outcome', 'newest.*');
}

function itemOf(row: ItemRow): StoredItem {
  const { id, stage, path, collection, outcome } = row;
  return { id: Number(id), stage, path, collection, outcome, newest: attemptOf(row) };
}

function attemptOf({
  number,
  state,
  reason,
  worker,
  task_id,
  metadata,
  pushed,
  began,
  ended,
}: AttemptRow): StoredAttempt {
  return {
    number,
    state,
    reason,
    worker,
    taskId: task_id,
    metadata,
    pushed: isoOf(pushed),
    began: began === null ? null : isoOf(began),
    ended: ended === null ? null : isoOf(ended),
  };
}
