import type { Database } from '../../src/platform/database/connection.ts';

/** The columns of images in both databases, as the original server has them. */
const COLUMNS = `
  id integer NOT NULL,
  created_on timestamptz NOT NULL,
  updated_on timestamptz NOT NULL,
  identifier uuid NOT NULL,
  provider varchar(80),
  source varchar(80),
  foreign_identifier varchar(1000),
  foreign_landing_url varchar(1000),
  url varchar(1000) NOT NULL,
  thumbnail varchar(1000),
  width integer,
  height integer,
  filesize integer,
  license varchar(50) NOT NULL,
  license_version varchar(25),
  creator varchar(2000),
  creator_url varchar(2000),
  title varchar(2000),
  last_synced_with_source timestamptz,
  removed_from_source boolean NOT NULL,
  meta_data jsonb,
  tags jsonb,
  watermarked boolean,
  filetype varchar(5),
  category varchar(80)`;

/** A row of about 1,200 bytes; nine tenths have tags, most of them some that are dropped. */
const ROW = `
  n, now() - n * interval '1 second', now(), md5(n::text)::uuid,
  (ARRAY['flickr', 'met', 'rawpixel', 'stocksnap'])[1 + n % 4], (ARRAY['flickr', 'met', 'rawpixel', 'stocksnap'])[1 + n % 4],
  'foreign-' || n, 'https://images.example/photos/' || md5(n::text) || '/' || n,
  CASE WHEN n % 20 = 0 THEN '' ELSE 'https://' END || 'live.images.example/65535/' || n || '_' || md5((n * 7)::text) || '_b.jpg',
  'https://live.images.example/65535/' || n || '_m.jpg', 640 + n % 2000, 480 + n % 1500, 100000 + n,
  (ARRAY['by', 'by-sa', 'cc0', 'by-nc'])[1 + n % 4], '2.0', 'Creator number ' || n % 5000,
  'https://images.example/people/' || n % 5000, 'A picture of ' || md5((n % 997)::text) || ' and the sea, no. ' || n,
  now(), n % 100 = 0,
  jsonb_build_object('description', 'Taken on a clear morning. ' || repeat(md5((n * 3)::text) || ' ', 6),
    'views', n % 1000, 'pub_date', '1466893440'),
  CASE WHEN n % 10 > 0 THEN (
    SELECT jsonb_agg(CASE
      WHEN t = 1 AND n % 11 > 0 THEN jsonb_build_object('name', 'uploaded:by=flickrmobile', 'provider', 'flickr')
      WHEN t % 4 = 0 THEN jsonb_build_object('name', 'thing ' || (n * t) % 300, 'accuracy', ((n + t) % 50) / 100.0 + 0.5, 'provider', 'clarifai')
      ELSE jsonb_build_object('name', 'word ' || (n + t) % 800, 'provider', 'flickr') END)
    FROM generate_series(1, 8) t) END,
  false, 'jpg', 'photograph'`;

/** Fills the table upstream. */
export async function makeUpstreamTable(upstream: Database, rows: number): Promise<void> {
  await upstream.raw(`CREATE TABLE image (${COLUMNS})`);
  await upstream.raw(`INSERT INTO image SELECT ${ROW} FROM generate_series(1, ${rows}) n`);
  await upstream.raw('ALTER TABLE image ADD PRIMARY KEY (id)');
  await upstream.raw('VACUUM ANALYZE image');
}

/** Makes the live table, with rows that fit into a part of the database's cache, and a few ids that are deleted. */
export async function makeLiveTables(api: Database, rows: number): Promise<void> {
  await api.raw(`CREATE TABLE image (${COLUMNS}, view_count integer NOT NULL DEFAULT 0)`);
  await api.raw(`INSERT INTO image SELECT ${ROW} FROM generate_series(1, ${rows}) n`);
  await api.raw(`
    ALTER TABLE image ADD PRIMARY KEY (id);
    CREATE SEQUENCE image_id_seq OWNED BY image.id;
    ALTER TABLE image ALTER COLUMN id SET DEFAULT nextval('image_id_seq');
    CREATE TABLE api_deletedimage (identifier uuid PRIMARY KEY);
    INSERT INTO api_deletedimage SELECT md5(n::text)::uuid FROM generate_series(1, 1000) n`);
  await api.raw('CREATE EXTENSION pg_buffercache');
  await api.raw('VACUUM ANALYZE image');
}

/** Adds what the live table of the original server has beside its key, and a table that refers to it. */
export async function addLiveIndexes(api: Database): Promise<void> {
  await api.raw(`
    ALTER TABLE image ADD CONSTRAINT image_identifier_key UNIQUE (identifier);
    ALTER TABLE image ADD CONSTRAINT image_license_check CHECK (license <> '');
    CREATE UNIQUE INDEX image_url ON image (url);
    CREATE UNIQUE INDEX image_provider_fid ON image (provider, md5(foreign_identifier));
    CREATE INDEX image_provider ON image (provider);
    CREATE INDEX image_source ON image (source);
    CREATE INDEX image_category ON image (category);
    CREATE INDEX image_created_on ON image (created_on DESC);
    CREATE INDEX image_license ON image (license, license_version);
    CREATE INDEX image_creator ON image (creator);
    CREATE INDEX image_landing_url ON image (foreign_landing_url);
    CREATE INDEX image_title ON image (lower(title)) WHERE title IS NOT NULL;
    CREATE TABLE reports (
      id serial PRIMARY KEY,
      image_identifier uuid NOT NULL CONSTRAINT reports_image_fk REFERENCES image (identifier)
    );
    INSERT INTO reports (image_identifier) SELECT identifier FROM image WHERE id > 1000 LIMIT 10000`);
}

/** Reads the whole live table by its index, as searches do one row at a time. A scan of it would not stay in the cache. */
export async function warmLiveTable(api: Database): Promise<void> {
  await api.transaction(async (transaction) => {
    await transaction.raw('SET LOCAL enable_seqscan = off');
    await transaction.raw('SET LOCAL enable_bitmapscan = off');
    await transaction.raw('SELECT max(s.title) FROM (SELECT title FROM image WHERE id > 0 ORDER BY id) s');
  });
}

/** Returns the pages of the live table that are in the database's cache. */
export async function cachedPages(api: Database): Promise<number> {
  const { rows } = await api.raw<{ rows: { pages: number }[] }>(
    `SELECT count(*)::int AS pages FROM pg_buffercache
     WHERE relfilenode = pg_relation_filenode('public.image')
       AND reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]?.pages ?? 0;
}
