import type { Knex } from 'knex';

/**
 * What an administrator may do, whether they may sign in, and which of their sessions count: those of the present
 * generation. Who is there already could do everything, and still can.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE administrators
      ADD COLUMN role text NOT NULL DEFAULT 'superuser' CHECK (role IN ('viewer', 'operator', 'superuser')),
      ADD COLUMN disabled boolean NOT NULL DEFAULT false,
      ADD COLUMN session_generation integer NOT NULL DEFAULT 1;
    ALTER TABLE administrators ALTER COLUMN role SET DEFAULT 'viewer';
  `);
}

/** Everybody who is left can do everything, also those who were disabled. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'ALTER TABLE administrators DROP COLUMN role, DROP COLUMN disabled, DROP COLUMN session_generation',
  );
}
