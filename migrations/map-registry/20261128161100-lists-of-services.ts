import type { Knex } from 'knex';

/** What the lists of services are ordered by and searched in, and what a harvest depended on. */
export async function up(knex: Knex): Promise<void> {
  // It may be there already, in the schema of another app.
  await knex.raw('CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA map_registry');
  const { rows } = await knex.raw<{ rows: readonly { readonly schema: string }[] }>(
    `SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'pg_trgm'`,
  );
  await knex.raw(`
    CREATE INDEX services_by_title ON map_registry.services (catalog_id, title, id);
    CREATE INDEX services_by_layers ON map_registry.services (catalog_id, layer_count, id);
    CREATE INDEX services_by_creation ON map_registry.services (catalog_id, created, id);
    CREATE INDEX services_by_type ON map_registry.services (catalog_id, type, last_updated DESC, id DESC);
    CREATE INDEX services_by_text ON map_registry.services
      USING gin ((title || ' ' || abstract || ' ' || url) ${rows[0]?.schema}.gin_trgm_ops);

    -- The settings that the newest harvest was made by: with others, an unchanged description is read again.
    ALTER TABLE map_registry.services ADD COLUMN harvest_rules text;
    -- A harvest looks for the layers of a service that are missing.
    CREATE INDEX layers_missing ON map_registry.layers (service_id) WHERE missing_count > 0 AND NOT was_deleted;
  `);
}

/** Removes them. The extension stays, because others may use it. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX map_registry.layers_missing;
    ALTER TABLE map_registry.services DROP COLUMN harvest_rules;
    DROP INDEX map_registry.services_by_text;
    DROP INDEX map_registry.services_by_type;
    DROP INDEX map_registry.services_by_creation;
    DROP INDEX map_registry.services_by_layers;
    DROP INDEX map_registry.services_by_title;
  `);
}
