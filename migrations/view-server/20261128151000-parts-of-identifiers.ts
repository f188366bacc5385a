import type { Knex } from 'knex';

/**
 * An index by which products are found by a part of their identifiers. The extension is trusted: the owner of the database may create it. It
 * may be there already, in another schema; its operator class has to be named with that one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA view_server');
  const { rows } = await knex.raw<{ rows: { schema: string }[] }>(
    `SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'pg_trgm'`,
  );
  const schema = rows[0]?.schema ?? 'view_server';
  await knex.raw(
    `CREATE INDEX products_by_part ON view_server.products USING gin (lower(identifier) ${schema}.gin_trgm_ops)`,
  );
}

/** Removes it. The extension stays: others may use it. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX view_server.products_by_part');
}
