import type { Knex } from 'knex';

/** The URL of an origin that holds a credential is sealed; `composite` then has it without. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE composite.members ADD COLUMN sealed_origin text');
}

/** Forgets the credentials of origins: their members can no longer be fetched. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE composite.members DROP COLUMN sealed_origin');
}
