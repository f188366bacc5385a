import type { Database } from '../../../platform/database/connection.ts';
import { SCHEMA } from './job-table.ts';

/** Jobs with a limit that one engine has just fetched. */
export interface FetchedJobs {
  readonly queueName: string;
  readonly engineId: string;
  readonly jobs: readonly { readonly id: string; readonly groupId?: string | null }[];
}

/**
 * Two engines that fetch at the same moment do not see what the other is taking: each could fill a key's limit.
 * An engine that has fetched jobs with a limit counts once more, one engine after the other, and gives back those that are
 * too many. A task that was cancelled meanwhile keeps its lease; the engine finds it as a stray. Returns the excess ids.
 */
export async function giveBackExcess(
  database: Database,
  { queueName, engineId, jobs }: FetchedJobs,
): Promise<ReadonlySet<string>> {
  return database.transaction(async (transaction) => {
    await transaction.raw('SELECT pg_advisory_xact_lock(hashtext(?))', [`limits of ${queueName}`]);
    const { rows } = await transaction.raw<{ rows: { id: string }[] }>(
      `WITH ranked AS (
         SELECT id, group_tier::integer AS most,
           row_number() OVER (PARTITION BY group_id ORDER BY id = ANY (:ids::uuid[]), created_on, id) AS place
         FROM ${SCHEMA}.job
         WHERE name = :queueName AND state = 'active' AND group_id IS NOT NULL AND group_id = ANY (:keys::text[])
       ), excess AS (
         SELECT id FROM ranked WHERE place > most AND id = ANY (:ids::uuid[])
       ), ended AS (
         DELETE FROM queue.leases USING excess
         WHERE task_id = excess.id AND engine_id = :engineId AND cancelled_by IS NULL RETURNING task_id
       ), given_back AS (
         UPDATE ${SCHEMA}.job SET state = 'retry', started_on = NULL
         FROM ended WHERE job.name = :queueName AND job.id = ended.task_id AND state = 'active'
       )
       SELECT id FROM excess`,
      {
        queueName,
        engineId,
        ids: jobs.map(({ id }) => id),
        keys: jobs.map(({ groupId }) => groupId ?? ''),
      },
    );
    return new Set(rows.map(({ id }) => id));
  });
}
