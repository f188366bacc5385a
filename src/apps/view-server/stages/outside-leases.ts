import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { lockAttempt, returnAttempt } from './attempts.ts';
import type { Stages } from './stage.ts';

/** How many leases that are over are looked at in one go. */
const MOST_AT_ONCE = 100;

/** Lets connections that live keep their items for longer. */
export async function renewLeases(
  database: Database,
  leaseIds: readonly string[],
  seconds: number,
): Promise<void> {
  if (leaseIds.length === 0) return;
  await database.raw(
    `UPDATE view_server.attempts SET leased_until = clock_timestamp() + ? * interval '1 second'
     WHERE lease_id = ANY (?::uuid[]) AND state = 'running'`,
    [seconds, arrayLiteral(leaseIds)],
  );
}

/** Gives back the items of a connection that is lost. */
export async function endLease(database: Database, stages: Stages, leaseId: string): Promise<void> {
  const held = await database<{ item_id: string; lease_id: string }>('view_server.attempts')
    .where('lease_id', leaseId)
    .select('item_id');
  const reason = 'The connection of the worker was lost.';
  for (const { item_id } of held) await giveBack(database, stages, item_id, reason, leaseId);
}

/** Gives back items whose lease is over: their worker said nothing, or the server that it talked to is gone. */
export async function endOverdueLeases(database: Database, stages: Stages): Promise<void> {
  const { rows } = await database.raw<{ rows: { item_id: string; lease_id: string | null }[] }>(
    `SELECT item_id, lease_id FROM view_server.attempts
     WHERE leased_until < clock_timestamp() ORDER BY leased_until LIMIT ?`,
    [MOST_AT_ONCE],
  );
  for (const { item_id, lease_id } of rows) {
    await giveBack(database, stages, item_id, 'The worker said nothing for too long.', lease_id);
  }
}

function giveBack(
  database: Database,
  stages: Stages,
  itemId: string,
  reason: string,
  leaseId: string | null,
): Promise<void> {
  return database.transaction(async (transaction) => {
    const attempt = await lockAttempt(transaction, itemId, ['running']);
    if (!attempt || attempt.lease_id !== leaseId || attempt.task_id !== null) return;
    await returnAttempt(transaction, stages, attempt, { state: 'lost', reason });
  });
}
