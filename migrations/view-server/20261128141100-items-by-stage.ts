import type { Knex } from 'knex';

/** Indexes from which the pages of items are read. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX items_by_stage ON view_server.items (stage, id);
    CREATE INDEX items_by_path ON view_server.items (path, id);
  `);
}

/** Removes them. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX view_server.items_by_stage, view_server.items_by_path');
}
