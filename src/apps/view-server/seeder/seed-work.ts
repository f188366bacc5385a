import pLimit from 'p-limit';
import { type TileIndex, WGS84 } from '../../../map-kit/tile-grids/tile-grid.ts';
import type { TimeInterval } from '../../../map-kit/time-parameter.ts';
import type { Platform } from '../../../platform/platform.ts';
import { PermanentTaskError, type TaskContext } from '../../../queue/index.ts';
import { searchProducts } from '../catalogue/search-products.ts';
import type { Collection } from '../collections/collection.ts';
import { openCollections } from '../collections/collections.ts';
import { layerNamesOf } from '../renderer/layers/find-layer.ts';
import { openRenderer } from '../renderer/open-renderer.ts';
import type { ItemInWork, StageOutcome } from '../stages/run-stage.ts';
import { CollectionTiles, type LayerTile } from '../tiles/collection-tiles.ts';
import { tileLayersOf } from '../tiles/tile-layers.ts';
import { readSeedInterval, TimeError } from '../tiles/tile-time.ts';
import { tilesOfFootprint } from './footprint-tiles.ts';

/** Tiles that are filled side by side: a worker has three connections, and each drawing holds one. */
const TILES_AT_ONCE = 2;

/** Tiles of one interval, at most. */
const MOST_TILES = 1_000_000;

/** Products that are in memory at a time. */
const PRODUCTS_AT_ONCE = 100;

/** Tiles of one level that are remembered, so that overlapping products are not looked at twice. */
const MOST_REMEMBERED = 200_000;

/** Tiles that are planned at a time. */
const TILES_OF_STEP = 2_000;

/** Layers that are not seeded: they are drawn from the catalogue alone. */
const UNSEEDED = ['outlines', 'outlined'];

/** Where the pictures come from; tests have their own. */
export type OpenTiles = (context: TaskContext) => CollectionTiles;

/** Makes the work of the seeder. */
export function seedWorkWith(openTiles: OpenTiles) {
  /**
   * Draws and stores the tiles of an interval `start/end`: those that meet the footprints of its products, in the levels of each
   * collection. Tiles that are there are left, so that an attempt goes on where the one before has ended.
   */
  return async ({ path, collection }: ItemInWork, context: TaskContext): Promise<StageOutcome> => {
    const interval = readPath(path);
    const { list } = await openCollections(context.platform);
    const seeded = list.filter(({ id, seedsProducts }) => seedsProducts || id === collection);
    const seeding = new Seeding(openTiles(context), context, interval);
    for (const each of seeded) await seeding.fill(each);
    return { nextPath: undefined };
  };
}

/** The work of the stage `seed`. */
export const seedWork = seedWorkWith(
  ({ platform }) => new CollectionTiles(platform, async () => openRenderer({ platform }), TILES_AT_ONCE),
);

function readPath(path: string): TimeInterval {
  try {
    return readSeedInterval(path);
  } catch (error) {
    if (error instanceof TimeError) throw new PermanentTaskError(error.message, { cause: error });
    throw error;
  }
}

class Seeding {
  readonly #tiles: CollectionTiles;
  readonly #context: TaskContext;
  readonly #interval: TimeInterval;
  #done = 0;

  constructor(tiles: CollectionTiles, context: TaskContext, interval: TimeInterval) {
    this.#tiles = tiles;
    this.#context = context;
    this.#interval = interval;
  }

  async fill(collection: Collection): Promise<void> {
    const names = layerNamesOf(collection)
      .filter(({ suffix }) => suffix === undefined || !UNSEEDED.includes(suffix))
      .map(({ name }) => name);
    const layers = tileLayersOf([collection]).filter(({ name }) => names.includes(name));
    const { min, max } = collection.seedZooms;
    for (let z = min; z <= Math.min(max, WGS84.levelCount - 1); z += 1) {
      for await (const indexes of this.#tilesOfLevel(collection, z)) {
        await this.#fillTiles(
          layers.flatMap((layer) =>
            indexes.map(
              (index): LayerTile => ({
                layer,
                grid: WGS84,
                index,
                interval: this.#interval,
                format: 'mixed',
              }),
            ),
          ),
          `${collection.id}, level ${z}`,
        );
      }
    }
  }

  async *#tilesOfLevel(collection: Collection, z: number): AsyncGenerator<readonly TileIndex[]> {
    const seen = new Set<string>();
    for await (const footprint of footprintsOf(this.#context.platform, collection, this.#interval)) {
      const fresh: TileIndex[] = [];
      for (const index of tilesOfFootprint(WGS84, z, footprint)) {
        const key = `${index.x} ${index.y}`;
        if (seen.has(key)) continue;
        if (seen.size >= MOST_REMEMBERED) seen.clear();
        seen.add(key);
        fresh.push(index);
        if (fresh.length >= TILES_OF_STEP) yield fresh.splice(0);
      }
      yield fresh;
    }
  }

  async #fillTiles(tiles: readonly LayerTile[], note: string): Promise<void> {
    const { signal, progress } = this.#context;
    if (this.#done + tiles.length > MOST_TILES) {
      throw new PermanentTaskError(
        `The interval has more than ${MOST_TILES} tiles: seed shorter ones, or fewer levels.`,
      );
    }
    const limit = pLimit(TILES_AT_ONCE);
    await Promise.all(
      tiles.map((tile) =>
        limit(async () => {
          signal.throwIfAborted();
          await this.#tiles.fill(tile);
          this.#done += 1;
          progress(this.#done, undefined, note);
        }),
      ),
    ).finally(() => limit.clearQueue());
  }
}

async function* footprintsOf(platform: Platform, { id }: Collection, interval: TimeInterval) {
  for (let offset = 0; ; offset += PRODUCTS_AT_ONCE) {
    const { products } = await searchProducts(
      platform.database,
      { collection: id, interval },
      { offset, limit: PRODUCTS_AT_ONCE },
    );
    for (const { footprint } of products) yield footprint;
    if (products.length < PRODUCTS_AT_ONCE) return;
  }
}
