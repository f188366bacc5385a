import type { Knex } from 'knex';

/** What callers submitted: a collection, its members in the order of submission, and where each has been since. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE SCHEMA IF NOT EXISTS composite;

    CREATE TABLE composite.collections (
      id uuid PRIMARY KEY,
      customer integer NOT NULL,
      created timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX collections_newest ON composite.collections (created DESC, id);
    CREATE INDEX collections_by_customer ON composite.collections (customer, created DESC, id);

    CREATE TABLE composite.members (
      id uuid PRIMARY KEY,
      collection_id uuid NOT NULL REFERENCES composite.collections (id) ON DELETE CASCADE,
      position integer NOT NULL,
      -- The composite as it was submitted.
      composite jsonb NOT NULL,
      status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'FETCHING_ORIGIN', 'RASTERIZING',
        'PUSHING_TO_DLCS', 'BUILDING_DLCS_REQUEST', 'COMPLETED', 'ERROR')),
      error text,
      image_count integer,
      -- Pages stored in S3 so far, of pages in all; the latter is null until the PDF is open.
      pages_done integer NOT NULL DEFAULT 0,
      pages_total integer,
      -- The newest task that processes this member.
      task_id uuid,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      last_updated timestamptz NOT NULL DEFAULT clock_timestamp(),
      -- What the admin finds members by: the words of a composite id, an origin or an error. Words are found by their
      -- beginnings, which Postgres can do without an extension: not every account may install one. The user and the
      -- password that an origin may hold are none of these words.
      --
      -- Kept, as making the words anew for each row that is looked at takes longer than everything else. Whatever is
      -- beyond ASCII belongs to a word, whichever locale the database has; and words have at most 100 characters, as
      -- a tsvector holds none of some thousand.
      words tsvector GENERATED ALWAYS AS (
        array_to_tsvector(array_remove(string_to_array(regexp_replace(regexp_replace(lower(
            left(coalesce(composite ->> 'compositeId', ''), 1000) || ' ' ||
            left(regexp_replace(coalesce(composite ->> 'origin', ''), '//[^/]*@', '//'), 2000) || ' ' ||
            left(coalesce(error, ''), 4000)
          ), '[\\x01-\\x2f\\x3a-\\x60\\x7b-\\x7f]+', ' ', 'g'), '([^ ]{100})[^ ]+', '\\1', 'g'), ' '), ''))
      ) STORED,
      UNIQUE (collection_id, position)
    );
    CREATE INDEX members_by_status ON composite.members (status, created DESC);
    CREATE INDEX members_newest ON composite.members (created DESC, id);
    -- How far the members of a collection are is counted without a look at the members themselves.
    CREATE INDEX members_by_collection ON composite.members (collection_id, status);
    CREATE INDEX members_by_words ON composite.members USING gin (words);

    -- Where a member has been, and since when: a line for each move, and for each attempt that begins.
    CREATE TABLE composite.member_events (
      member_id uuid NOT NULL REFERENCES composite.members (id) ON DELETE CASCADE,
      happened timestamptz NOT NULL,
      status text NOT NULL,
      -- The task that it happened in, and of a failure why.
      task_id uuid,
      error text
    );
    CREATE INDEX member_events_newest ON composite.member_events (member_id, happened DESC);
  `);
}

/** Drops the schema of the composites, with all submissions. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP SCHEMA composite CASCADE');
}
