import type { Knex } from 'knex';

/** Refreshes with their steps and slices, what was indexed and promoted, and what callers have to be told. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE SCHEMA ingestion;

    -- A refresh is one accepted request: a model, and what is done with it.
    CREATE TABLE ingestion.refreshes (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      model text NOT NULL,
      action text NOT NULL,
      state text NOT NULL DEFAULT 'queued' CHECK (state IN (
        'queued', 'copying', 'cleaning', 'indexing', 'verifying', 'ready', 'promoting', 'done', 'failed', 'cancelled')),
      -- What the request said; the suffix is the refresh's id in hexadecimal where it said none.
      index_suffix text NOT NULL,
      alias text,
      since_date timestamptz,
      origin_index_suffix text,
      destination_index_suffix text,
      is_forced boolean NOT NULL DEFAULT false,
      callback_url text,
      requested_by text NOT NULL,
      -- The refresh before it in a chain: where that one is not successful, this one is cancelled.
      follows uuid REFERENCES ingestion.refreshes ON DELETE SET NULL,
      -- From 0 to 100; it only grows.
      progress real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
      -- Why it failed, for people, and whether the request itself was at fault.
      error text,
      is_bad_request boolean NOT NULL DEFAULT false,
      -- What it came to, for people.
      message text,
      cancelled_by text,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      -- When its first step was enqueued; until then it waits for another refresh of its model.
      admitted timestamptz,
      ended timestamptz,
      CHECK ((ended IS NOT NULL) = (state IN ('ready', 'done', 'failed', 'cancelled')))
    );
    -- One refresh of a model at a time.
    CREATE UNIQUE INDEX refreshes_admitted ON ingestion.refreshes (model)
      WHERE admitted IS NOT NULL AND ended IS NULL;
    CREATE INDEX refreshes_waiting ON ingestion.refreshes (model, created, id)
      WHERE admitted IS NULL AND ended IS NULL;
    CREATE INDEX refreshes_newest ON ingestion.refreshes (created DESC, id);
    CREATE INDEX refreshes_newest_of_model ON ingestion.refreshes (model, created DESC, id);
    CREATE INDEX refreshes_newest_by_state ON ingestion.refreshes (state, created DESC, id);
    CREATE UNIQUE INDEX refreshes_by_predecessor ON ingestion.refreshes (follows) WHERE follows IS NOT NULL;
    CREATE INDEX refreshes_ready ON ingestion.refreshes (model, ended DESC) WHERE state = 'ready';

    CREATE TABLE ingestion.steps (
      refresh_id uuid NOT NULL REFERENCES ingestion.refreshes ON DELETE CASCADE,
      position integer NOT NULL,
      name text NOT NULL,
      state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
      rows_done bigint NOT NULL DEFAULT 0,
      -- Null while it is not known.
      rows_total bigint,
      bytes_done bigint NOT NULL DEFAULT 0,
      bytes_total bigint,
      -- What a later step or a reader needs of it.
      result jsonb,
      -- The task of the queue that runs it.
      task_id uuid,
      began timestamptz,
      ended timestamptz,
      PRIMARY KEY (refresh_id, position)
    );
    CREATE INDEX steps_by_task ON ingestion.steps (task_id);

    -- Ranges of ids that are indexed on their own, both ends included.
    CREATE TABLE ingestion.slices (
      refresh_id uuid NOT NULL REFERENCES ingestion.refreshes ON DELETE CASCADE,
      number integer NOT NULL,
      first_id bigint NOT NULL,
      last_id bigint NOT NULL CHECK (last_id >= first_id),
      state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed')),
      row_count bigint NOT NULL DEFAULT 0,
      document_count bigint NOT NULL DEFAULT 0,
      -- Rows that have no document, as their source has removed them.
      removed_count bigint NOT NULL DEFAULT 0,
      failed_count bigint NOT NULL DEFAULT 0,
      task_id uuid,
      began timestamptz,
      ended timestamptz,
      PRIMARY KEY (refresh_id, number)
    );
    CREATE INDEX slices_by_task ON ingestion.slices (task_id);
    CREATE INDEX slices_unfinished ON ingestion.slices (refresh_id, number) WHERE state <> 'done';

    -- Rows that the search engine, or their conversion, refused.
    CREATE TABLE ingestion.document_errors (
      refresh_id uuid NOT NULL REFERENCES ingestion.refreshes ON DELETE CASCADE,
      row_id bigint NOT NULL,
      slice_number integer NOT NULL,
      reason text NOT NULL,
      PRIMARY KEY (refresh_id, row_id)
    );
    CREATE INDEX document_errors_of_slice ON ingestion.document_errors (refresh_id, slice_number, row_id);

    -- The indexes that refreshes have made.
    CREATE TABLE ingestion.indexes (
      name text PRIMARY KEY,
      -- The admin knows rows by such a key.
      id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      model text NOT NULL,
      refresh_id uuid REFERENCES ingestion.refreshes ON DELETE SET NULL,
      state text NOT NULL DEFAULT 'building' CHECK (state IN ('building', 'complete')),
      document_count bigint,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      -- When an alias last ceased to point to it; what is younger than INGESTION_KEEP_HOURS is not removed by itself.
      retired timestamptz
    );
    CREATE INDEX indexes_newest ON ingestion.indexes (created DESC, id);
    CREATE INDEX indexes_newest_of_model ON ingestion.indexes (model, created DESC, name);

    -- What a promotion means to do, written before it does it: after a crash it is finished or taken back.
    CREATE TABLE ingestion.promotions (
      refresh_id uuid PRIMARY KEY REFERENCES ingestion.refreshes ON DELETE CASCADE,
      model text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('promotion', 'roll-back')),
      state text NOT NULL DEFAULT 'intended' CHECK (state IN ('intended', 'swapped', 'done', 'reverted')),
      alias text NOT NULL,
      -- Null where the alias did not exist.
      previous_index text,
      index_name text,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      ended timestamptz
    );
    CREATE UNIQUE INDEX promotions_unfinished ON ingestion.promotions (model) WHERE ended IS NULL;
    CREATE INDEX promotions_newest_of_model ON ingestion.promotions (model, created DESC);

    -- Live tables that a promotion has replaced, and that can be put back.
    CREATE TABLE ingestion.retired_tables (
      model text NOT NULL,
      table_name text NOT NULL,
      refresh_id uuid NOT NULL REFERENCES ingestion.refreshes ON DELETE CASCADE,
      retired timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (model, table_name)
    );
    CREATE INDEX retired_tables_by_age ON ingestion.retired_tables (retired);

    -- Callers that have to be told how their refresh ended.
    CREATE TABLE ingestion.callbacks (
      refresh_id uuid PRIMARY KEY REFERENCES ingestion.refreshes ON DELETE CASCADE,
      state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given up')),
      attempt_count integer NOT NULL DEFAULT 0,
      last_error text,
      task_id uuid,
      ended timestamptz
    );
    CREATE INDEX callbacks_by_task ON ingestion.callbacks (task_id);
    CREATE INDEX callbacks_waiting ON ingestion.callbacks (refresh_id) WHERE state = 'waiting';

    -- Messages to people that have not been sent yet, in order.
    CREATE TABLE ingestion.notices (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      model text NOT NULL,
      level text NOT NULL CHECK (level IN ('verbose', 'info', 'error')),
      text text NOT NULL,
      created timestamptz NOT NULL DEFAULT clock_timestamp()
    );
  `);
}

/** Forgets all refreshes. The tables and indexes that they have made are not touched. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP SCHEMA ingestion CASCADE');
}
