import type { Knex } from 'knex';

/** Products, their coverages and files, and the tiles that were drawn of them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA view_server;

    CREATE TABLE view_server.products (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      identifier text COLLATE "C" NOT NULL UNIQUE,
      type text NOT NULL,
      level text NOT NULL,
      -- GeoJSON, in longitude and latitude.
      footprint jsonb NOT NULL,
      begins timestamptz NOT NULL,
      ends timestamptz NOT NULL CHECK (ends >= begins),
      prefix text NOT NULL,
      properties jsonb NOT NULL DEFAULT '{}',
      -- Grows each time that the product is replaced.
      version bigint NOT NULL DEFAULT 1,
      registered timestamptz NOT NULL DEFAULT clock_timestamp()
    );

    -- A product is in collections; its boxes stand here, so that one index finds it. Across the antimeridian it has two.
    CREATE TABLE view_server.product_boxes (
      product_id bigint NOT NULL REFERENCES view_server.products ON DELETE CASCADE,
      collection text NOT NULL REFERENCES view_server.collections,
      box box NOT NULL,
      during tstzrange NOT NULL,
      -- The end of the time, for the order of pages.
      ends timestamptz NOT NULL
    );
    CREATE INDEX product_boxes_by_place ON view_server.product_boxes USING gist (collection, box, during);
    CREATE INDEX product_boxes_by_time ON view_server.product_boxes (collection, ends DESC, product_id DESC);
    CREATE INDEX product_boxes_of_product ON view_server.product_boxes (product_id);

    CREATE TABLE view_server.coverages (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      product_id bigint NOT NULL REFERENCES view_server.products ON DELETE CASCADE,
      identifier text COLLATE "C" NOT NULL UNIQUE,
      coverage_type text NOT NULL,
      path text NOT NULL,
      width_pixels integer NOT NULL,
      height_pixels integer NOT NULL,
      band_count integer NOT NULL,
      srs text NOT NULL,
      min_x double precision NOT NULL,
      min_y double precision NOT NULL,
      max_x double precision NOT NULL,
      max_y double precision NOT NULL
    );
    CREATE INDEX coverages_of_product ON view_server.coverages (product_id);

    -- Masks, metadata, quick-looks.
    CREATE TABLE view_server.product_files (
      product_id bigint NOT NULL REFERENCES view_server.products ON DELETE CASCADE,
      kind text NOT NULL,
      name text NOT NULL,
      path text NOT NULL,
      PRIMARY KEY (product_id, kind, name)
    );
  `);
}

/** Removes all products. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE view_server.product_files, view_server.coverages, view_server.product_boxes, view_server.products;
  `);
}
