import type { Knex } from 'knex';

/** The results of an iteration's parts, until the last of them is there and they become one result. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE iteration_results (
      iteration_id uuid NOT NULL REFERENCES iterations (id) ON DELETE CASCADE,
      index integer NOT NULL,
      result jsonb,
      PRIMARY KEY (iteration_id, index)
    );
  `);
}

/** Iterations that are not complete stay so. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE iteration_results');
}
