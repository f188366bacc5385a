import type { Knex } from 'knex';

/**
 * The records that CSW publishes, one for each layer. The extension is trusted: the owner of the database may create it. It may be there
 * already, in another schema; its operator class has to be named with that one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA map_registry');
  const { rows } = await knex.raw<{ rows: { schema: string }[] }>(
    `SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'pg_trgm'`,
  );
  const schema = rows[0]?.schema ?? 'map_registry';
  await knex.raw(`
    CREATE TABLE map_registry.records (
      layer_id bigint PRIMARY KEY REFERENCES map_registry.layers ON DELETE CASCADE,
      catalog_id bigint NOT NULL REFERENCES map_registry.catalogs,
      -- The UUID of the layer, or what the record of a transaction names.
      identifier text COLLATE "C" NOT NULL,
      -- Valid, active, public and not deleted: kept by a trigger.
      is_listed boolean NOT NULL,
      type text COLLATE "C" NOT NULL,
      title text NOT NULL,
      alternative text NOT NULL,
      abstract text NOT NULL,
      format text COLLATE "C" NOT NULL,
      source text COLLATE "C" NOT NULL,
      relation text NOT NULL,
      subjects text[] NOT NULL,
      creator text NOT NULL DEFAULT '',
      publisher text NOT NULL DEFAULT '',
      contributor text NOT NULL DEFAULT '',
      language text NOT NULL DEFAULT '',
      rights text NOT NULL DEFAULT '',
      -- As the record states it; empty where it states none.
      date text NOT NULL,
      -- The same as a moment, otherwise when the layer was changed. Before 4713 BC: -infinity.
      dated timestamptz NOT NULL,
      modified timestamptz NOT NULL,
      -- x is the longitude.
      bounds box NOT NULL,
      -- All texts in lower case, a line each.
      any_text text NOT NULL,
      -- The document of a transaction. Null for what was harvested: its document is written when it is asked for.
      given_xml text,
      UNIQUE (catalog_id, identifier)
    );
    CREATE INDEX listed_records ON map_registry.records (catalog_id, layer_id) WHERE is_listed;
    CREATE INDEX listed_records_by_type ON map_registry.records (catalog_id, type, layer_id) WHERE is_listed;
    CREATE INDEX listed_records_by_format ON map_registry.records (catalog_id, format, layer_id) WHERE is_listed;
    CREATE INDEX listed_records_by_title ON map_registry.records (catalog_id, left(title, 200), layer_id) WHERE is_listed;
    CREATE INDEX listed_records_by_change ON map_registry.records (catalog_id, modified, layer_id) WHERE is_listed;
    CREATE INDEX listed_records_by_date ON map_registry.records (catalog_id, dated, layer_id) WHERE is_listed;
    CREATE INDEX listed_records_by_bounds ON map_registry.records USING gist (bounds) WHERE is_listed;
    CREATE INDEX listed_records_by_text ON map_registry.records USING gin (any_text ${schema}.gin_trgm_ops) WHERE is_listed;

    CREATE FUNCTION map_registry.list_record() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE map_registry.records
      SET is_listed = NEW.is_valid AND NEW.is_active AND NEW.is_public AND NOT NEW.was_deleted
      WHERE layer_id = NEW.id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER list_record AFTER UPDATE OF is_valid, is_active, is_public, was_deleted ON map_registry.layers
    FOR EACH ROW WHEN (
      (OLD.is_valid, OLD.is_active, OLD.is_public, OLD.was_deleted)
      IS DISTINCT FROM (NEW.is_valid, NEW.is_active, NEW.is_public, NEW.was_deleted)
    ) EXECUTE FUNCTION map_registry.list_record();
  `);
}

/** Removes the records. The extension stays: others may use it. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER list_record ON map_registry.layers;
    DROP FUNCTION map_registry.list_record();
    DROP TABLE map_registry.records;
  `);
}
