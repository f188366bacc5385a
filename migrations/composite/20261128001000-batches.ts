import type { Knex } from 'knex';

/**
 * What a member hands to the DLCS. A batch is stored before it is posted, so that a retry knows which ones
 * the DLCS has, and which one it may have.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE composite.batches (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      member_id uuid NOT NULL REFERENCES composite.members (id) ON DELETE CASCADE,
      position integer NOT NULL,
      -- pending: not posted; posting: posted, its answer not known; accepted: the DLCS has it.
      state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'posting', 'accepted')),
      -- The hydra:Collection of images that is posted.
      request jsonb NOT NULL,
      -- The DLCS's answer, whole, and its @id.
      response jsonb,
      uri text,
      posted timestamptz,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      UNIQUE (member_id, position)
    );
    CREATE INDEX batches_newest ON composite.batches (created DESC, id);
    CREATE INDEX batches_by_uri ON composite.batches (uri) WHERE uri IS NOT NULL;
    -- Finds the versions of a composite that have their pages in one folder: the URL of a member's first page without
    -- its file. A hash, as such a URL may be longer than what a B-tree takes.
    CREATE INDEX batches_by_folder ON composite.batches
      USING hash (regexp_replace(request #>> '{member,0,origin}', '[^/]*$', ''))
      WHERE position = 0;
  `);
}

/** Forgets all batches. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE composite.batches');
}
