import type { Knex } from 'knex';

/** Who may sign in to the admin, and their sessions (the shape that connect-pg-simple reads and writes). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE administrators (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      username text NOT NULL UNIQUE,
      email text NOT NULL DEFAULT '',
      password_hash text NOT NULL,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      last_login timestamptz
    );

    CREATE TABLE sessions (
      sid text PRIMARY KEY,
      sess json NOT NULL,
      expire timestamp(6) NOT NULL
    );
    CREATE INDEX sessions_by_expiry ON sessions (expire);
  `);
}

/** Drops all administrators and signs everybody out. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE sessions; DROP TABLE administrators;');
}
