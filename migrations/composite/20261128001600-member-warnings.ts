import type { Knex } from 'knex';

/** What is not on a member's pages as it should be, such as letters that no font has. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE composite.members ADD COLUMN warnings text[] NOT NULL DEFAULT '{}'`);
}

/** Forgets them. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE composite.members DROP COLUMN warnings');
}
