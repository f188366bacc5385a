import type { Knex } from 'knex';

/**
 * Finds the versions of a composite that have their pages in one folder: the URL of a member's first page without
 * its file. A hash, as such a URL may be longer than what a B-tree takes.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX batches_by_folder ON batches
      USING hash (regexp_replace(request #>> '{member,0,origin}', '[^/]*$', ''))
      WHERE position = 0;
  `);
}

/** Drops the index. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX batches_by_folder');
}
