import type { Database } from '../../platform/database/connection.ts';
import type { OpenTileObjects } from './tile-objects.ts';
import type { TileSchema } from './tile-tables.ts';

/** How {@link tidyTiles} is done. */
export interface Tidying {
  readonly schema: TileSchema;
  readonly openObjects: OpenTileObjects;
  /** Tiles that are kept; the oldest of others are removed. `undefined`: all. */
  readonly maximumTiles: number | undefined;
  readonly signal: AbortSignal;
}

/** What was removed. */
export interface Tidied {
  readonly tiles: number;
  readonly objects: number;
}

/** Rows that one statement removes. */
const BATCH = 1_000;

/** How long purges are remembered: longer than any tile takes to draw. */
const PURGES_HOURS = 24;

/** Removes tiles that have expired, tiles over the limit, and the objects that no row has any more. */
export async function tidyTiles(database: Database, tidying: Tidying): Promise<Tidied> {
  const { schema, signal } = tidying;
  let tiles = 0;
  const remove = async (where: string, most: number): Promise<void> => {
    for (let left = most; left > 0; ) {
      signal.throwIfAborted();
      const removed = await removeTiles(database, schema, where, Math.min(left, BATCH));
      tiles += removed;
      left = removed < Math.min(left, BATCH) ? 0 : left - removed;
    }
  };
  await remove('WHERE expires <= clock_timestamp() ORDER BY expires', Number.POSITIVE_INFINITY);
  if (tidying.maximumTiles !== undefined) {
    await remove(
      'ORDER BY made',
      (await countTiles(database, schema, tidying.maximumTiles)) - tidying.maximumTiles,
    );
  }
  await database.raw(
    `DELETE FROM "${schema}".tile_purges WHERE made < clock_timestamp() - make_interval(hours => ?)`,
    [PURGES_HOURS],
  );
  return { tiles, objects: await removeGarbage(database, tidying) };
}

/** Counts them where the figures of Postgres say that there may be more than are kept; otherwise, returns 0. */
async function countTiles(database: Database, schema: TileSchema, most: number): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: string }[] }>(
    `SELECT CASE WHEN n_live_tup > ?::float8 * 0.9 OR n_live_tup < 100000
       THEN (SELECT count(*) FROM "${schema}".tiles) ELSE 0 END AS count
     FROM pg_stat_user_tables WHERE schemaname = ? AND relname = 'tiles'`,
    [most, schema],
  );
  return Number(rows[0]?.count ?? 0);
}

async function removeTiles(
  database: Database,
  schema: TileSchema,
  where: string,
  limit: number,
): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: string }[] }>(
    `WITH gone AS (
       DELETE FROM "${schema}".tiles WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM "${schema}".tiles ${where} LIMIT ? FOR UPDATE SKIP LOCKED))
       RETURNING source, object_key),
     stored AS (
       INSERT INTO "${schema}".tile_garbage (source, object_key, due)
       SELECT source, object_key, clock_timestamp() FROM gone WHERE object_key IS NOT NULL ON CONFLICT DO NOTHING)
     SELECT count(*) FROM gone`,
    [limit],
  );
  return Number(rows[0]?.count ?? 0);
}

async function removeGarbage(database: Database, { schema, openObjects, signal }: Tidying): Promise<number> {
  let removed = 0;
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await database.raw<{ rows: { source: string; keys: string[] }[] }>(
      `SELECT source, array_agg(object_key) AS keys FROM (
         SELECT source, object_key FROM "${schema}".tile_garbage WHERE due <= clock_timestamp()
         ORDER BY due LIMIT ?) AS due GROUP BY source`,
      [BATCH],
    );
    if (rows.length === 0) return removed;
    for (const { source, keys } of rows) {
      // An object that is removed twice is no error, so the rows go last.
      await (await openObjects(source)).remove(keys, signal);
      await database.raw(
        `DELETE FROM "${schema}".tile_garbage WHERE source = ? AND object_key = ANY (?::text[])`,
        [source, keys],
      );
      removed += keys.length;
    }
  }
}
