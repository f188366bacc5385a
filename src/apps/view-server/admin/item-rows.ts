import type { Knex } from 'knex';
import { keyOfRow } from '../../../app-kit/admin/row-keys.ts';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import { type AttemptState, STAGES, type Stage } from '../stages/stage-names.ts';
import type { ItemRow, ItemState } from './shapes.ts';

interface FoundItem {
  readonly id: string;
  readonly stage: Stage;
  readonly path: string;
  readonly collection: string;
  readonly outcome: 'success' | 'failure' | null;
  readonly state: AttemptState | null;
  readonly is_running: boolean;
  readonly attempt_count: number | null;
  readonly reason: string | null;
  readonly worker: string | null;
  readonly pushed: string | null;
  readonly began: string | null;
  readonly ended: string | null;
}

/** Reads items by their numbers, in the order of these, each with its newest attempt. */
export async function readItemRows(database: Database, ids: readonly string[]): Promise<readonly ItemRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await database.raw<{ rows: FoundItem[] }>(
    `SELECT item.id, item.stage, item.path, item.collection, item.outcome, newest.state,
       newest.number AS attempt_count, newest.reason, newest.worker, newest.pushed, newest.began, newest.ended,
       EXISTS (SELECT FROM view_server.attempts AS running
         WHERE running.item_id = item.id AND running.state = 'running') AS is_running
     FROM view_server.items AS item
     LEFT JOIN LATERAL (SELECT * FROM view_server.attempts AS attempt
       WHERE attempt.item_id = item.id ORDER BY attempt.number DESC LIMIT 1) AS newest ON true
     WHERE item.id = ANY (?::bigint[])`,
    [arrayLiteral(ids)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [itemRowOf(row)] : [];
  });
}

function itemRowOf(row: FoundItem): ItemRow {
  const { id, stage, path, collection, reason, worker, pushed, began, ended } = row;
  return {
    id: keyOfRow(id),
    stage,
    path,
    collection,
    state: stateOf(row),
    attemptCount: row.attempt_count ?? 0,
    reason,
    worker,
    pushed: pushed && isoOf(pushed),
    began: began && isoOf(began),
    ended: ended && isoOf(ended),
  };
}

/** An item that was pushed again while it is in work is running. */
function stateOf({ is_running, state, outcome }: FoundItem): ItemState {
  if (is_running) return 'running';
  if (state === 'waiting') return 'waiting';
  if (outcome !== null) return outcome === 'success' ? 'succeeded' : 'failed';
  return state === 'withdrawn' ? 'withdrawn' : 'forgotten';
}

/** Finds the items of a path in some stages. Default: all. */
export async function itemIdsOfPath(
  database: Database,
  path: string,
  stages: readonly Stage[] = STAGES,
): Promise<readonly string[]> {
  return database('view_server.items')
    .whereIn('stage', [...stages])
    .where({ path })
    .pluck<string[]>('id');
}

/** The greatest character: a text that begins with another one comes before that one with it at its end. */
const LAST_CHARACTER = '\u{10FFFF}';

/** Narrows a query to texts that begin with a text. The column has the collation "C". */
export function whereBegins(query: Knex.QueryBuilder, column: string, start: string): Knex.QueryBuilder {
  return query.whereRaw(`${column} >= ? AND ${column} < ?`, [start, start + LAST_CHARACTER]);
}
