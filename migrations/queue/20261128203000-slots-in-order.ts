import type { Knex } from 'knex';

/**
 * Packages that wait for a slot are found in the order in which they would have their turns, where no fairness keys are
 * used: so that an engine can take the first of them without a wait for a turn in between.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `CREATE INDEX job_slots_in_order ON pgboss.job (name, (-priority), start_after, id)
       WHERE waits_for = 'slot' AND fairness_key = ''`,
  );
}

/** Engines of this version need it: stop them before this. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX pgboss.job_slots_in_order');
}
