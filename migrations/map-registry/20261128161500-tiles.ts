import type { Knex } from 'knex';

/** Tiles of layers that were fetched, the versions of the layers, and objects that are to be removed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A layer: each purge of its tiles makes a new version.
    CREATE TABLE map_registry.tile_sources (
      name text COLLATE "C" PRIMARY KEY,
      version bigint NOT NULL DEFAULT 0
    );

    -- What each version has made stale; by it, a tile whose drawing began before is known to be old.
    CREATE TABLE map_registry.tile_purges (
      source text COLLATE "C" NOT NULL,
      version bigint NOT NULL,
      boxes jsonb NOT NULL,
      -- An open end is null.
      begins timestamptz,
      ends timestamptz,
      made timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (source, version)
    );
    CREATE INDEX tile_purges_by_age ON map_registry.tile_purges (made);

    CREATE TABLE map_registry.tiles (
      source text COLLATE "C" NOT NULL,
      tileset text COLLATE "C" NOT NULL,
      grid text COLLATE "C" NOT NULL,
      -- Always empty: layers have no times.
      "time" text COLLATE "C" NOT NULL,
      format text COLLATE "C" NOT NULL,
      z integer NOT NULL,
      x integer NOT NULL,
      y integer NOT NULL,
      -- In longitude and latitude.
      box box NOT NULL,
      during tstzrange NOT NULL,
      etag text NOT NULL,
      content_type text NOT NULL,
      size_bytes integer NOT NULL,
      -- A small tile is here, and a larger one is an object.
      content bytea CHECK ((content IS NULL) <> (object_key IS NULL)),
      object_key text COLLATE "C",
      is_cut boolean NOT NULL,
      -- The version of the source that it shows.
      version bigint NOT NULL,
      made timestamptz NOT NULL,
      expires timestamptz,
      PRIMARY KEY (source, tileset, grid, "time", format, z, x, y)
    );
    CREATE INDEX tiles_by_age ON map_registry.tiles (made);
    CREATE INDEX tiles_by_expiry ON map_registry.tiles (expires) WHERE expires IS NOT NULL;

    -- Objects that no tile has any more, or does not have yet.
    CREATE TABLE map_registry.tile_garbage (
      source text COLLATE "C" NOT NULL,
      object_key text COLLATE "C" NOT NULL,
      due timestamptz NOT NULL,
      PRIMARY KEY (source, object_key)
    );
    CREATE INDEX tile_garbage_by_due ON map_registry.tile_garbage (due);
  `);
}

/** Removes all tiles. Their objects stay. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE map_registry.tile_garbage, map_registry.tiles, map_registry.tile_purges, map_registry.tile_sources;
  `);
}
