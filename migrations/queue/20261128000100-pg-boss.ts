import type { Knex } from 'knex';
import { getConstructionPlans } from 'pg-boss';

/** The plans come as one transaction of their own, which would end that of all migrations. */
const OWN_TRANSACTION = /^\s*BEGIN;|COMMIT;\s*$/g;

/** Installs pg-boss 12.35 (the Postgres broker) in a schema of its own. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(getConstructionPlans('pgboss').replace(OWN_TRANSACTION, '').replaceAll('?', '\\?'));
}

/** Drops pg-boss, and with it every queued task. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP SCHEMA pgboss CASCADE');
}
