import type { Knex } from 'knex';

/** The tasks that wait or run are listed oldest first, and counted: pg-boss has no index for that. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `CREATE INDEX job_oldest ON pgboss.job (name, created_on, id) INCLUDE (state) WHERE state < 'completed'`,
  );
}

/** Lists and counts get slower. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX pgboss.job_oldest');
}
