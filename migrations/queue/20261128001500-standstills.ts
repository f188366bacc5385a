import type { Knex } from 'knex';

/**
 * How far the attempts of tasks got that have failed and are still queued. A task that never fails has no row, so that
 * what succeeds costs nothing more.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE queue.standstills (
      task_id uuid PRIMARY KEY,
      queue text NOT NULL,
      -- The greatest "done" that an attempt reported.
      furthest double precision NOT NULL,
      -- Failed attempts since then, none of which got further.
      attempts integer NOT NULL
    );
    CREATE INDEX standstills_by_queue ON queue.standstills (queue);
  `);
}

/** Every task counts its attempts from the start. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE queue.standstills');
}
