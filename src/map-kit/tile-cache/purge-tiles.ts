import type { Knex } from 'knex';
import { arrayLiteral } from '../../platform/database/array-literal.ts';
import type { Box } from '../box.ts';
import type { TileInterval } from './tile.ts';
import { ends, type TileSchema } from './tile-tables.ts';

/** Which tiles are purged: those that meet one of the boxes, and the interval. */
export interface TilePurge {
  readonly sources: readonly string[];
  /** In longitude and latitude; at most 1,000. */
  readonly boxes: readonly Box[];
  readonly interval: TileInterval;
}

/** The whole world. */
export const WHOLE_WORLD: Box = { minX: -180, minY: -90, maxX: 180, maxY: 90 };

/** How long objects of purged tiles are kept for readers that have just read the row. */
const READERS_SECONDS = 60;

/** A purge with too many boxes. */
export class TooManyBoxesError extends Error {
  override readonly name = 'TooManyBoxesError';
}

/**
 * Removes tiles in the transaction that makes them stale. From its commit on, no process serves one of them: each asks for the version of
 * a source before it serves a tile, and before it stores one that it has drawn. Purges of one source wait for each other until their
 * transactions end, so call this last, and once for all. The objects are removed later, by `tidyTiles`.
 *
 * @returns how many tiles were removed.
 * @throws {TooManyBoxesError}
 */
export async function purgeTiles(
  transaction: Knex.Transaction,
  schema: TileSchema,
  purges: readonly TilePurge[],
): Promise<number> {
  for (const { boxes } of purges) {
    if (boxes.length > 1_000) {
      throw new TooManyBoxesError(`A purge has at most 1,000 boxes, not ${boxes.length}`);
    }
  }
  // In order, so that two purges of the same sources do not wait for each other for ever.
  for (const source of [...new Set(purges.flatMap(({ sources }) => sources))].sort()) {
    await holdSource(transaction, schema, source);
  }
  let removed = 0;
  for (const purge of purges) {
    for (const source of new Set(purge.sources)) await raiseVersion(transaction, schema, source, purge);
    removed += await removeTiles(transaction, schema, purge);
  }
  return removed;
}

async function holdSource(transaction: Knex.Transaction, schema: TileSchema, source: string): Promise<void> {
  await transaction.raw(
    `INSERT INTO "${schema}".tile_sources AS source (name) VALUES (?)
     ON CONFLICT (name) DO UPDATE SET version = source.version`,
    [source],
  );
}

async function raiseVersion(
  transaction: Knex.Transaction,
  schema: TileSchema,
  source: string,
  { boxes, interval }: TilePurge,
): Promise<void> {
  await transaction.raw(
    `WITH changed AS (
       UPDATE "${schema}".tile_sources SET version = version + 1 WHERE name = ? RETURNING name, version)
     INSERT INTO "${schema}".tile_purges (source, version, boxes, begins, ends)
     SELECT name, version, ?::jsonb, ?::timestamptz, ?::timestamptz FROM changed`,
    [source, JSON.stringify(boxes), ...ends(interval)],
  );
}

async function removeTiles(
  transaction: Knex.Transaction,
  schema: TileSchema,
  { sources, boxes, interval }: TilePurge,
): Promise<number> {
  const side = (name: keyof Box) => arrayLiteral(boxes.map((box) => box[name]));
  const { rows } = await transaction.raw<{ rows: { count: string }[] }>(
    `WITH purged AS (
       SELECT box(point(min_x, min_y), point(max_x, max_y)) AS box
       FROM unnest(?::float8[], ?::float8[], ?::float8[], ?::float8[]) AS each (min_x, min_y, max_x, max_y)),
     gone AS (
       DELETE FROM "${schema}".tiles AS tile USING purged
       WHERE tile.source = ANY (?::text[]) AND tile.box && purged.box
         AND tile.during && tstzrange(?::timestamptz, ?::timestamptz, '[]')
       RETURNING tile.source, tile.object_key),
     stored AS (
       INSERT INTO "${schema}".tile_garbage (source, object_key, due)
       SELECT source, object_key, clock_timestamp() + make_interval(secs => ?)
       FROM gone WHERE object_key IS NOT NULL ON CONFLICT DO NOTHING)
     SELECT count(*) FROM gone`,
    [
      ...(['minX', 'minY', 'maxX', 'maxY'] as const).map(side),
      arrayLiteral(sources),
      ...ends(interval),
      READERS_SECONDS,
    ],
  );
  return Number(rows[0]?.count ?? 0);
}
