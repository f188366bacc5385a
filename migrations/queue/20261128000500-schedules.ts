import type { Knex } from 'knex';

/** What is enqueued at its time, again and again: one row a schedule. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE queue.schedules (
      id uuid PRIMARY KEY,
      name text,
      -- The queue that its tasks go to.
      cluster text NOT NULL,
      func text NOT NULL,
      -- Arguments marked secret are sealed.
      args jsonb NOT NULL,
      hook text,
      task_name text,
      -- What each task is enqueued with beside that.
      task_options jsonb NOT NULL DEFAULT '{}',
      schedule_type text NOT NULL CHECK (schedule_type IN ('once', 'minutes', 'hourly', 'daily', 'weekly', 'biweekly',
        'monthly', 'bimonthly', 'quarterly', 'yearly', 'cron')),
      minutes integer CHECK (minutes > 0),
      cron text,
      time_zone text NOT NULL,
      -- How many slots are left; -1 for no end.
      repeats integer NOT NULL CHECK (repeats >= -1),
      -- The slot from which the others are counted, so that what begins on a 31st comes back to it.
      first_run timestamptz NOT NULL,
      next_run timestamptz NOT NULL,
      intended_date_kwarg text,
      -- Whether missed slots are all run; null for what the engine's settings say.
      catch_up boolean,
      paused boolean NOT NULL DEFAULT false,
      last_run timestamptz,
      last_task_id uuid,
      -- Why a slot gave no task the last time that one did not, and how many did not.
      error text,
      missed_slots integer NOT NULL DEFAULT 0,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      CHECK ((schedule_type = 'minutes') = (minutes IS NOT NULL)),
      CHECK ((schedule_type = 'cron') = (cron IS NOT NULL))
    );
    CREATE UNIQUE INDEX schedules_by_name ON queue.schedules (name);
    CREATE INDEX schedules_due ON queue.schedules (cluster, next_run) WHERE NOT paused AND repeats <> 0;
    -- Those that are over come last; nor do they stand in the way of who looks for what is due.
    CREATE INDEX schedules_in_order ON queue.schedules ((repeats = 0), next_run, id);
  `);
}

/** Forgets all schedules. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE queue.schedules');
}
