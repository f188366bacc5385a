import type { Knex } from 'knex';

/**
 * What the lists of failed tasks are narrowed by, however many successes stand between them, and what became of a
 * task that was sent back. Successes are in none of these but the last, so that storing them costs no more.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX tasks_failures_by_func ON tasks (func, stopped DESC, id) WHERE NOT success;
    CREATE INDEX tasks_failures_by_group ON tasks ("group", stopped DESC, id)
      WHERE NOT success AND "group" IS NOT NULL;
    CREATE INDEX tasks_failures_by_queue ON tasks (cluster, stopped DESC, id) WHERE NOT success;
    CREATE INDEX tasks_cancelled ON tasks (stopped DESC, id) WHERE cancelled AND NOT success;
    CREATE INDEX tasks_resubmitted ON tasks (resubmitted_from) WHERE resubmitted_from IS NOT NULL;
  `);
}

/** Lists get slower. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX tasks_failures_by_func, tasks_failures_by_group, tasks_failures_by_queue, tasks_cancelled,
      tasks_resubmitted;
  `);
}
