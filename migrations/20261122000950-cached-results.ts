import type { Knex } from 'knex';

/**
 * Which results are in the cache: a cache cannot be asked for a group or by a name, and cannot take part in the
 * transaction that acknowledges a task.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE cached_results (
      task_id uuid PRIMARY KEY,
      name text NOT NULL,
      "group" text,
      stopped timestamptz NOT NULL,
      -- When the cache forgets the result.
      expires timestamptz NOT NULL
    );
    CREATE INDEX cached_results_by_name ON cached_results (name, stopped DESC);
    CREATE INDEX cached_results_by_group ON cached_results ("group", stopped) WHERE "group" IS NOT NULL;
    CREATE INDEX cached_results_by_expiry ON cached_results (expires);
  `);
}

/** What is in the cache is found no more. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE cached_results');
}
