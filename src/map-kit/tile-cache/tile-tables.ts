import type { DatabaseOrTransaction } from '../../platform/database/connection.ts';
import { prepared } from '../../platform/database/prepared.ts';
import type { Box } from '../box.ts';
import type { TileInterval, TileKey, TileRequest } from './tile.ts';
import type { Purge } from './tile-purges.ts';

/**
 * The Postgres schema that an app has its tables of tiles in: `tiles`, `tile_sources`, `tile_purges` and `tile_garbage`. They are made by
 * a migration of the app, so that they come and go with it, and no app sees the tiles of another.
 */
export type TileSchema = string;

/** A tile, as its row has it. */
export interface TileRow {
  readonly etag: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Small tiles are in their row. */
  readonly content: Buffer | undefined;
  readonly objectKey: string | undefined;
  readonly isCut: boolean;
  readonly made: Date;
  readonly isExpired: boolean;
}

/** A tile to store. */
export interface NewTileRow extends Omit<TileRow, 'isExpired' | 'made'> {
  readonly version: number;
  /** `undefined`: it does not expire. */
  readonly expiresSeconds: number | undefined;
}

interface FoundTile {
  readonly version: string;
  readonly etag: string | null;
  readonly content_type: string;
  readonly size_bytes: number;
  readonly content: Buffer | null;
  readonly object_key: string | null;
  readonly is_cut: boolean;
  readonly made_ms: number;
  readonly is_expired: boolean | null;
}

/** Reads the version of a source, and the row of a tile, at one moment. A source that is new has version 0. */
export async function findTileRow(
  database: DatabaseOrTransaction,
  schema: TileSchema,
  key: TileKey,
): Promise<{ readonly version: number; readonly row: TileRow | undefined }> {
  const { source, tileset, grid, time, format, index } = key;
  const { rows } = await prepared<FoundTile>(
    database,
    `SELECT source.version, etag, content_type, size_bytes, content, object_key, is_cut,
       extract(epoch FROM made)::float8 * 1000 AS made_ms, expires <= clock_timestamp() AS is_expired
     FROM "${schema}".tile_sources AS source
     LEFT JOIN "${schema}".tiles AS tile ON tile.source = source.name AND tileset = ? AND grid = ? AND "time" = ?
       AND format = ? AND z = ? AND x = ? AND y = ?
     WHERE source.name = ?`,
    [tileset, grid, time, format, index.z, index.x, index.y, source],
  );
  const [found] = rows;
  if (!found) {
    await database.raw(`INSERT INTO "${schema}".tile_sources (name) VALUES (?) ON CONFLICT DO NOTHING`, [
      source,
    ]);
    return findTileRow(database, schema, key);
  }
  return { version: Number(found.version), row: found.etag === null ? undefined : rowOf(found.etag, found) };
}

function rowOf(etag: string, found: FoundTile): TileRow {
  return {
    etag,
    contentType: found.content_type,
    sizeBytes: found.size_bytes,
    content: found.content ?? undefined,
    objectKey: found.object_key ?? undefined,
    isCut: found.is_cut,
    made: new Date(found.made_ms),
    isExpired: found.is_expired ?? false,
  };
}

/** Reads the versions of sources; 0 for those that are new. */
export async function readVersions(
  database: DatabaseOrTransaction,
  schema: TileSchema,
  sources: readonly string[],
): Promise<readonly number[]> {
  const { rows } = await prepared<{ name: string; version: string }>(
    database,
    `SELECT name, version FROM "${schema}".tile_sources WHERE name = ANY (?::text[])`,
    [[...new Set(sources)]],
  );
  const versions = new Map(rows.map(({ name, version }) => [name, Number(version)]));
  return sources.map((source) => versions.get(source) ?? 0);
}

/** Reads the version of a source, and lets no purge of it begin before the transaction ends. */
export async function holdVersion(
  transaction: DatabaseOrTransaction,
  schema: TileSchema,
  source: string,
): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { version: string }[] }>(
    `SELECT version FROM "${schema}".tile_sources WHERE name = ? FOR SHARE`,
    [source],
  );
  return Number(rows[0]?.version ?? 0);
}

/** Reads the purges of a source after a version, oldest first. Those that were forgotten are missing. */
export async function readPurges(
  database: DatabaseOrTransaction,
  schema: TileSchema,
  source: string,
  afterVersion: number,
): Promise<Purge[]> {
  const { rows } = await database.raw<{
    rows: { version: string; boxes: Box[]; begin_ms: number | null; end_ms: number | null }[];
  }>(
    `SELECT version, boxes, extract(epoch FROM begins)::float8 * 1000 AS begin_ms,
       extract(epoch FROM ends)::float8 * 1000 AS end_ms
     FROM "${schema}".tile_purges WHERE source = ? AND version > ? ORDER BY version DESC LIMIT 1000`,
    [source, afterVersion],
  );
  return rows.toReversed().map(({ version, boxes, begin_ms, end_ms }) => ({
    version: Number(version),
    boxes,
    interval: {
      begin: begin_ms === null ? undefined : new Date(begin_ms),
      end: end_ms === null ? undefined : new Date(end_ms),
    },
  }));
}

/** Stores the row of a tile in the place of an earlier one. */
export async function storeTileRow(
  transaction: DatabaseOrTransaction,
  schema: TileSchema,
  { key, box, interval }: TileRequest,
  tile: NewTileRow,
): Promise<void> {
  const { source, tileset, grid, time, format, index } = key;
  const changing = [
    'etag',
    'content_type',
    'size_bytes',
    'content',
    'object_key',
    'is_cut',
    'version',
    'made',
    'expires',
  ];
  await prepared(
    transaction,
    `INSERT INTO "${schema}".tiles (source, tileset, grid, "time", format, z, x, y, box, during,
       etag, content_type, size_bytes, content, object_key, is_cut, version, made, expires)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, box(point(?::float8, ?::float8), point(?::float8, ?::float8)),
       tstzrange(?::timestamptz, ?::timestamptz, '[]'), ?, ?, ?, ?, ?, ?, ?, clock_timestamp(),
       clock_timestamp() + make_interval(secs => ?::float8))
     ON CONFLICT (source, tileset, grid, "time", format, z, x, y) DO UPDATE
     SET ${changing.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [
      ...[source, tileset, grid, time, format, index.z, index.x, index.y],
      ...[box.minX, box.minY, box.maxX, box.maxY, ...ends(interval)],
      ...[tile.etag, tile.contentType, tile.sizeBytes, tile.content ?? null, tile.objectKey ?? null],
      ...[tile.isCut, tile.version, tile.expiresSeconds ?? null],
    ],
  );
}

/** An interval, as Postgres takes its ends; an open one is null. */
export function ends({ begin, end }: TileInterval): [string | null, string | null] {
  return [begin?.toISOString() ?? null, end?.toISOString() ?? null];
}

/** Remembers objects that are to be removed after some seconds. */
export async function addGarbage(
  database: DatabaseOrTransaction,
  schema: TileSchema,
  source: string,
  objectKey: string,
  dueSeconds: number,
): Promise<void> {
  await prepared(
    database,
    `INSERT INTO "${schema}".tile_garbage (source, object_key, due)
     VALUES (?, ?, clock_timestamp() + make_interval(secs => ?::float8)) ON CONFLICT DO NOTHING`,
    [source, objectKey, dueSeconds],
  );
}

/** Forgets that an object was to be removed. */
export async function keepObject(
  transaction: DatabaseOrTransaction,
  schema: TileSchema,
  source: string,
  objectKey: string,
): Promise<void> {
  await prepared(transaction, `DELETE FROM "${schema}".tile_garbage WHERE source = ? AND object_key = ?`, [
    source,
    objectKey,
  ]);
}
