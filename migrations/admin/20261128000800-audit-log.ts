import type { Knex } from 'knex';

/**
 * Who did what in the admin, and when. Nothing refers to other tables, as a line outlives the administrator and
 * the records that it tells of.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE admin.audit_log (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      happened timestamptz NOT NULL DEFAULT clock_timestamp(),
      administrator_id uuid,
      username text NOT NULL,
      address text NOT NULL,
      action text NOT NULL,
      resource text,
      record_ids text[] NOT NULL DEFAULT '{}',
      record_count integer NOT NULL DEFAULT 0,
      outcome text NOT NULL CHECK (outcome IN ('done', 'failed', 'refused')),
      detail text
    );
    CREATE INDEX audit_log_newest ON admin.audit_log (happened DESC, id);
    CREATE INDEX audit_log_by_username ON admin.audit_log (username, happened DESC, id);
    CREATE INDEX audit_log_by_action ON admin.audit_log (action, happened DESC, id);
    CREATE INDEX audit_log_by_resource ON admin.audit_log (resource, happened DESC, id);
    CREATE INDEX audit_log_by_outcome ON admin.audit_log (outcome, happened DESC, id);
  `);
}

/** Forgets who did what. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE admin.audit_log');
}
