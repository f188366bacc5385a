import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import type { Attempt } from './attempts.ts';
import type { Stage, Stages } from './stage.ts';

/** Items that wait for a stage: those that were pushed with metadata, or those that were not. */
export interface WaitingList {
  readonly stage: Stage;
  readonly hasMetadata: boolean;
}

/** To whom an item is given. */
export interface Lease {
  /** Of the connection that has to live; `undefined` for a lease by time alone. */
  readonly id?: string;
  readonly seconds: number;
  /** Who it is, for people. */
  readonly worker: string;
}

/** Which items are taken. */
export interface Taking {
  /** `first`: those that are next; `last`: those that came last. */
  readonly from: 'first' | 'last';
  readonly count: number;
  /** Left out, the items are withdrawn: they are in work nowhere. */
  readonly lease?: Lease;
  /** Takes this one alone, as {@link waitingValues} has it. */
  readonly value?: string;
}

const OF_LIST = `attempt.stage = :stage AND (attempt.metadata IS NULL) = :isPlain AND attempt.state = 'waiting'`;

const VALUE = 'coalesce(attempt.metadata, item.path)';

function bindingsOf({ stage, hasMetadata }: WaitingList) {
  return { stage, isPlain: !hasMetadata };
}

/** Counts the items of a list. */
export async function countWaiting(database: DatabaseOrTransaction, list: WaitingList): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: number }[] }>(
    `SELECT count(*)::integer AS count FROM view_server.attempts AS attempt WHERE ${OF_LIST}`,
    bindingsOf(list),
  );
  return rows[0]?.count ?? 0;
}

/** Items of a list, counted from one of its ends: those that came last, or those that are taken first. */
export interface WaitingPage {
  readonly from: 'first' | 'last';
  readonly offset: number;
  readonly limit: number;
}

/** Returns paths, or metadata where they were pushed with some; from either end, those first that came last. */
export async function waitingValues(
  database: DatabaseOrTransaction,
  list: WaitingList,
  { from, offset, limit }: WaitingPage,
): Promise<readonly string[]> {
  const { rows } = await database.raw<{ rows: { value: string }[] }>(
    `SELECT ${VALUE} AS value
     FROM view_server.attempts AS attempt JOIN view_server.items AS item ON item.id = attempt.item_id
     WHERE ${OF_LIST} ORDER BY attempt.position ${from === 'first' ? 'ASC' : 'DESC'} OFFSET :offset LIMIT :limit`,
    { ...bindingsOf(list), offset, limit },
  );
  const values = rows.map(({ value }) => value);
  return from === 'first' ? values.toReversed() : values;
}

/** Returns how many items came after this one; `undefined` if it does not wait. */
export async function placeOf(
  database: DatabaseOrTransaction,
  list: WaitingList,
  value: string,
): Promise<number | undefined> {
  const { rows } = await database.raw<{ rows: { place: number }[] }>(
    `SELECT (SELECT count(*)::integer FROM view_server.attempts AS attempt
       WHERE ${OF_LIST} AND attempt.position > found.position) AS place
     FROM (SELECT attempt.position
       FROM view_server.attempts AS attempt JOIN view_server.items AS item ON item.id = attempt.item_id
       WHERE ${OF_LIST} AND ${VALUE} = :value ORDER BY attempt.position DESC LIMIT 1) AS found`,
    { ...bindingsOf(list), value },
  );
  return rows[0]?.place;
}

/**
 * Takes items out of a list, in the order in which they are taken. Items with an earlier push still in work stay. Their tasks are
 * removed.
 */
export async function takeWaiting(
  transaction: Knex.Transaction,
  stages: Stages,
  list: WaitingList,
  { from, count, lease, value }: Taking,
): Promise<readonly string[]> {
  const direction = from === 'first' ? 'ASC' : 'DESC';
  const { rows } = await transaction.raw<{
    rows: (Pick<Attempt, 'task_id' | 'position'> & { value: string })[];
  }>(
    `WITH taken AS (
       SELECT attempt.item_id, attempt.number, attempt.task_id, ${VALUE} AS value
       FROM view_server.attempts AS attempt JOIN view_server.items AS item ON item.id = attempt.item_id
       WHERE ${OF_LIST} ${value === undefined ? '' : `AND ${VALUE} = :value`}
         AND NOT EXISTS (SELECT FROM view_server.attempts AS other
           WHERE other.item_id = attempt.item_id AND other.state = 'running')
       ORDER BY attempt.position ${direction} LIMIT :count FOR UPDATE OF attempt SKIP LOCKED)
     UPDATE view_server.attempts AS attempt
     SET state = :state, worker = :worker, lease_id = :leaseId, task_id = NULL, began = clock_timestamp(),
       leased_until = clock_timestamp() + :seconds * interval '1 second',
       ended = CASE WHEN :state = 'withdrawn' THEN clock_timestamp() END
     FROM taken WHERE attempt.item_id = taken.item_id AND attempt.number = taken.number
     RETURNING taken.task_id, attempt.position, taken.value`,
    {
      ...bindingsOf(list),
      count,
      value: value ?? null,
      state: lease ? 'running' : 'withdrawn',
      worker: lease?.worker ?? null,
      leaseId: lease?.id ?? null,
      seconds: lease?.seconds ?? null,
    },
  );
  const taskIds = rows.flatMap(({ task_id }) => task_id ?? []);
  if (taskIds.length > 0) await stages.queue.deleteQueuedTasks(taskIds, transaction);
  const sign = from === 'first' ? 1 : -1;
  return rows
    .toSorted((left, right) => sign * Number(BigInt(left.position) - BigInt(right.position)))
    .map((row) => row.value);
}
