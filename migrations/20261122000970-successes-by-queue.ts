import type { Knex } from 'knex';

/** The oldest successes of a queue are removed every few seconds, and have to be found for that. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE INDEX tasks_successes_by_queue ON tasks (cluster, stopped, id) WHERE success');
}

/** Removing old successes gets slower. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX tasks_successes_by_queue');
}
