import { keyOfRow, rowOfKey } from '../../../app-kit/admin/row-keys.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import { RUNNING_PROGRESS_SQL } from '../../../queue/index.ts';
import { STAGES } from '../stages/stage-names.ts';
import { itemIdsOfPath, readItemRows } from './item-rows.ts';
import { type AttemptRow, type ItemDetail, MOST_ATTEMPTS } from './shapes.ts';

interface FoundAttempt {
  readonly number: number;
  readonly state: AttemptRow['state'];
  readonly delivery: number;
  readonly metadata: string | null;
  readonly task_id: string | null;
  readonly reason: string | null;
  readonly worker: string | null;
  readonly leased_until: string | null;
  readonly pushed: string;
  readonly began: string | null;
  readonly ended: string | null;
  readonly done: number | null;
  readonly total: number | null;
}

/** Reads an item with its attempts; `undefined` if there is none. */
export async function readItemPage(database: Database, key: string): Promise<ItemDetail | undefined> {
  const id = rowOfKey(key);
  if (id === undefined) return undefined;
  const [item] = await readItemRows(database, [id]);
  if (!item) return undefined;
  const attempts = await readAttempts(database, id);
  const stored = await database<{ id: string; created: string }>('view_server.items')
    .where({ id })
    .first('created');
  const others = await readItemRows(database, await itemIdsOfPath(database, item.path));
  const product = await database<{ id: string; identifier: string; prefix: string }>('view_server.products')
    .where('prefix', item.path)
    .first('id', 'identifier');
  return {
    ...item,
    created: isoOf(stored?.created ?? ''),
    metadata: attempts[0]?.metadata ?? null,
    attempts: attempts.map(attemptRowOf),
    otherStages: others
      .filter((other) => other.id !== key)
      .sort((one, other) => STAGES.indexOf(one.stage) - STAGES.indexOf(other.stage))
      .map(({ id: otherKey, stage, state }) => ({ id: otherKey, stage, state })),
    product: product ? { id: keyOfRow(product.id), identifier: product.identifier } : null,
  };
}

async function readAttempts(database: Database, itemId: string): Promise<readonly FoundAttempt[]> {
  const { rows } = await database.raw<{ rows: FoundAttempt[] }>(
    `SELECT attempt.*, running.done, running.total
     FROM view_server.attempts AS attempt
     LEFT JOIN ${RUNNING_PROGRESS_SQL} AS running
       ON running.task_id = attempt.task_id AND attempt.state = 'running'
     WHERE attempt.item_id = ?::bigint ORDER BY attempt.number DESC LIMIT ?`,
    [itemId, MOST_ATTEMPTS],
  );
  return rows;
}

function attemptRowOf(row: FoundAttempt): AttemptRow {
  const { number, state, delivery, metadata, reason, worker, done, total } = row;
  const moment = (value: string | null) => value && isoOf(value);
  return {
    number,
    state,
    delivery,
    hasMetadata: metadata !== null,
    taskId: row.task_id,
    reason,
    worker,
    leasedUntil: moment(row.leased_until),
    progress: done === null || total === null ? null : { done, total },
    pushed: isoOf(row.pushed),
    began: moment(row.began),
    ended: moment(row.ended),
  };
}
