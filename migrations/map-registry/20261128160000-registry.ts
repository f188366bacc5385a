import type { Knex } from 'knex';

/** Catalogues, endpoints, services, layers, checks and issues. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE SCHEMA map_registry;

    CREATE TABLE map_registry.catalogs (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      slug text COLLATE "C" NOT NULL UNIQUE,
      name text NOT NULL,
      -- Of a remote catalogue.
      url text,
      created timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    INSERT INTO map_registry.catalogs (slug, name) VALUES ('hypermap', 'Hypermap');

    CREATE TABLE map_registry.endpoint_lists (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      catalog_id bigint NOT NULL REFERENCES map_registry.catalogs,
      name text NOT NULL,
      is_greedy boolean NOT NULL DEFAULT false,
      -- What could not be taken of the list: [{"line": 3, "reason": "…"}].
      refused jsonb NOT NULL DEFAULT '[]',
      created timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX endpoint_lists_of_catalog ON map_registry.endpoint_lists (catalog_id);

    CREATE TABLE map_registry.endpoints (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      catalog_id bigint NOT NULL REFERENCES map_registry.catalogs,
      list_id bigint REFERENCES map_registry.endpoint_lists,
      url text COLLATE "C" NOT NULL,
      is_greedy boolean NOT NULL DEFAULT false,
      -- Null until it was looked at.
      processed timestamptz,
      imported boolean NOT NULL DEFAULT false,
      message text,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      UNIQUE (catalog_id, url)
    );
    CREATE INDEX endpoints_by_age ON map_registry.endpoints (created, uuid);
    CREATE INDEX endpoints_of_list ON map_registry.endpoints (list_id, id);

    CREATE TABLE map_registry.services (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      catalog_id bigint NOT NULL REFERENCES map_registry.catalogs,
      type text COLLATE "C" NOT NULL,
      url text COLLATE "C" NOT NULL,
      host text COLLATE "C" NOT NULL,
      title text NOT NULL DEFAULT '',
      abstract text NOT NULL DEFAULT '',
      keywords text[] NOT NULL DEFAULT '{}',
      srs text[] NOT NULL DEFAULT '{}',
      is_valid boolean NOT NULL DEFAULT true,
      -- Why it is not valid, for people.
      invalid_reason text,
      is_active boolean NOT NULL DEFAULT true,
      is_public boolean NOT NULL DEFAULT true,
      is_monitored boolean NOT NULL DEFAULT true,
      -- Of the newest harvest; by it a later one hears that nothing has changed.
      etag text,
      last_modified text,
      digest text,
      harvested timestamptz,
      layer_count integer NOT NULL DEFAULT 0,
      check_count bigint NOT NULL DEFAULT 0,
      success_count bigint NOT NULL DEFAULT 0,
      -- The newest 64 checks, the newest in the lowest bit.
      recent_checks bigint NOT NULL DEFAULT 0,
      failures_in_row integer NOT NULL DEFAULT 0,
      first_check timestamptz,
      last_check timestamptz,
      last_status boolean,
      last_message text,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      last_updated timestamptz NOT NULL DEFAULT clock_timestamp(),
      UNIQUE (catalog_id, type, url)
    );
    CREATE INDEX services_by_update ON map_registry.services (catalog_id, last_updated DESC, id DESC);
    CREATE INDEX services_by_age ON map_registry.services (created, uuid);
    CREATE INDEX services_by_host ON map_registry.services (catalog_id, host);

    CREATE TABLE map_registry.layers (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      catalog_id bigint NOT NULL REFERENCES map_registry.catalogs,
      service_id bigint NOT NULL REFERENCES map_registry.services ON DELETE CASCADE,
      name text COLLATE "C" NOT NULL,
      title text NOT NULL DEFAULT '',
      abstract text NOT NULL DEFAULT '',
      keywords text[] NOT NULL DEFAULT '{}',
      srs text[] NOT NULL DEFAULT '{}',
      -- In longitude and latitude, in range.
      min_x double precision NOT NULL DEFAULT -180,
      min_y double precision NOT NULL DEFAULT -90,
      max_x double precision NOT NULL DEFAULT 180,
      max_y double precision NOT NULL DEFAULT 90,
      -- In square degrees, of the box before it was cut to the world.
      area double precision NOT NULL DEFAULT 64800,
      page_url text,
      category text,
      username text,
      drawing jsonb,
      is_valid boolean NOT NULL DEFAULT true,
      invalid_reason text,
      is_active boolean NOT NULL DEFAULT true,
      is_public boolean NOT NULL DEFAULT true,
      is_monitored boolean NOT NULL DEFAULT true,
      was_deleted boolean NOT NULL DEFAULT false,
      -- Harvests in a row without it.
      missing_count integer NOT NULL DEFAULT 0,
      -- The key of an object.
      thumbnail text,
      check_count bigint NOT NULL DEFAULT 0,
      success_count bigint NOT NULL DEFAULT 0,
      recent_checks bigint NOT NULL DEFAULT 0,
      failures_in_row integer NOT NULL DEFAULT 0,
      first_check timestamptz,
      last_check timestamptz,
      last_status boolean,
      last_message text,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      last_updated timestamptz NOT NULL DEFAULT clock_timestamp(),
      UNIQUE (service_id, name)
    );
    CREATE INDEX layers_of_catalog ON map_registry.layers (catalog_id, id);
    CREATE INDEX layers_by_age ON map_registry.layers (created, uuid);

    CREATE TABLE map_registry.layer_dates (
      layer_id bigint NOT NULL REFERENCES map_registry.layers ON DELETE CASCADE,
      -- ISO 8601 with any number of digits for the year, negative ones too.
      date text COLLATE "C" NOT NULL,
      year bigint NOT NULL,
      origin text NOT NULL CHECK (origin IN ('detected', 'metadata')),
      PRIMARY KEY (layer_id, origin, date)
    );

    -- Partitioned by month.
    CREATE TABLE map_registry.checks (
      id bigint GENERATED ALWAYS AS IDENTITY,
      checked timestamptz NOT NULL,
      service_id bigint,
      layer_id bigint,
      success boolean NOT NULL,
      response_seconds double precision NOT NULL,
      message text NOT NULL,
      PRIMARY KEY (checked, id),
      CHECK ((service_id IS NULL) <> (layer_id IS NULL))
    ) PARTITION BY RANGE (checked);
    CREATE INDEX checks_of_service ON map_registry.checks (service_id, checked DESC) WHERE service_id IS NOT NULL;
    CREATE INDEX checks_of_layer ON map_registry.checks (layer_id, checked DESC) WHERE layer_id IS NOT NULL;

    -- A fault that a person has found.
    CREATE TABLE map_registry.issues (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      service_id bigint REFERENCES map_registry.services ON DELETE CASCADE,
      layer_id bigint REFERENCES map_registry.layers ON DELETE CASCADE,
      kind text NOT NULL,
      description text NOT NULL DEFAULT '',
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      resolved timestamptz,
      CHECK ((service_id IS NULL) <> (layer_id IS NULL))
    );
    CREATE INDEX issues_by_age ON map_registry.issues (created, id);
    CREATE INDEX issues_of_service ON map_registry.issues (service_id) WHERE service_id IS NOT NULL;
    CREATE INDEX issues_of_layer ON map_registry.issues (layer_id) WHERE layer_id IS NOT NULL;

    -- What the index has to be told of. The layer may be gone by then.
    CREATE TABLE map_registry.layers_to_index (
      layer_id bigint PRIMARY KEY,
      catalog_id bigint NOT NULL,
      action text NOT NULL CHECK (action IN ('index', 'remove')),
      noted timestamptz NOT NULL DEFAULT clock_timestamp(),
      -- Why the search engine did not take it last time.
      refusal text,
      refused_count integer NOT NULL DEFAULT 0
    );
    CREATE INDEX layers_to_index_by_age ON map_registry.layers_to_index (noted, layer_id);
  `);
}

/** Removes everything that was harvested. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP SCHEMA map_registry CASCADE');
}
