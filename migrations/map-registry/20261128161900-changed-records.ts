import type { Knex } from 'knex';

/**
 * What the last transactions changed in the records of a catalogue, so that a search looks at changed records alone and counts no others again.
 * Each transaction has a row in `changed_records` for each of its statements, below the number that it took in its row of `record_changes`.
 * The last 16 numbers are kept.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE map_registry.record_changes ADD COLUMN number bigint NOT NULL DEFAULT 0;

    CREATE TABLE map_registry.changed_records (
      change_id bigint NOT NULL REFERENCES map_registry.record_changes ON DELETE CASCADE,
      number bigint NOT NULL,
      transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
      began_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
      -- Null where there are too many.
      layer_ids bigint[]
    );
    CREATE INDEX changed_records_by_number ON map_registry.changed_records (change_id, number);

    CREATE FUNCTION map_registry.note_record_change(changed_catalog_id bigint, changed_layer_ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      held record;
    BEGIN
      SELECT id, number INTO held FROM map_registry.record_changes
      WHERE catalog_id = changed_catalog_id AND transaction = pg_current_xact_id() AND began_at = transaction_timestamp();
      IF NOT FOUND THEN
        UPDATE map_registry.record_changes change
        SET transaction = pg_current_xact_id(), began_at = transaction_timestamp(), number = change.number + 1
        WHERE id = (
          SELECT id FROM map_registry.record_changes WHERE catalog_id = changed_catalog_id
          ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING change.id, change.number INTO held;
        IF NOT FOUND THEN
          INSERT INTO map_registry.record_changes (catalog_id, transaction, began_at, number)
          VALUES (changed_catalog_id, pg_current_xact_id(), transaction_timestamp(), 1)
          RETURNING id, number INTO held;
        END IF;
        DELETE FROM map_registry.changed_records WHERE change_id = held.id AND number <= held.number - 16;
      END IF;
      INSERT INTO map_registry.changed_records (change_id, number, layer_ids)
      VALUES (held.id, held.number, CASE WHEN cardinality(changed_layer_ids) <= 1000 THEN changed_layer_ids END);
    END $$;
    CREATE OR REPLACE FUNCTION map_registry.note_record_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM map_registry.note_record_change(catalog_id, layer_ids)
      FROM (SELECT catalog_id, array_agg(layer_id) AS layer_ids FROM changed GROUP BY catalog_id) AS changed_catalogs;
      RETURN NULL;
    END $$;
    CREATE OR REPLACE FUNCTION map_registry.note_removal_of_records() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM map_registry.note_record_change(id, NULL) FROM map_registry.catalogs;
      RETURN NULL;
    END $$;
    DROP FUNCTION map_registry.note_record_change(bigint);
  `);
}

/** Notes only that records were changed, as before. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
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
    CREATE OR REPLACE FUNCTION map_registry.note_record_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM map_registry.note_record_change(catalog_id) FROM (SELECT DISTINCT catalog_id FROM changed) AS changed_catalogs;
      RETURN NULL;
    END $$;
    CREATE OR REPLACE FUNCTION map_registry.note_removal_of_records() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM map_registry.note_record_change(id) FROM map_registry.catalogs;
      RETURN NULL;
    END $$;
    DROP FUNCTION map_registry.note_record_change(bigint, bigint[]);
    DROP TABLE map_registry.changed_records;
    ALTER TABLE map_registry.record_changes DROP COLUMN number;
  `);
}
