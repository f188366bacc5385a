import type { Knex } from 'knex';

/** Collections that were submitted to the priority queue: they go first here and at the DLCS. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE composite.collections ADD COLUMN priority boolean NOT NULL DEFAULT false');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE composite.collections DROP COLUMN IF EXISTS priority');
}
