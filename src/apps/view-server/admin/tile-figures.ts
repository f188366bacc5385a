import type { Database } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import type { Platform } from '../../../platform/platform.ts';
import { openCollectionTiles } from '../tiles/open-collection-tiles.ts';
import { countUpTo } from './collection-list.ts';
import type { TileFiguresPage, TileLevelRow } from './shapes.ts';

/** Up to so many tiles all are counted; of more, about as many are sampled. */
const MOST_COUNTED_TILES = 100_000;

/** Levels of all layers that are shown at most. */
const MOST_LEVELS = 500;

/** Rows of one page. */
const PAGE_ROWS = 50;

interface FoundLevel {
  readonly tileset: string;
  readonly grid: string;
  readonly z: number;
  readonly tiles: number;
  readonly bytes: number;
  readonly cut: number;
  readonly newest: string;
}

/** Reads how many tiles the cache has of each layer and zoom level. @param page the number of the first row. */
export async function readTileFigures(
  platform: Platform,
  page: string | undefined,
): Promise<TileFiguresPage> {
  const { database } = platform;
  const { memoryHits, storageHits, misses } = openCollectionTiles(platform).figures;
  const share = await shareToSample(database);
  const { rows } = await database.raw<{ rows: FoundLevel[] }>(
    `SELECT tileset, grid, z, count(*)::float8 AS tiles, sum(size_bytes)::float8 AS bytes,
       count(*) FILTER (WHERE is_cut)::float8 AS cut, max(made) AS newest
     FROM (SELECT tileset, grid, z, size_bytes, is_cut, made
       FROM view_server.tiles ${share < 1 ? 'TABLESAMPLE SYSTEM (?)' : ''}
       LIMIT ${2 * MOST_COUNTED_TILES}) AS counted
     GROUP BY tileset, grid, z ORDER BY tileset, grid, z LIMIT ${MOST_LEVELS}`,
    share < 1 ? [100 * share] : [],
  );
  const levels = rows.map((row) => levelOf(row, share));
  const first = /^\d{1,6}$/.test(page ?? '') ? Number(page) : 0;
  const next = first + PAGE_ROWS;
  return {
    rows: levels.slice(first, next),
    next: levels.length > next ? String(next) : null,
    isPartial: false,
    count: null,
    totals: {
      tiles: levels.reduce((sum, { tiles }) => sum + tiles, 0),
      bytes: levels.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    isEstimated: share < 1,
    garbage: await countUpTo(database, database('view_server.tile_garbage').select('object_key')),
    served: { fromMemory: memoryHits, fromStorage: storageHits, drawn: misses },
  };
}

function levelOf({ tileset, grid, z, tiles, bytes, cut, newest }: FoundLevel, share: number): TileLevelRow {
  const scaled = (value: number) => Math.round(value / share);
  return {
    id: `${tileset} ${grid} ${z}`,
    tileset,
    grid,
    zoom: z,
    tiles: scaled(tiles),
    bytes: scaled(bytes),
    cut: scaled(cut),
    newest: isoOf(newest),
  };
}

/** Returns which share of the table is read, from what Postgres knows of its size. */
async function shareToSample(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: { tiles: number }[] }>(
    `SELECT CASE WHEN reltuples > 0 AND relpages > 0
       THEN reltuples::float8 / relpages * pg_relation_size(oid) / current_setting('block_size')::float8
       ELSE 0 END AS tiles
     FROM pg_class WHERE oid = 'view_server.tiles'::regclass`,
  );
  const tiles = rows[0]?.tiles ?? 0;
  return tiles <= MOST_COUNTED_TILES ? 1 : MOST_COUNTED_TILES / tiles;
}
