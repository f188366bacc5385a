import type { Knex } from 'knex';

/** What an engine found in its queue and could not verify. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE queue.engines
      -- Packages and messages that it left where they are, since it started.
      ADD COLUMN unverified integer NOT NULL DEFAULT 0,
      -- So many packages in a row that its key is probably wrong: it takes nothing more.
      ADD COLUMN distrusts_key boolean NOT NULL DEFAULT false;
  `);
}

/** Forgets it. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE queue.engines DROP COLUMN unverified, DROP COLUMN distrusts_key');
}
