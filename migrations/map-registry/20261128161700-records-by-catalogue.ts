import type { Knex } from 'knex';

/**
 * Searches of one catalogue read no records of another: the indexes of texts and of boxes start with the catalogue. Boxes are counted from
 * their index alone.
 *
 * `record_changes` tells whether the records of a catalogue have changed. A transaction that changes them writes its id into a row that no
 * other transaction holds, so that none waits for another; there are as many rows as transactions that changed records at the same time. All
 * ids together differ whenever a change can be seen, and stay the same otherwise.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA map_registry;
    CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA map_registry;
  `);
  const schema = await schemaOfTrigrams(knex);
  await knex.raw(`
    DROP INDEX map_registry.listed_records_by_bounds, map_registry.listed_records_by_text;
    CREATE INDEX listed_records_by_bounds ON map_registry.records USING gist (catalog_id, bounds) INCLUDE (layer_id) WHERE is_listed;
    CREATE INDEX listed_records_by_text ON map_registry.records USING gin (catalog_id, any_text ${schema}.gin_trgm_ops) WHERE is_listed;

    CREATE TABLE map_registry.record_changes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      catalog_id bigint NOT NULL REFERENCES map_registry.catalogs ON DELETE CASCADE,
      -- The last transaction that took the row, and when it began: a restored database counts transactions anew.
      transaction xid8 NOT NULL,
      began_at timestamptz NOT NULL
    ) WITH (fillfactor = 50);
    CREATE INDEX record_changes_by_catalog ON map_registry.record_changes (catalog_id);

    CREATE FUNCTION map_registry.note_record_change(changed_catalog_id bigint) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (
        SELECT FROM map_registry.record_changes
        WHERE catalog_id = changed_catalog_id AND transaction = pg_current_xact_id() AND began_at = transaction_timestamp()
      ) THEN
        RETURN;
      END IF;
      UPDATE map_registry.record_changes SET transaction = pg_current_xact_id(), began_at = transaction_timestamp()
      WHERE id = (
        SELECT id FROM map_registry.record_changes WHERE catalog_id = changed_catalog_id
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
      );
      IF NOT FOUND THEN
        INSERT INTO map_registry.record_changes (catalog_id, transaction, began_at)
        VALUES (changed_catalog_id, pg_current_xact_id(), transaction_timestamp());
      END IF;
    END $$;
    CREATE FUNCTION map_registry.note_record_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM map_registry.note_record_change(catalog_id) FROM (SELECT DISTINCT catalog_id FROM changed) AS changed_catalogs;
      RETURN NULL;
    END $$;
    CREATE FUNCTION map_registry.note_removal_of_records() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM map_registry.note_record_change(id) FROM map_registry.catalogs;
      RETURN NULL;
    END $$;
    CREATE TRIGGER note_inserted_records AFTER INSERT ON map_registry.records
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION map_registry.note_record_changes();
    CREATE TRIGGER note_updated_records AFTER UPDATE ON map_registry.records
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION map_registry.note_record_changes();
    CREATE TRIGGER note_deleted_records AFTER DELETE ON map_registry.records
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION map_registry.note_record_changes();
    CREATE TRIGGER note_truncated_records AFTER TRUNCATE ON map_registry.records
      FOR EACH STATEMENT EXECUTE FUNCTION map_registry.note_removal_of_records();
  `);
}

/** Removes what was added. The extensions stay: others may use them. */
export async function down(knex: Knex): Promise<void> {
  const schema = await schemaOfTrigrams(knex);
  await knex.raw(`
    DROP TRIGGER note_inserted_records ON map_registry.records;
    DROP TRIGGER note_updated_records ON map_registry.records;
    DROP TRIGGER note_deleted_records ON map_registry.records;
    DROP TRIGGER note_truncated_records ON map_registry.records;
    DROP FUNCTION map_registry.note_record_changes(), map_registry.note_removal_of_records(), map_registry.note_record_change(bigint);
    DROP TABLE map_registry.record_changes;
    DROP INDEX map_registry.listed_records_by_bounds, map_registry.listed_records_by_text;
    CREATE INDEX listed_records_by_bounds ON map_registry.records USING gist (bounds) WHERE is_listed;
    CREATE INDEX listed_records_by_text ON map_registry.records USING gin (any_text ${schema}.gin_trgm_ops) WHERE is_listed;
  `);
}

/** Where `pg_trgm` is: it may have been there already, in another schema. */
async function schemaOfTrigrams(knex: Knex): Promise<string> {
  const { rows } = await knex.raw<{ rows: { schema: string }[] }>(
    `SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'pg_trgm'`,
  );
  return rows[0]?.schema ?? 'map_registry';
}
