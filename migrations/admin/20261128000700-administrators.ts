import type { Knex } from 'knex';

/** Who may sign in to the admin, and their sessions. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE SCHEMA IF NOT EXISTS admin;

    CREATE TABLE admin.administrators (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      username text NOT NULL UNIQUE,
      email text NOT NULL DEFAULT '',
      password_hash text NOT NULL,
      role text NOT NULL DEFAULT 'viewer' CHECK (role IN ('viewer', 'operator', 'superuser')),
      -- Whether they may not sign in.
      disabled boolean NOT NULL DEFAULT false,
      -- Which of their sessions count: those of the present generation.
      session_generation integer NOT NULL DEFAULT 1,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      last_login timestamptz
    );

    -- The shape that connect-pg-simple reads and writes.
    CREATE TABLE admin.sessions (
      sid text PRIMARY KEY,
      sess json NOT NULL,
      expire timestamp(6) NOT NULL
    );
    CREATE INDEX sessions_by_expiry ON admin.sessions (expire);

    -- How often somebody tried to sign in of late: the shape that rate-limiter-flexible reads and writes.
    CREATE TABLE admin.login_attempts (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    );
    CREATE INDEX login_attempts_by_expiry ON admin.login_attempts (expire);
  `);
}

/** Drops the schema of the admin, with all administrators, and signs everybody out. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP SCHEMA admin CASCADE');
}
