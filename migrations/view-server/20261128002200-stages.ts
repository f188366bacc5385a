import type { Knex } from 'knex';

/** Collections, the items of each stage, and the attempts at them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE SCHEMA view_server;

    CREATE TABLE view_server.collections (
      name text PRIMARY KEY,
      created timestamptz NOT NULL DEFAULT clock_timestamp()
    );

    -- One row for each path in each stage, however often it is pushed.
    CREATE TABLE view_server.items (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      stage text NOT NULL CHECK (stage IN ('preprocess', 'register', 'seed')),
      path text COLLATE "C" NOT NULL,
      collection text NOT NULL REFERENCES view_server.collections,
      -- How the newest attempt ended. Null while one waits or runs.
      outcome text CHECK (outcome IN ('success', 'failure')),
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      UNIQUE (stage, path)
    );
    CREATE INDEX items_by_outcome ON view_server.items (stage, outcome, id) WHERE outcome IS NOT NULL;
    CREATE INDEX items_of_collection ON view_server.items (collection, id);

    -- A push takes one value, and adds to it the index of each of its items.
    CREATE SEQUENCE view_server.positions AS bigint INCREMENT BY 100000 START WITH 100000;

    CREATE TABLE view_server.attempts (
      item_id bigint NOT NULL REFERENCES view_server.items ON DELETE CASCADE,
      number integer NOT NULL,
      stage text NOT NULL,
      state text NOT NULL CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'lost', 'withdrawn')),
      -- The JSON that an item was pushed with to the queue of metadata, as it was written.
      metadata text,
      -- The lowest is taken first. Negative for an item that was pushed to be the next one.
      position bigint NOT NULL,
      -- 1 for the first attempt after a push, and one more each time that the item came back to the queue.
      delivery integer NOT NULL DEFAULT 1,
      -- The task of our own queue that does the work; null where outside workers do.
      task_id uuid,
      reason text,
      worker text,
      -- Of an outside worker: its connection, and until when the item is its own.
      lease_id uuid,
      leased_until timestamptz,
      pushed timestamptz NOT NULL DEFAULT clock_timestamp(),
      began timestamptz,
      ended timestamptz,
      PRIMARY KEY (item_id, number)
    );
    CREATE UNIQUE INDEX attempts_one_waiting ON view_server.attempts (item_id) WHERE state = 'waiting';
    CREATE UNIQUE INDEX attempts_one_running ON view_server.attempts (item_id) WHERE state = 'running';
    CREATE INDEX attempts_in_order ON view_server.attempts (stage, (metadata IS NULL), position)
      WHERE state = 'waiting';
    CREATE INDEX attempts_running ON view_server.attempts (stage, item_id) WHERE state = 'running';
    CREATE INDEX attempts_by_lease ON view_server.attempts (lease_id) WHERE lease_id IS NOT NULL;
    CREATE INDEX attempts_by_end_of_lease ON view_server.attempts (leased_until) WHERE leased_until IS NOT NULL;
    CREATE INDEX attempts_by_task ON view_server.attempts (task_id, number) WHERE task_id IS NOT NULL;
  `);
}

/** Removes all items and their attempts. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP SCHEMA view_server CASCADE');
}
