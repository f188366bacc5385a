import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import type { JsonValue } from '../../../queue/index.ts';
import { PLANS, progressOf, type StepName } from './plans.ts';
import type { Refresh } from './refresh.ts';
import type { StepProgress } from './step.ts';

/** The progress of a refresh that has not ended. */
const MOST_PERCENT_BEFORE_THE_END = 99.9;

/** A step of a refresh, as it is stored. */
export interface StoredStep {
  readonly refreshId: string;
  /** From 0, in the order of the plan. */
  readonly position: number;
  readonly name: StepName;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly rowsDone: number;
  readonly rowsTotal: number | null;
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
  readonly result: JsonValue;
  /** The task of the queue that runs it; `null` before it is enqueued. */
  readonly taskId: string | null;
  readonly began: string | null;
  readonly ended: string | null;
}

/** Stores the steps of a refresh, all of them waiting. */
export async function insertSteps(
  transaction: Knex.Transaction,
  { id, action }: Pick<Refresh, 'id' | 'action'>,
): Promise<void> {
  await transaction('ingestion.steps').insert(
    PLANS[action].steps.map(({ name }, position) => ({ refresh_id: id, position, name })),
  );
}

/** Returns the steps of refreshes, by refresh and position. */
export async function stepsOf(
  database: DatabaseOrTransaction,
  refreshIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredStep[]>> {
  if (refreshIds.length === 0) return new Map();
  const steps = await selectSteps(database)
    .whereRaw('refresh_id = ANY (?::uuid[])', [[...refreshIds]])
    .orderBy(['refresh_id', 'position']);
  return Map.groupBy(steps, ({ refreshId }) => refreshId);
}

/** Returns one step; `undefined` if the refresh has none there. */
export function findStep(
  database: DatabaseOrTransaction,
  refreshId: string,
  position: number,
): Promise<StoredStep | undefined> {
  return selectSteps(database).whereRaw('refresh_id = ? AND position = ?', [refreshId, position]).first();
}

/** Stores how far a step is. The progress of its refresh never falls, and is below 100 until it has ended. */
export async function storeProgress(
  database: DatabaseOrTransaction,
  { id, action }: Pick<Refresh, 'id' | 'action'>,
  position: number,
  { rowsDone, rowsTotal, bytesDone, bytesTotal }: StepProgress,
): Promise<void> {
  const part = rowsTotal ? rowsDone / rowsTotal : bytesTotal ? (bytesDone ?? 0) / bytesTotal : 0;
  await database.raw(
    // The row of the refresh first, then that of the step, as everywhere: otherwise two could wait for each other.
    `WITH refresh AS (
       UPDATE ingestion.refreshes SET progress = greatest(progress, :percent)
       WHERE id = :id AND ended IS NULL RETURNING id
     )
     UPDATE ingestion.steps
     SET rows_done = :rowsDone, rows_total = coalesce(:rowsTotal, rows_total),
       bytes_done = coalesce(:bytesDone, bytes_done), bytes_total = coalesce(:bytesTotal, bytes_total)
     FROM refresh WHERE refresh_id = refresh.id AND position = :position AND state = 'running'`,
    {
      id,
      position,
      percent: Math.min(progressOf(PLANS[action], position, part), MOST_PERCENT_BEFORE_THE_END),
      rowsDone,
      rowsTotal: rowsTotal ?? null,
      bytesDone: bytesDone ?? null,
      bytesTotal: bytesTotal ?? null,
    },
  );
}

function selectSteps(database: DatabaseOrTransaction): Knex.QueryBuilder<StoredStep, StoredStep[]> {
  return database('ingestion.steps').select<StoredStep[]>(
    'refresh_id AS refreshId',
    'position',
    'name',
    'state',
    // Counts of rows and bytes are far below 2^53; as bigint, pg would return them as text.
    database.raw('rows_done::float8 AS "rowsDone"'),
    database.raw('rows_total::float8 AS "rowsTotal"'),
    database.raw('bytes_done::float8 AS "bytesDone"'),
    database.raw('bytes_total::float8 AS "bytesTotal"'),
    'result',
    'task_id AS taskId',
    isoTimestamp(database, 'ingestion.steps.began', 'began'),
    isoTimestamp(database, 'ingestion.steps.ended', 'ended'),
  );
}
