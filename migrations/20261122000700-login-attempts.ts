import type { Knex } from 'knex';

/** How often somebody tried to sign in of late (the shape that rate-limiter-flexible reads and writes). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE login_attempts (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    );
    CREATE INDEX login_attempts_by_expiry ON login_attempts (expire);
  `);
}

/** Forgets all attempts. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE login_attempts');
}
