import type { Database } from '../../../platform/database/connection.ts';

/** For how long a refresh is kept once it has ended. */
const KEPT_DAYS = 90;

/** Refreshes that one run forgets at most: each has up to thousands of slices and failed documents. */
const MOST_FORGOTTEN = 20;

/**
 * Deletes the oldest refreshes of a model that ended long ago. Those stay that something still needs: a copy that waits for its
 * promotion, a callback that waits, and the last promotion, which a roll-back takes back.
 */
export async function forgetOldRefreshes(database: Database, model: string): Promise<void> {
  await database.raw(
    `DELETE FROM ingestion.refreshes WHERE id IN (
       SELECT id FROM ingestion.refreshes AS old
       WHERE model = :model AND state <> 'ready'
         AND created < statement_timestamp() - make_interval(days => :keptDays::integer)
         AND ended < statement_timestamp() - make_interval(days => :keptDays::integer)
         AND NOT EXISTS (SELECT 1 FROM ingestion.retired_tables WHERE refresh_id = old.id)
         AND NOT EXISTS (SELECT 1 FROM ingestion.callbacks WHERE refresh_id = old.id AND state = 'waiting')
         AND NOT EXISTS (SELECT 1 FROM ingestion.promotions WHERE refresh_id = old.id AND promotions.ended IS NULL)
         AND id IS DISTINCT FROM (
           SELECT refresh_id FROM ingestion.promotions
           WHERE promotions.model = :model AND promotions.state = 'done' ORDER BY promotions.created DESC LIMIT 1
         )
       ORDER BY created LIMIT :most
     )`,
    { model, keptDays: KEPT_DAYS, most: MOST_FORGOTTEN },
  );
}
