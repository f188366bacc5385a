import type { Knex } from 'knex';

/** What callers submitted: a collection, and its members in the order of submission. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE collections (
      id uuid PRIMARY KEY,
      customer integer NOT NULL,
      created timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX collections_newest ON collections (created DESC, id);

    CREATE TABLE members (
      id uuid PRIMARY KEY,
      collection_id uuid NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
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
      UNIQUE (collection_id, position)
    );
    CREATE INDEX members_by_status ON members (status, created DESC);
    CREATE INDEX members_newest ON members (created DESC, id);
  `);
}

/** Drops all submissions. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE members; DROP TABLE collections;');
}
