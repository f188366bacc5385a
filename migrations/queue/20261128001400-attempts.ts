import type { Knex } from 'knex';

/**
 * How each attempt at a task was made. A success has it in its own row of `queue.tasks`, so that storing one costs no
 * further row; each other attempt is a row of `queue.failed_attempts`. The view `queue.attempts` has both.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE queue.tasks
      -- The latest attempt: which engine and worker made it, when it was taken from the queue, and when its function
      -- began; empty if that is not known.
      ADD COLUMN engine_id uuid,
      ADD COLUMN host text,
      ADD COLUMN worker_pid integer,
      ADD COLUMN taken timestamptz,
      ADD COLUMN began timestamptz,
      -- From when the task could run until its function began, and from there to the end of the function.
      ADD COLUMN waited_seconds double precision,
      ADD COLUMN ran_seconds double precision;

    CREATE TABLE queue.failed_attempts (
      -- The task that has this attempt in its history: if it is resubmitted, the new task.
      task_id uuid NOT NULL,
      -- The id that the task had when the attempt was made, and which attempt under this id it was.
      made_as uuid NOT NULL,
      number integer NOT NULL,
      engine_id uuid,
      host text,
      worker_pid integer,
      taken timestamptz,
      began timestamptz,
      ended timestamptz NOT NULL,
      waited_seconds double precision,
      ran_seconds double precision,
      outcome text NOT NULL CHECK (outcome IN ('failed', 'timed out', 'worker died', 'interrupted', 'engine lost',
        'cancelled', 'given up')),
      error text,
      -- Who resubmitted the task as this one; empty for a task that its app enqueued.
      sent_by text,
      PRIMARY KEY (task_id, made_as, number)
    );

    CREATE VIEW queue.attempts AS
      SELECT task_id, made_as, number, engine_id, host, worker_pid, taken, began, ended, waited_seconds, ran_seconds,
        outcome, error, sent_by
      FROM queue.failed_attempts
      UNION ALL
      -- The result of an iteration is put together from its parts: no attempt was made at it.
      SELECT id, id, attempt_count, engine_id, host, worker_pid, taken, began, stopped, waited_seconds, ran_seconds,
        'succeeded', NULL, options ->> 'resubmittedBy'
      FROM queue.tasks WHERE success AND began IS NOT NULL;

    -- How long attempts waited and ran, as histograms: a row for each bucket that is not empty.
    CREATE TABLE queue.duration_counts (
      queue text NOT NULL,
      func text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('waited', 'ran')),
      -- The bucket's upper bound.
      up_to_seconds double precision NOT NULL,
      attempts bigint NOT NULL,
      -- The sum of these durations.
      seconds double precision NOT NULL,
      PRIMARY KEY (queue, func, kind, up_to_seconds)
    );
  `);
}

/** Forgets how attempts were made. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE queue.duration_counts;
    DROP VIEW queue.attempts;
    DROP TABLE queue.failed_attempts;
    ALTER TABLE queue.tasks DROP COLUMN engine_id, DROP COLUMN host, DROP COLUMN worker_pid, DROP COLUMN taken,
      DROP COLUMN began, DROP COLUMN waited_seconds, DROP COLUMN ran_seconds;
  `);
}
