import type { Database } from '../../../src/platform/database/connection.ts';

/** The two databases of a test between which tables are copied. */
export interface MediaDatabases {
  readonly api: { readonly database: Database };
  readonly upstream: { readonly database: Database };
}

/** How many rows of each model upstream has. */
export interface MediaRows {
  readonly image: number;
  readonly audio: number;
}

/** Rows whose source has removed them: one in this many. */
export const REMOVED_EVERY = 100;

/** Rows that the API's database lists as deleted: the first so many. */
export const DELETED_ROWS = 5;

const MEDIA_COLUMNS = `
  id integer NOT NULL,
  identifier uuid NOT NULL,
  created_on timestamptz NOT NULL,
  updated_on timestamptz NOT NULL,
  ingestion_type varchar(80),
  provider varchar(80),
  source varchar(80),
  foreign_identifier varchar(1000),
  foreign_landing_url varchar(1000),
  url varchar(1000) NOT NULL,
  thumbnail varchar(1000),
  filesize integer,
  filetype varchar(80),
  category varchar(80),
  license varchar(50) NOT NULL,
  license_version varchar(25),
  creator varchar(2000),
  creator_url varchar(2000),
  title varchar(2000),
  meta_data jsonb,
  tags jsonb,
  last_synced_with_source timestamptz,
  removed_from_source boolean NOT NULL`;

const IMAGE_COLUMNS = 'width integer, height integer, watermarked boolean';
const AUDIO_COLUMNS = `duration integer, bit_rate integer, sample_rate integer, alt_files jsonb, genres text[],
  audio_set_position integer, audio_set_foreign_identifier varchar(1000)`;

/** Makes the tables of both models on both sides. The live tables are empty, upstream has rows of the generation `first`. */
export async function makeMediaTables({ api, upstream }: MediaDatabases, rows: MediaRows): Promise<void> {
  await upstream.database.raw(`
    CREATE TABLE image (${MEDIA_COLUMNS}, ${IMAGE_COLUMNS}, PRIMARY KEY (id));
    CREATE TABLE audio (${MEDIA_COLUMNS}, ${AUDIO_COLUMNS}, PRIMARY KEY (id));
    CREATE VIEW audioset_view AS
      SELECT DISTINCT audio_set_foreign_identifier AS foreign_identifier, provider,
        'https://example.org/set/' || audio_set_foreign_identifier AS url, 'A set' AS title, 'Ada' AS creator
      FROM audio`);
  await api.database.raw(`
    ${liveTable('image', IMAGE_COLUMNS)}
    CREATE INDEX image_category ON image (category);
    ${liveTable('audio', AUDIO_COLUMNS)}
    CREATE INDEX audio_genres ON audio USING gin (genres);
    CREATE TABLE audioset (
      id serial PRIMARY KEY, created_on timestamptz NOT NULL, updated_on timestamptz NOT NULL,
      foreign_identifier varchar(1000), provider varchar(80), url varchar(1000), title varchar(2000), creator varchar(2000),
      CONSTRAINT unique_provider_audioset UNIQUE (foreign_identifier, provider)
    );
    CREATE INDEX audioset_provider ON audioset (provider)`);
  await fillUpstream({ api, upstream }, rows, 'first');
}

/**
 * Puts rows upstream in place of those that are there. Their titles have words of sensitive terms here and there.
 *
 * @param generation what they all have as `category`.
 */
export async function fillUpstream(
  { api, upstream }: MediaDatabases,
  rows: MediaRows,
  generation: string,
): Promise<void> {
  for (const [model, count] of Object.entries(rows)) {
    await upstream.database.raw(`DELETE FROM ??`, [model]);
    await upstream.database.raw(
      `INSERT INTO ?? (id, identifier, created_on, updated_on, provider, source, foreign_identifier, foreign_landing_url, url,
         license, creator, title, meta_data, tags, category, removed_from_source, ${model === 'image' ? 'width, height' : 'duration, genres, audio_set_foreign_identifier'})
       SELECT n, md5(? || n)::uuid, now(), now(), CASE n % 2 WHEN 0 THEN 'flickr' ELSE 'met' END, 'source', 'f' || n,
         'https://example.org/' || n, CASE n % 7 WHEN 0 THEN '' ELSE 'https://' END || 'example.org/' || n || '.jpg',
         'by', 'Creator ' || n % 9,
         (ARRAY['A picture', 'Running shoes', 'The WATER of life', 'Two birds'])[1 + n % 4] || ' ' || n,
         jsonb_build_object('description', CASE n % 10 WHEN 9 THEN 'They ran' ELSE 'Nothing to see' END),
         jsonb_build_array(jsonb_build_object('name', CASE n % 20 WHEN 8 THEN 'Bird' ELSE 'sky' END, 'accuracy', 0.95),
           jsonb_build_object('name', 'no person')),
         ?, n % ${REMOVED_EVERY} = 0,
         ${model === 'image' ? '640 + n % 2000, 480' : `n % 900000, ARRAY['jazz'], 's' || n % 10`}
       FROM generate_series(1, ?::integer) n`,
      [model, model, generation, count],
    );
    await api.database.raw('TRUNCATE ??', [`api_deleted${model}`]);
    await api.database.raw(
      `INSERT INTO ?? SELECT md5(? || n)::uuid, now() FROM generate_series(1, ?::integer) n`,
      [`api_deleted${model}`, model, DELETED_ROWS],
    );
  }
}

/** Returns the names and definitions of everything that a model's live tables have, in one text per thing. */
export async function namesOf({ database }: MediaDatabases['api']): Promise<readonly string[]> {
  const { rows } = await database.raw<{ rows: { text: string }[] }>(`
    SELECT 'index ' || indexname || ' ' || indexdef AS text FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'constraint ' || conname || ' of ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
      || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    ORDER BY text`);
  return rows.map(({ text }) => text);
}

function liveTable(model: string, columns: string): string {
  return `
    CREATE TABLE ${model} (
      ${MEDIA_COLUMNS}, ${columns},
      view_count integer DEFAULT 0, standardized_popularity double precision,
      PRIMARY KEY (id),
      CONSTRAINT ${model}_url_key UNIQUE (url),
      CONSTRAINT ${model}_license_check CHECK (license <> '')
    );
    CREATE SEQUENCE ${model}_id_seq OWNED BY ${model}.id;
    ALTER TABLE ${model} ALTER COLUMN id SET DEFAULT nextval('${model}_id_seq');
    CREATE UNIQUE INDEX ${model}_identifier ON ${model} (identifier);
    CREATE UNIQUE INDEX ${model}_provider_fid ON ${model} (provider, md5(foreign_identifier));
    CREATE INDEX ${model}_provider ON ${model} (provider);
    CREATE INDEX ${model}_source ON ${model} (source);
    CREATE INDEX ${model}_license ON ${model} (license, license_version);
    CREATE INDEX ${model}_created_on ON ${model} (created_on DESC);
    CREATE INDEX "${model} quoted.name" ON ${model} (lower(title)) WHERE title IS NOT NULL;
    CREATE TABLE api_deleted${model} (identifier uuid PRIMARY KEY, created_on timestamptz NOT NULL);
    CREATE TABLE api_mature${model} (identifier uuid PRIMARY KEY, created_on timestamptz NOT NULL);
    CREATE TABLE nsfw_reports_${model} (
      id serial PRIMARY KEY,
      identifier uuid CONSTRAINT ${model}_reported REFERENCES ${model} (identifier) ON DELETE CASCADE
    );
    CREATE INDEX nsfw_reports_${model}_identifier ON nsfw_reports_${model} (identifier);`;
}
