import type { Knex } from 'knex';

/** What the proxy and the checks have of a layer goes with it: nothing else would remove its thumbnail and the version of its tiles. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE FUNCTION map_registry.forget_deleted_layers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO map_registry.tile_garbage (source, object_key, due)
      SELECT uuid::text, thumbnail, clock_timestamp() FROM deleted WHERE thumbnail IS NOT NULL ORDER BY uuid
      ON CONFLICT DO NOTHING;
      DELETE FROM map_registry.tile_sources WHERE name IN (SELECT id::text FROM deleted);
      RETURN NULL;
    END $$;
    CREATE TRIGGER forget_deleted_layers AFTER DELETE ON map_registry.layers
      REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION map_registry.forget_deleted_layers();
  `);
}

/** Thumbnails and versions of deleted layers stay. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER forget_deleted_layers ON map_registry.layers;
    DROP FUNCTION map_registry.forget_deleted_layers;
  `);
}
