import type { Knex } from 'knex';

/**
 * What keeps late requests out of an index that is not in this database. Each batch has a version, which is greater than those of all batches
 * before it: the index refuses what is older than what it has. Each emptying of an index makes another generation of it, under
 * another name; it is random, as a database that was restored counts anew.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE SEQUENCE map_registry.index_versions;
    ALTER TABLE map_registry.catalogs
      ADD COLUMN index_generation text NOT NULL DEFAULT left(gen_random_uuid()::text, 8);
  `);
}

/** Removes both. An index in Elasticsearch has to be built anew afterwards. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE map_registry.catalogs DROP COLUMN index_generation;
    DROP SEQUENCE map_registry.index_versions;
  `);
}
