import type { Knex } from 'knex';

/** Beside the broker, which moves packages: the engines, what each holds, the queues, and what was counted. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE SCHEMA IF NOT EXISTS queue;

    CREATE TABLE queue.engines (
      id uuid PRIMARY KEY,
      queue text NOT NULL,
      host text NOT NULL,
      pid integer NOT NULL,
      state text NOT NULL CHECK (state IN ('starting', 'idle', 'working', 'stopping', 'stopped', 'lost')),
      worker_count integer NOT NULL,
      reincarnations integer NOT NULL DEFAULT 0,
      -- What the engine was started with; engines of one queue should agree.
      settings jsonb NOT NULL DEFAULT '{}',
      -- Memory of the sentinel and of each worker: [{"role", "pid", "residentBytes", "tasks"}].
      processes jsonb NOT NULL DEFAULT '[]',
      -- Tasks taken, and not yet in a worker; results not yet stored.
      waiting_tasks integer NOT NULL DEFAULT 0,
      waiting_results integer NOT NULL DEFAULT 0,
      started timestamptz NOT NULL DEFAULT clock_timestamp(),
      heartbeat timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX engines_by_heartbeat ON queue.engines (heartbeat);
    CREATE INDEX engines_by_queue ON queue.engines (queue, heartbeat);

    -- One row for each task that an engine holds: it is what others give back when the engine is gone.
    CREATE TABLE queue.leases (
      task_id uuid PRIMARY KEY,
      engine_id uuid NOT NULL REFERENCES queue.engines (id) ON DELETE CASCADE,
      attempt integer NOT NULL,
      taken timestamptz NOT NULL DEFAULT clock_timestamp(),
      queue text NOT NULL DEFAULT '',
      name text NOT NULL DEFAULT '',
      func text NOT NULL DEFAULT '',
      "group" text,
      -- Set once the task runs for longer than a moment: since when, in which process, how far it is.
      started timestamptz,
      worker_pid integer,
      progress jsonb,
      -- Who asked for its end; the engine that holds it sees to that.
      cancelled_by text
    );
    CREATE INDEX leases_by_engine ON queue.leases (engine_id);
    CREATE INDEX leases_cancelled ON queue.leases (engine_id) WHERE cancelled_by IS NOT NULL;
    CREATE INDEX leases_oldest ON queue.leases (taken, task_id);

    CREATE TABLE queue.queues (
      name text PRIMARY KEY,
      paused_since timestamptz,
      paused_by text
    );

    -- How many attempts ended in a minute, a row for each engine, so that engines do not wait for each other.
    CREATE TABLE queue.task_counts (
      queue text NOT NULL,
      minute timestamptz NOT NULL,
      engine_id uuid NOT NULL,
      successes integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      PRIMARY KEY (queue, minute, engine_id)
    );
    CREATE INDEX task_counts_by_minute ON queue.task_counts (minute);

    -- How many tasks waited in each queue, minute by minute: a row for each queue and minute, of about one day.
    CREATE TABLE queue.queue_depths (
      minute timestamptz NOT NULL,
      queue text NOT NULL,
      waiting integer NOT NULL,
      PRIMARY KEY (minute, queue)
    );
  `);
}

/** Drops the schema of the queue, with everything in it. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP SCHEMA queue CASCADE');
}
