import type { Knex } from 'knex';

/** What the code says of the times of a schedule that it brings: where that changes, so does the schedule. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- {"scheduleType": "minutes", "minutes": 60, "cron": null}; null for a schedule that people have made.
    ALTER TABLE queue.schedules ADD COLUMN declared_times jsonb;
  `);
}

/** Schedules stay as they are. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE queue.schedules DROP COLUMN declared_times');
}
