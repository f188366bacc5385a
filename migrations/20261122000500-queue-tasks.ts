import type { Knex } from 'knex';

/** Beside the broker, which moves packages: the engines, what each holds, and what has finished. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE engines (
      id uuid PRIMARY KEY,
      queue text NOT NULL,
      host text NOT NULL,
      pid integer NOT NULL,
      state text NOT NULL CHECK (state IN ('starting', 'idle', 'working', 'stopping', 'stopped', 'lost')),
      worker_count integer NOT NULL,
      reincarnations integer NOT NULL DEFAULT 0,
      started timestamptz NOT NULL DEFAULT clock_timestamp(),
      heartbeat timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX engines_by_heartbeat ON engines (heartbeat);

    -- One row for each task that an engine holds: it is what others give back when the engine is gone.
    CREATE TABLE leases (
      task_id uuid PRIMARY KEY,
      engine_id uuid NOT NULL REFERENCES engines (id) ON DELETE CASCADE,
      attempt integer NOT NULL,
      taken timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX leases_by_engine ON leases (engine_id);

    CREATE TABLE tasks (
      id uuid PRIMARY KEY,
      name text NOT NULL,
      func text NOT NULL,
      hook text,
      -- Arguments marked secret are sealed, and dropped once the task has succeeded.
      args jsonb NOT NULL,
      -- The value; or {"error", "stack"} of a failure.
      result jsonb,
      "group" text,
      cluster text NOT NULL,
      -- When it was enqueued, and when its latest attempt ended.
      started timestamptz NOT NULL,
      stopped timestamptz NOT NULL,
      success boolean NOT NULL,
      attempt_count integer NOT NULL
    );
    CREATE INDEX tasks_newest ON tasks (success, stopped DESC, id);
    CREATE INDEX tasks_by_group ON tasks ("group", stopped) WHERE "group" IS NOT NULL;
    CREATE INDEX tasks_by_name ON tasks (name, stopped DESC);
  `);
}

/** Forgets all engines and everything that finished. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE tasks; DROP TABLE leases; DROP TABLE engines;');
}
