import type { Knex } from 'knex';

/** Indexes for the lists of the admin. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX items_of_stage ON view_server.items (stage, id);
    CREATE INDEX items_by_path ON view_server.items (path, id);
    CREATE INDEX items_of_outcome ON view_server.items (outcome, id) WHERE outcome IS NOT NULL;
    CREATE INDEX items_by_file_name ON view_server.items (substring(path FROM '[^/]*$'));
    CREATE INDEX attempts_waiting ON view_server.attempts (stage, item_id) WHERE state = 'waiting';
    CREATE INDEX products_by_prefix ON view_server.products (prefix);
    CREATE INDEX products_by_time ON view_server.products (ends DESC, id DESC);
  `);
}

/** Removes them. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX view_server.items_of_stage, view_server.items_by_path, view_server.items_of_outcome,
      view_server.items_by_file_name, view_server.attempts_waiting, view_server.products_by_prefix,
      view_server.products_by_time;
  `);
}
