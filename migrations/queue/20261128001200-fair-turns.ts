import type { Knex } from 'knex';

/**
 * pg-boss's table of jobs holds the packages that wait, and says what each waits for. The package of a task that an
 * engine holds is in its lease: taking it moves one row, and its end removes that, where both were updated before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE pgboss.job
      -- Keys that have packages waiting get turns; the empty text is one of them.
      ADD COLUMN fairness_key text NOT NULL DEFAULT '',
      -- At most so many tasks with this key are held at a time.
      ADD COLUMN limit_key text,
      ADD COLUMN limit_count integer,
      -- Its turn, so that it can be taken; the time at which it may start; or a slot within its limit.
      ADD COLUMN waits_for text NOT NULL DEFAULT 'turn' CHECK (waits_for IN ('turn', 'time', 'slot'));

    ALTER TABLE queue.leases
      ADD COLUMN carried jsonb NOT NULL DEFAULT '{}',
      ADD COLUMN priority integer NOT NULL DEFAULT 0,
      ADD COLUMN enqueued timestamptz NOT NULL DEFAULT clock_timestamp(),
      -- Since when it could have been taken.
      ADD COLUMN due timestamptz NOT NULL DEFAULT clock_timestamp(),
      ADD COLUMN fairness_key text NOT NULL DEFAULT '',
      ADD COLUMN limit_key text,
      ADD COLUMN limit_count integer,
      -- They are in the package.
      DROP COLUMN name, DROP COLUMN func, DROP COLUMN "group",
      -- A lease holds the only copy of its package: it must not go together with the row of its engine. Each statement
      -- that stores leases locks that row.
      DROP CONSTRAINT leases_engine_id_fkey;
    DROP INDEX queue.leases_oldest;

    UPDATE pgboss.job SET limit_key = group_id, limit_count = group_tier::integer, group_id = NULL, group_tier = NULL,
      waits_for = 'slot'
    WHERE group_id IS NOT NULL AND state < 'completed';
    UPDATE pgboss.job SET waits_for = 'time' WHERE start_after > now() AND state IN ('created', 'retry');
    UPDATE pgboss.job SET retry_count = retry_count + 1 WHERE started_on IS NOT NULL AND state IN ('created', 'retry');
    UPDATE queue.leases SET carried = data, priority = job.priority, enqueued = created_on, due = start_after,
      limit_key = job.limit_key, limit_count = job.limit_count
    FROM pgboss.job WHERE job.name = leases.queue AND job.id = leases.task_id AND state = 'active';
    UPDATE queue.leases SET carried = sqs_packages.carried, enqueued = created, due = start_after,
      limit_key = sqs_packages.limit_key, limit_count = sqs_packages.limit_count
    FROM queue.sqs_packages WHERE sqs_packages.id = leases.task_id;
    DELETE FROM pgboss.job USING queue.leases
    WHERE job.name = leases.queue AND job.id = leases.task_id AND state = 'active';

    CREATE INDEX job_turns ON pgboss.job (name, (-priority), fairness_key, start_after, id) WHERE waits_for = 'turn';
    CREATE INDEX job_times ON pgboss.job (name, start_after) WHERE waits_for = 'time';
    CREATE INDEX job_slots ON pgboss.job (name, limit_key, (-priority), start_after, id) WHERE waits_for = 'slot';
    CREATE INDEX job_limited_turns ON pgboss.job (name, limit_key) WHERE waits_for = 'turn' AND limit_key IS NOT NULL;
    CREATE INDEX job_by_fairness_key ON pgboss.job (name, fairness_key) WHERE fairness_key <> '';
    -- pg-boss's own order, in which nothing is taken here.
    DROP INDEX pgboss.job_common_i11;
    CREATE INDEX leases_by_limit_key ON queue.leases (queue, limit_key) WHERE limit_key IS NOT NULL;
    CREATE INDEX leases_by_fairness_key ON queue.leases (queue, fairness_key) WHERE fairness_key <> '';
  `);
}

/** Tasks that an engine holds go back to the queue, and turns are forgotten. Stop the engines before this. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    INSERT INTO pgboss.job (id, name, priority, data, state, retry_count, created_on, start_after, limit_key, limit_count)
    SELECT task_id, queue, priority, carried, 'retry', attempt, enqueued, due, limit_key, limit_count
    FROM queue.leases WHERE NOT EXISTS (SELECT FROM queue.sqs_packages WHERE id = task_id);
    UPDATE queue.sqs_packages SET state = 'unsent', sent = NULL, round = round + 1 WHERE state = 'held';
    DELETE FROM queue.leases;
    UPDATE pgboss.job SET group_id = limit_key, group_tier = limit_count::text WHERE limit_key IS NOT NULL;
    CREATE INDEX job_common_i11 ON pgboss.job_common (name, priority DESC, created_on, start_after)
      WHERE state < 'active' AND NOT blocked;
    DROP INDEX pgboss.job_turns, pgboss.job_times, pgboss.job_slots, pgboss.job_limited_turns,
      pgboss.job_by_fairness_key;
    ALTER TABLE pgboss.job DROP COLUMN fairness_key, DROP COLUMN limit_key, DROP COLUMN limit_count,
      DROP COLUMN waits_for;
    DROP INDEX queue.leases_by_limit_key, queue.leases_by_fairness_key;
    ALTER TABLE queue.leases DROP COLUMN carried, DROP COLUMN priority, DROP COLUMN enqueued, DROP COLUMN due,
      DROP COLUMN fairness_key, DROP COLUMN limit_key, DROP COLUMN limit_count,
      ADD COLUMN name text NOT NULL DEFAULT '', ADD COLUMN func text NOT NULL DEFAULT '', ADD COLUMN "group" text,
      ADD FOREIGN KEY (engine_id) REFERENCES queue.engines (id) ON DELETE CASCADE;
    CREATE INDEX leases_oldest ON queue.leases (taken, task_id);
  `);
}
