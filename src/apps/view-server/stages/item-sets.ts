import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import type { Stage } from './stage.ts';

/** Items of a stage: those in work, those that succeeded last, or those that failed last. */
export interface ItemSet {
  readonly stage: Stage;
  readonly kind: 'running' | 'success' | 'failure';
}

/** A member of a set. The ids grow. */
export interface Member {
  readonly id: number;
  readonly path: string;
}

function membersSql({ kind }: ItemSet): string {
  return kind === 'running'
    ? `FROM view_server.items AS item JOIN view_server.attempts AS attempt
         ON attempt.item_id = item.id AND attempt.state = 'running' AND attempt.stage = :stage
       WHERE item.stage = :stage`
    : 'FROM view_server.items AS item WHERE item.stage = :stage AND item.outcome = :kind';
}

/** Counts the items of a set. */
export async function countMembers(database: DatabaseOrTransaction, set: ItemSet): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: number }[] }>(
    `SELECT count(*)::integer AS count ${membersSql(set)}`,
    { ...set },
  );
  return rows[0]?.count ?? 0;
}

/** Returns members of a set whose ids are greater than `after`, in the order of their ids. */
export async function listMembers(
  database: DatabaseOrTransaction,
  set: ItemSet,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly Member[]> {
  const { rows } = await database.raw<{ rows: { id: string; path: string }[] }>(
    `SELECT item.id, item.path ${membersSql(set)} AND item.id > :after ORDER BY item.id LIMIT :limit`,
    { ...set, after, limit },
  );
  return rows.map(({ id, path }) => ({ id: Number(id), path }));
}

/** Returns which of some paths are members of a set. */
export async function findMembers(
  database: DatabaseOrTransaction,
  set: ItemSet,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await database.raw<{ rows: { path: string }[] }>(
    `SELECT item.path ${membersSql(set)} AND item.path = ANY (:paths::text[])`,
    { ...set, paths: arrayLiteral(paths) },
  );
  return new Set(rows.map(({ path }) => path));
}

/** Takes paths out of the set of successes, or of failures; returns how many were in it. What happened to them stays stored. */
export async function forgetOutcomes(
  transaction: Knex.Transaction,
  { stage, kind }: ItemSet,
  paths: readonly string[],
): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `UPDATE view_server.items SET outcome = NULL
     WHERE stage = ? AND outcome = ? AND path = ANY (?::text[])`,
    [stage, kind, arrayLiteral(paths)],
  );
  return rowCount;
}

/** Takes all paths out of the set of successes, or of failures; returns how many there were. */
export async function forgetAllOutcomes(
  transaction: Knex.Transaction,
  { stage, kind }: ItemSet,
): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    'UPDATE view_server.items SET outcome = NULL WHERE stage = ? AND outcome = ?',
    [stage, kind],
  );
  return rowCount;
}
