import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Database } from '../../../platform/database/connection.ts';
import type { TaskContext } from '../../../queue/index.ts';
import { viewServerSettings } from '../settings.ts';

/** Rows that one transaction removes. */
const BATCH = 1_000;

/** Removes attempts that others have followed, and items that have ended, when they are old. Returns how many rows there were. */
export async function forgetItems(
  _args: object,
  { platform, signal }: Pick<TaskContext, 'platform' | 'signal'>,
): Promise<number> {
  const { database } = platform;
  const { attemptDays, itemDays } = platform.settingsOf(viewServerSettings).items;
  const items =
    itemDays === undefined ? 0 : await inBatches(signal, () => forgetEndedItems(database, itemDays));
  return items + (await inBatches(signal, () => forgetFollowedAttempts(database, attemptDays)));
}

async function inBatches(signal: AbortSignal, forgetSome: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    signal.throwIfAborted();
    const count = await forgetSome();
    total += count;
    if (count < BATCH) return total;
  }
}

/** The registrar reads the newest attempt that succeeded, also where a later one has failed. */
async function forgetFollowedAttempts(database: Database, days: number): Promise<number> {
  const { rowCount } = await database.raw<{ rowCount: number }>(
    `DELETE FROM view_server.attempts WHERE (item_id, number) IN (
       SELECT old.item_id, old.number
       FROM view_server.attempts AS later
       JOIN view_server.attempts AS old ON old.item_id = later.item_id AND old.number < later.number
       WHERE later.number > 1 AND old.ended < clock_timestamp() - make_interval(days => :days)
         AND (later.state = 'succeeded' OR old.state <> 'succeeded')
       LIMIT :batch)`,
    { days, batch: BATCH },
  );
  return rowCount;
}

/** An item that was pushed again before it was locked is seen by the second statement, and stays. */
function forgetEndedItems(database: Database, days: number): Promise<number> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.raw<{ rows: { id: string }[] }>(
      `SELECT item.id FROM view_server.attempts AS newest
       JOIN view_server.items AS item ON item.id = newest.item_id
       WHERE newest.ended < clock_timestamp() - make_interval(days => :days)
         AND NOT EXISTS (SELECT FROM view_server.attempts AS later
           WHERE later.item_id = newest.item_id AND later.number > newest.number)
       ORDER BY newest.ended LIMIT :batch FOR UPDATE OF item SKIP LOCKED`,
      { days, batch: BATCH },
    );
    const { rowCount } = await transaction.raw<{ rowCount: number }>(
      `DELETE FROM view_server.items AS item WHERE id = ANY (:ids::bigint[])
         AND NOT EXISTS (SELECT FROM view_server.attempts AS attempt WHERE attempt.item_id = item.id
           AND (attempt.ended IS NULL OR attempt.ended >= clock_timestamp() - make_interval(days => :days)))`,
      { ids: arrayLiteral(rows.map(({ id }) => id)), days },
    );
    return rowCount;
  });
}
