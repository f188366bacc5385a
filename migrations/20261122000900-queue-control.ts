import type { Knex } from 'knex';

/** What is known of running tasks, what paused queues and unique tasks are kept by, and what was counted. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE engines
      -- What the engine was started with; engines of one queue should agree.
      ADD COLUMN settings jsonb NOT NULL DEFAULT '{}',
      -- Memory of the sentinel and of each worker: [{"role", "pid", "residentBytes", "tasks"}].
      ADD COLUMN processes jsonb NOT NULL DEFAULT '[]',
      -- Tasks taken, and not yet in a worker; results not yet stored.
      ADD COLUMN waiting_tasks integer NOT NULL DEFAULT 0,
      ADD COLUMN waiting_results integer NOT NULL DEFAULT 0;
    CREATE INDEX engines_by_queue ON engines (queue, heartbeat);

    ALTER TABLE leases
      ADD COLUMN queue text NOT NULL DEFAULT '',
      ADD COLUMN name text NOT NULL DEFAULT '',
      ADD COLUMN func text NOT NULL DEFAULT '',
      ADD COLUMN "group" text,
      -- Told of a task once it runs for longer than a moment: since when, in which process, how far it is.
      ADD COLUMN started timestamptz,
      ADD COLUMN worker_pid integer,
      ADD COLUMN progress jsonb,
      -- Who asked for its end; the engine that holds it sees to that.
      ADD COLUMN cancelled_by text;
    CREATE INDEX leases_cancelled ON leases (engine_id) WHERE cancelled_by IS NOT NULL;
    CREATE INDEX leases_oldest ON leases (taken, task_id);

    ALTER TABLE tasks
      -- What the task was enqueued with beside its arguments, for sending it back.
      ADD COLUMN options jsonb NOT NULL DEFAULT '{}',
      ADD COLUMN cancelled boolean NOT NULL DEFAULT false,
      -- The failed task that this one was resubmitted from.
      ADD COLUMN resubmitted_from uuid;
    CREATE INDEX tasks_by_func ON tasks (func, stopped DESC);

    CREATE TABLE queues (
      name text PRIMARY KEY,
      paused_since timestamptz,
      paused_by text
    );

    -- A key for as long as a task with it waits or runs.
    CREATE TABLE unique_keys (
      queue text NOT NULL,
      key text NOT NULL,
      task_id uuid NOT NULL,
      PRIMARY KEY (queue, key)
    );
    CREATE UNIQUE INDEX unique_keys_by_task ON unique_keys (task_id);

    -- The tasks of one asyncIter that are still to succeed.
    CREATE TABLE iterations (
      id uuid PRIMARY KEY,
      name text NOT NULL,
      func text NOT NULL,
      "group" text,
      queue text NOT NULL,
      options jsonb NOT NULL DEFAULT '{}',
      started timestamptz NOT NULL,
      total integer NOT NULL,
      remaining integer NOT NULL
    );

    -- How many attempts ended in a minute, a row for each engine, so that engines do not wait for each other.
    CREATE TABLE task_counts (
      queue text NOT NULL,
      minute timestamptz NOT NULL,
      engine_id uuid NOT NULL,
      successes integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      PRIMARY KEY (queue, minute, engine_id)
    );
    CREATE INDEX task_counts_by_minute ON task_counts (minute);
  `);
}

/** Forgets all of that. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE task_counts; DROP TABLE iterations; DROP TABLE unique_keys; DROP TABLE queues;
    DROP INDEX tasks_by_func;
    ALTER TABLE tasks DROP COLUMN options, DROP COLUMN cancelled, DROP COLUMN resubmitted_from;
    DROP INDEX leases_oldest; DROP INDEX leases_cancelled;
    ALTER TABLE leases DROP COLUMN queue, DROP COLUMN name, DROP COLUMN func, DROP COLUMN "group", DROP COLUMN started,
      DROP COLUMN worker_pid, DROP COLUMN progress, DROP COLUMN cancelled_by;
    DROP INDEX engines_by_queue;
    ALTER TABLE engines DROP COLUMN settings, DROP COLUMN processes, DROP COLUMN waiting_tasks,
      DROP COLUMN waiting_results;
  `);
}
