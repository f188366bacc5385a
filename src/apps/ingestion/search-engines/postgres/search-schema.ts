import type { Knex } from 'knex';
import type { Database } from '../../../../platform/database/connection.ts';

/** Creates the schema `search`, which lists indexes and aliases, where it is not there yet. */
export async function createSearchSchema(database: Database): Promise<void> {
  // A role that may not create schemas can use one that is there.
  if (await hasSearchSchema(database)) return;
  await database.transaction(async (transaction) => {
    await lockNames(transaction);
    await transaction.raw(`
      CREATE SCHEMA IF NOT EXISTS search;
      CREATE TABLE IF NOT EXISTS search.indexes (
        name text COLLATE "C" PRIMARY KEY,
        -- The documents are in search.documents_<number>: a name can be longer than that of a table.
        number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        model text NOT NULL,
        -- How fields are indexed, as the model declared it when the index was created.
        fields jsonb NOT NULL,
        -- Null until the index is finished.
        document_count bigint,
        created timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE TABLE IF NOT EXISTS search.aliases (
        alias text COLLATE "C" PRIMARY KEY,
        index_name text COLLATE "C" NOT NULL REFERENCES search.indexes
      );
      CREATE INDEX IF NOT EXISTS aliases_by_index ON search.aliases (index_name);
    `);
  });
}

/** Keeps others from giving and taking names until the transaction ends: an alias and an index never have the same. */
export async function lockNames(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw(`SELECT pg_advisory_xact_lock(hashtextextended('search.names', 0))`);
}

async function hasSearchSchema(database: Database): Promise<boolean> {
  const { rows } = await database.raw<{ rows: { exists: boolean }[] }>(
    `SELECT to_regclass('search.aliases_by_index') IS NOT NULL AS exists`,
  );
  return rows[0]?.exists === true;
}
