import type { Knex } from 'knex';

/** Where a member has stood, and since when: a line for each move, and for each attempt that begins. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE member_events (
      member_id uuid NOT NULL REFERENCES members (id) ON DELETE CASCADE,
      happened timestamptz NOT NULL,
      status text NOT NULL,
      -- The task that it happened in, and of a failure why.
      task_id uuid,
      error text
    );
    CREATE INDEX member_events_newest ON member_events (member_id, happened DESC);
  `);
}

/** Forgets where members have stood; where they stand is kept. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE member_events');
}
