import type { Knex } from 'knex';

/** The index of the search engine `postgres`, and how deleted layers leave any index. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The names of originators and of types of services.
    CREATE TABLE map_registry.indexed_names (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text COLLATE "C" NOT NULL UNIQUE
    );

    CREATE TABLE map_registry.layer_words (
      layer_id bigint PRIMARY KEY,
      words tsvector NOT NULL
    );

    -- It reads a table, and yet its result never changes: other words of a layer have another version. A layer's words are stored
    -- before its row of layer_index, and a row of layer_index is written anew whenever the version changes.
    CREATE FUNCTION map_registry.words_of_layer(id bigint, words_version bigint) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
    AS 'SELECT words FROM map_registry.layer_words WHERE layer_id = id';

    -- Narrow, as a search may read a row for every layer. The words are beside it, at ten times the size, but indexed here: to
    -- count the layers that have a word, Postgres reads these rows alone. What is shown of a layer stays in layers.
    CREATE TABLE map_registry.layer_index (
      layer_id bigint PRIMARY KEY,
      catalog_id bigint NOT NULL,
      -- Seconds since 1970; timestamps of Postgres begin in 4714 BC.
      moment bigint NOT NULL,
      -- Months since January of the year 0.
      month bigint NOT NULL,
      -- A digest of the words.
      words_version bigint NOT NULL,
      -- In indexed_names, both.
      originator_id integer NOT NULL,
      type_id integer NOT NULL,
      box box NOT NULL
    );
    CREATE INDEX layer_index_by_box ON map_registry.layer_index USING gist (box);
    CREATE INDEX layer_index_by_word ON map_registry.layer_index
      USING gin (map_registry.words_of_layer(layer_id, words_version));
    CREATE INDEX layer_index_by_moment ON map_registry.layer_index (catalog_id, moment DESC, layer_id);
    CREATE INDEX layer_index_by_originator ON map_registry.layer_index (catalog_id, originator_id, moment DESC);

    -- The layers of layer_index, counted: for searches without conditions.
    CREATE TABLE map_registry.layer_counts (
      catalog_id bigint NOT NULL,
      kind text COLLATE "C" NOT NULL CHECK (kind IN ('all', 'month', 'originator', 'type', 'corner')),
      key bigint NOT NULL,
      count bigint NOT NULL,
      PRIMARY KEY (catalog_id, kind, key)
    ) WITH (fillfactor = 50);

    CREATE INDEX layers_to_index_claimable ON map_registry.layers_to_index (noted, layer_id) WHERE refusal IS NULL;

    CREATE FUNCTION map_registry.note_deleted_layers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO map_registry.layers_to_index AS noted (layer_id, catalog_id, action)
      SELECT id, catalog_id, 'remove' FROM deleted ORDER BY id
      ON CONFLICT (layer_id) DO UPDATE
      SET action = 'remove', noted = clock_timestamp(), refusal = NULL, refused_count = 0;
      RETURN NULL;
    END $$;
    CREATE TRIGGER note_deleted_layers AFTER DELETE ON map_registry.layers
      REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION map_registry.note_deleted_layers();
  `);
}

/** Removes the index; the layers stay. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TRIGGER note_deleted_layers ON map_registry.layers;
    DROP FUNCTION map_registry.note_deleted_layers;
    DROP INDEX map_registry.layers_to_index_claimable;
    DROP TABLE map_registry.layer_counts, map_registry.layer_index;
    DROP FUNCTION map_registry.words_of_layer;
    DROP TABLE map_registry.layer_words, map_registry.indexed_names;
  `);
}
