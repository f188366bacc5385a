import type { Database } from '../../../../platform/database/connection.ts';
import { SAMPLE_SQL } from './sample-text.ts';

/** A range of ids, both ends included. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

const MEDIA_SELECT = `
  SELECT i AS id, md5('sample ' || i)::uuid AS identifier, ${SAMPLE_SQL.created} AS created_on,
    ${SAMPLE_SQL.created} AS updated_on, ${SAMPLE_SQL.provider} AS provider, ${SAMPLE_SQL.provider} AS source,
    i::text AS foreign_identifier, 'https://media.example/' || i AS foreign_landing_url,
    -- Some addresses have no scheme: the copy adds one.
    CASE WHEN i % 100 = 0 THEN '' ELSE 'https://' END || 'files.example/' || i || '.jpg' AS url,
    ${SAMPLE_SQL.license} AS license, '4.0' AS license_version, ${SAMPLE_SQL.creator} AS creator,
    ${SAMPLE_SQL.title} AS title, 'jpg' AS filetype, 100000 + i % 900000 AS filesize,
    ${SAMPLE_SQL.isRemoved} AS removed_from_source, ${SAMPLE_SQL.metaData} AS meta_data, ${SAMPLE_SQL.tags} AS tags,
    ${SAMPLE_SQL.popularity} AS standardized_popularity`;

const MEDIA_NAMES = `id, identifier, created_on, updated_on, provider, source, foreign_identifier, foreign_landing_url, url,
  license, license_version, creator, title, filetype, filesize, removed_from_source, meta_data, tags, standardized_popularity`;

/** Adds images with these ids to an upstream database; those that exist stay as they are. */
export async function insertSampleImages(database: Database, { first, last }: IdRange): Promise<void> {
  await database.raw(
    `INSERT INTO image (${MEDIA_NAMES}, width, height)
     ${MEDIA_SELECT}, ${SAMPLE_SQL.width}, ${SAMPLE_SQL.height}
     FROM generate_series(?::bigint, ?::bigint) AS i
     ON CONFLICT (id) DO NOTHING`,
    [first, last],
  );
}

/** Adds recordings with these ids to an upstream database, and the sets that they are in. */
export async function insertSampleAudio(database: Database, { first, last }: IdRange): Promise<void> {
  await database.raw(
    `INSERT INTO audio (${MEDIA_NAMES}, duration, audio_set_foreign_identifier)
     ${MEDIA_SELECT}, ${SAMPLE_SQL.durationMilliseconds}, 'set ' || i % 20
     FROM generate_series(?::bigint, ?::bigint) AS i
     ON CONFLICT (id) DO NOTHING`,
    [first, last],
  );
  await database.raw(
    `INSERT INTO audioset (id, foreign_identifier, foreign_landing_url, provider, title)
     SELECT n + 1, 'set ' || n, 'https://media.example/sets/' || n, 'jamendo', 'Set ' || n
     FROM generate_series(0, 19) AS n
     ON CONFLICT (id) DO NOTHING`,
  );
}
