import type { Knex } from 'knex';

/** The tasks that have finished, and what those that wait or run are kept unique and put together by. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE queue.tasks (
      id uuid PRIMARY KEY,
      name text NOT NULL,
      func text NOT NULL,
      hook text,
      -- Arguments marked secret are sealed, and dropped once the task has succeeded.
      args jsonb NOT NULL,
      -- What the task was enqueued with beside its arguments, for sending it back.
      options jsonb NOT NULL DEFAULT '{}',
      -- The value; or {"error", "stack"} of a failure.
      result jsonb,
      "group" text,
      cluster text NOT NULL,
      -- When it was enqueued, and when its latest attempt ended.
      started timestamptz NOT NULL,
      stopped timestamptz NOT NULL,
      success boolean NOT NULL,
      cancelled boolean NOT NULL DEFAULT false,
      attempt_count integer NOT NULL,
      -- The failed task that this one was resubmitted from.
      resubmitted_from uuid
    );
    CREATE INDEX tasks_newest ON queue.tasks (success, stopped DESC, id);
    CREATE INDEX tasks_by_group ON queue.tasks ("group", stopped) WHERE "group" IS NOT NULL;
    CREATE INDEX tasks_by_name ON queue.tasks (name, stopped DESC);
    CREATE INDEX tasks_by_func ON queue.tasks (func, stopped DESC);
    -- The oldest successes of a queue are removed every few seconds, and have to be found for that.
    CREATE INDEX tasks_successes_by_queue ON queue.tasks (cluster, stopped, id) WHERE success;
    -- What the lists of failed tasks are narrowed by, however many successes stand between them. Successes are in
    -- none of these, so that storing them costs no more.
    CREATE INDEX tasks_failures_by_func ON queue.tasks (func, stopped DESC, id) WHERE NOT success;
    CREATE INDEX tasks_failures_by_group ON queue.tasks ("group", stopped DESC, id)
      WHERE NOT success AND "group" IS NOT NULL;
    CREATE INDEX tasks_failures_by_queue ON queue.tasks (cluster, stopped DESC, id) WHERE NOT success;
    CREATE INDEX tasks_cancelled ON queue.tasks (stopped DESC, id) WHERE cancelled AND NOT success;
    -- What became of a task that was sent back.
    CREATE INDEX tasks_resubmitted ON queue.tasks (resubmitted_from) WHERE resubmitted_from IS NOT NULL;

    -- Which results are in the cache: a cache cannot be asked for a group or by a name, and cannot take part in the
    -- transaction that acknowledges a task.
    CREATE TABLE queue.cached_results (
      task_id uuid PRIMARY KEY,
      name text NOT NULL,
      "group" text,
      stopped timestamptz NOT NULL,
      -- When the cache forgets the result.
      expires timestamptz NOT NULL
    );
    CREATE INDEX cached_results_by_name ON queue.cached_results (name, stopped DESC);
    CREATE INDEX cached_results_by_group ON queue.cached_results ("group", stopped) WHERE "group" IS NOT NULL;
    CREATE INDEX cached_results_by_expiry ON queue.cached_results (expires);

    -- A key for as long as a task with it waits or runs.
    CREATE TABLE queue.unique_keys (
      queue text NOT NULL,
      key text NOT NULL,
      task_id uuid NOT NULL,
      PRIMARY KEY (queue, key)
    );
    CREATE UNIQUE INDEX unique_keys_by_task ON queue.unique_keys (task_id);

    -- The tasks of one asyncIter that are still to succeed.
    CREATE TABLE queue.iterations (
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

    -- The results of an iteration's parts, until the last of them is there and they become one result.
    CREATE TABLE queue.iteration_results (
      iteration_id uuid NOT NULL REFERENCES queue.iterations (id) ON DELETE CASCADE,
      index integer NOT NULL,
      result jsonb,
      PRIMARY KEY (iteration_id, index)
    );
  `);
}

/** Forgets everything that finished; iterations that are not complete stay so. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE queue.iteration_results, queue.iterations, queue.unique_keys, queue.cached_results, queue.tasks;
  `);
}
