import type { Knex } from 'knex';

/** What came of an endpoint, part by part: services at other hosts are asked by tasks of their own, which end later. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE map_registry.endpoints
      ADD COLUMN created_count integer NOT NULL DEFAULT 0,
      -- Services at other hosts that are still to be asked.
      ADD COLUMN unasked_count integer NOT NULL DEFAULT 0,
      -- What was left out, a sentence each.
      ADD COLUMN left_out text[] NOT NULL DEFAULT '{}';
  `);
}

/** The message of each endpoint stays. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE map_registry.endpoints DROP COLUMN created_count, DROP COLUMN unasked_count, DROP COLUMN left_out;
  `);
}
