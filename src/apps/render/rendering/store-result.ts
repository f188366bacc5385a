import { v5 as uuidOf } from 'uuid';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import {
  asPullTask,
  MICROSECONDS,
  type PullTask,
  TASK_COLUMNS,
  type TaskRow,
} from '../pull-queues/pull-task.ts';
import type { JsonObject } from './json-object.ts';
import { encodePayload } from './result-payload.ts';

/** The tags of orders and of results. */
export const TAGS = { order: 'task', result: 'result' } as const;

/** A pull task, and our own task that renders it. */
export interface Rendering {
  readonly rowId: string;
  readonly renderTaskId: string;
}

/** The names of results are made in this space, from the keys of what they are results of. */
const RESULT_NAMESPACE = '0b5b1d1e-6d7f-5f6b-9a53-8a3f4f0f5c0e';

/** Returns the id, as clients know it, that the result of a pull task has. */
export function resultNameOf(rowId: string): string {
  return uuidOf(rowId, RESULT_NAMESPACE);
}

/**
 * A pull task is this rendering's if it holds the lease, or if there is none. `rendered_by` may still name a rendering
 * that was removed while it ran.
 */
const IS_OURS = '(rendered_by = :renderTaskId OR leased_until_us <= render.now_microseconds())';

/**
 * Leases one pull task for its rendering. A further attempt of the same rendering takes it over from the one before.
 *
 * @returns `undefined` if the task is gone, or if a client has leased it.
 */
export async function takeForRendering(
  database: DatabaseOrTransaction,
  rendering: Rendering,
  leaseSeconds: number,
): Promise<PullTask | undefined> {
  const { rows } = await database.raw<{ rows: TaskRow[] }>(
    `UPDATE render.tasks
     SET rendered_by = :renderTaskId, is_free = false, retry_count = least(retry_count, 2147483646) + 1,
       leased_until_us = render.now_microseconds() + :leaseMicroseconds::bigint
     WHERE id = :rowId AND ${IS_OURS}
     RETURNING ${TASK_COLUMNS}`,
    { ...rendering, leaseMicroseconds: Math.ceil(leaseSeconds * MICROSECONDS) },
  );
  return rows.map(asPullTask)[0];
}

/** Lets the lease of a rendering end soon, so that the next attempt, or a client, can have the task. */
export async function handBack(database: DatabaseOrTransaction, rendering: Rendering): Promise<void> {
  await database.raw(
    `UPDATE render.tasks SET leased_until_us = render.now_microseconds() + 1000000
     WHERE id = :rowId AND rendered_by = :renderTaskId`,
    { ...rendering },
  );
}

/**
 * Puts the result of a pull task in its place, in one transaction. Whatever is done twice, a task has one result: it
 * is there only once to be removed.
 *
 * @param resultOf makes the payload of the result.
 * @returns whether the task was still there, and not leased by a client.
 */
export function storeResultOf(
  database: DatabaseOrTransaction,
  rendering: Rendering,
  resultOf: (task: PullTask) => JsonObject,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.raw<{ rows: (TaskRow & { queueId: string })[] }>(
      `DELETE FROM render.tasks WHERE id = :rowId AND ${IS_OURS}
       RETURNING ${TASK_COLUMNS}, tasks.queue_id AS "queueId"`,
      { ...rendering },
    );
    const [row] = rows;
    if (!row) return false;
    await transaction.raw(
      `INSERT INTO render.tasks
         (queue_id, name, tag, payload, payload_bytes, enqueued_us, leased_until_us, is_free, retry_count)
       SELECT :queueId, :name, :tag, :payload, octet_length(:payload::text), now, now, true, 0
       FROM (SELECT render.now_microseconds() AS now) AS clock`,
      {
        queueId: row.queueId,
        name: resultNameOf(row.rowId),
        tag: TAGS.result,
        payload: encodePayload(resultOf(asPullTask(row))),
      },
    );
    return true;
  });
}
