import type { Knex } from 'knex';

/** Indexes by which old attempts and items are found. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX attempts_by_end ON view_server.attempts (ended) WHERE ended IS NOT NULL;
    CREATE INDEX attempts_that_follow ON view_server.attempts (item_id) WHERE number > 1;
  `);
}

/** Removes them. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX view_server.attempts_by_end, view_server.attempts_that_follow');
}
