import { transformBox } from '../../../map-kit/crs.ts';
import { encodePicture, type PictureFormat } from '../../../map-kit/picture-encoding.ts';
import type { Tile, TileRequest } from '../../../map-kit/tile-cache/tile.ts';
import { TileCache, type TileFigures } from '../../../map-kit/tile-cache/tile-cache.ts';
import type { TileObjects } from '../../../map-kit/tile-cache/tile-objects.ts';
import {
  boxOfTile,
  TILE_PIXELS,
  type TileGrid,
  type TileIndex,
} from '../../../map-kit/tile-grids/tile-grid.ts';
import type { TimeInterval } from '../../../map-kit/time-parameter.ts';
import type { Platform } from '../../../platform/platform.ts';
import { findCollection } from '../collections/collections.ts';
import { FileStoreError } from '../files/file-store-error.ts';
import { openFileStore } from '../files/open-file-store.ts';
import type { MapRenderer } from '../renderer/map-picture.ts';
import { viewServerSettings } from '../settings.ts';
import type { TileLayer } from './tile-layers.ts';
import { timeText } from './tile-time.ts';

/** The schema of the tables of tiles. */
export const TILE_SCHEMA = 'view_server';

/** A tile of a layer. */
export interface LayerTile {
  readonly layer: TileLayer;
  readonly grid: TileGrid;
  readonly index: TileIndex;
  /** `undefined`: the whole time of the collection. */
  readonly interval: TimeInterval | undefined;
  readonly format: PictureFormat;
}

/** Opens what draws; only when the first tile has to be drawn. */
export type OpenMapRenderer = () => Promise<MapRenderer>;

/** The tiles of all collections: from the cache, or drawn. */
export class CollectionTiles {
  readonly #cache: TileCache;
  readonly #openRenderer: OpenMapRenderer;
  readonly #maximumProducts: number;

  /** @param drawsAtOnce tiles that this process draws at a time; each needs two connections to Postgres. */
  constructor(platform: Platform, openRenderer: OpenMapRenderer, drawsAtOnce: number) {
    const { tiles, renderer } = platform.settingsOf(viewServerSettings);
    this.#openRenderer = openRenderer;
    this.#maximumProducts = renderer.maximumProducts;
    this.#cache = new TileCache(platform, {
      schema: TILE_SCHEMA,
      openObjects: (collection) => openTileObjects(platform, collection),
      prefix: tiles.prefix,
      memoryBytes: tiles.memoryMebibytes * 1024 ** 2,
      expiresSeconds: tiles.autoExpireSeconds,
      timeoutSeconds: renderer.timeoutSeconds,
      drawsAtOnce,
    });
  }

  /** Where tiles came from so far. */
  get figures(): TileFigures {
    return this.#cache.figures;
  }

  /**
   * Returns a tile.
   *
   * @throws {TileCacheBusyError}
   * @throws {TileTimeoutError}
   * @throws what drawing throws: never an empty picture instead.
   */
  get(tile: LayerTile): Promise<Tile> {
    return this.#cache.get(requestOf(tile), (signal) => this.#draw(tile, signal));
  }

  /** Draws and stores a tile that is not there. Returns whether it was drawn. @throws as {@link get} */
  fill(tile: LayerTile): Promise<boolean> {
    return this.#cache.fill(requestOf(tile), (signal) => this.#draw(tile, signal));
  }

  async #draw({ layer, grid, index, interval, format }: LayerTile, signal: AbortSignal) {
    const renderer = await this.#openRenderer();
    const picture = await renderer.draw(
      {
        layer: layer.name,
        box: boxOfTile(grid, index),
        srs: grid.srs,
        widthPixels: TILE_PIXELS,
        heightPixels: TILE_PIXELS,
        interval,
        maximumProducts: this.#maximumProducts,
      },
      signal,
    );
    const { body, contentType } = await encodePicture(picture, format);
    picture.release?.();
    return { content: body, contentType, isCut: picture.isCut };
  }
}

/** Opens the objects of tiles of a collection. @throws {UnknownCollectionError} */
export async function openTileObjects(platform: Platform, collectionId: string): Promise<TileObjects> {
  const { target } = await findCollection(platform, collectionId);
  const store = openFileStore(platform, target);
  return {
    async get(key, sizeBytes, signal) {
      try {
        return await store.readRange(key, 0, sizeBytes, signal);
      } catch (error) {
        if (error instanceof FileStoreError && error.failure === 'missing') return undefined;
        throw error;
      }
    },
    put: (key, content, contentType, signal) => store.put(key, content, contentType, signal),
    remove: (keys, signal) => store.remove(keys, signal),
  };
}

function requestOf({ layer, grid, index, interval, format }: LayerTile): TileRequest {
  return {
    key: {
      source: layer.collection.id,
      tileset: layer.name,
      grid: grid.name,
      time: timeText(interval),
      format: format === 'jpeg' ? 'jpg' : format,
      index,
    },
    box: transformBox(boxOfTile(grid, index), grid.srs, 'EPSG:4326'),
    interval: { begin: interval?.begin, end: interval?.end },
  };
}
