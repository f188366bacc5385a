import type { Knex } from 'knex';

/** Failed tasks and schedules are signed, so that a row that was changed is not enqueued; old secrets are removed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE queue.tasks
      -- Of a failure: over what it would be enqueued with again. Null where its package could not be verified, too.
      ADD COLUMN signature text,
      -- Of a failure: whether its arguments, or those of the links behind it, have sealed values.
      ADD COLUMN holds_secrets boolean NOT NULL DEFAULT false,
      -- When those were removed, after which it cannot be sent back.
      ADD COLUMN secrets_removed timestamptz;
    -- The oldest secrets of a queue are removed every few seconds, and have to be found for that.
    CREATE INDEX tasks_with_secrets ON queue.tasks (cluster, stopped) WHERE holds_secrets;

    ALTER TABLE queue.schedules
      -- Over what its tasks are enqueued with; not over its times.
      ADD COLUMN signature text,
      -- Until then it is left alone, as an engine could not verify it.
      ADD COLUMN left_until timestamptz;
  `);
}

/** Forgets the signatures; secrets that were removed stay so. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX queue.tasks_with_secrets;
    ALTER TABLE queue.tasks DROP COLUMN signature, DROP COLUMN holds_secrets, DROP COLUMN secrets_removed;
    ALTER TABLE queue.schedules DROP COLUMN signature, DROP COLUMN left_until;
  `);
}
