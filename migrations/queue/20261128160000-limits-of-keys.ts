import type { Knex } from 'knex';

/** The greatest limit of the packages that wait for a slot of a key is found in one step, however many wait. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `CREATE INDEX job_limits ON pgboss.job (name, limit_key, limit_count) WHERE waits_for = 'slot'`,
  );
}

/** Finding it takes longer. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX pgboss.job_limits');
}
