import type { Knex } from 'knex';

/** How many tasks waited in each queue, minute by minute: a row for each queue and minute, of about one day. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE queue_depths (
      minute timestamptz NOT NULL,
      queue text NOT NULL,
      waiting integer NOT NULL,
      PRIMARY KEY (minute, queue)
    );
  `);
}

/** Forgets how long the queues were. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE queue_depths');
}
