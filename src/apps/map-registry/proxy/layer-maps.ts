import type { Box } from '../../../map-kit/box.ts';
import { boxesMeet } from '../../../map-kit/box.ts';
import { Budget } from '../../../map-kit/budget.ts';
import { transformBox } from '../../../map-kit/crs.ts';
import {
  type EncodedPicture,
  emptyPicture,
  encodePicture,
  type PictureFormat,
} from '../../../map-kit/picture-encoding.ts';
import type { DrawnTile, Tile } from '../../../map-kit/tile-cache/tile.ts';
import { TileCache } from '../../../map-kit/tile-cache/tile-cache.ts';
import type { TileObjects } from '../../../map-kit/tile-cache/tile-objects.ts';
import { boxOfTile, TILE_PIXELS } from '../../../map-kit/tile-grids/tile-grid.ts';
import type { MapPlace, PictureSize, PictureStyle } from '../../../map-kit/wms/map-parameters.ts';
import type { TilePlace } from '../../../map-kit/wmts/tile-call.ts';
import type { Platform } from '../../../platform/platform.ts';
import type { OutsideClient } from '../fetching/outside-client.ts';
import { mapRegistrySettings } from '../settings.ts';
import { TILE_SCHEMA } from '../storage/tile-schema.ts';
import { drawLayer } from './drawing/draw-layer.ts';
import { MapPictures } from './fetching/map-pictures.ts';
import { type ProxiedLayer, reachOf } from './proxied-layer.ts';
import { TILE_PREFIX } from './tile-objects.ts';

/** Tiles that a process draws at a time. They mostly wait for their servers. */
const DRAWS_AT_ONCE = 32;

/** Bytes that a pixel of a map takes while it is drawn: what its server sent, the map, and its file. */
const BYTES_OF_PIXEL = 16;

/** Memory for maps that are drawn at the same time. */
const MAPS_BYTES = 256 * 1_024 ** 2;

/** A server has the time of two requests: one may be redirected, or wait for its turn. */
const REQUESTS_OF_MAP = 2;

/** A tile of a layer. */
export interface LayerTile extends TilePlace {
  readonly format: PictureFormat;
}

/** Maps and tiles of all layers, as a process draws them from what their servers send. */
export class LayerMaps {
  readonly #pictures: MapPictures;
  readonly #cache: TileCache;
  readonly #memory = new Budget(MAPS_BYTES);
  readonly #timeoutSeconds: number;

  constructor(platform: Platform, client: OutsideClient, objects: TileObjects) {
    const { proxy, checks } = platform.settingsOf(mapRegistrySettings);
    this.#timeoutSeconds = checks.timeoutSeconds * REQUESTS_OF_MAP;
    this.#pictures = new MapPictures(client, proxy.hostConcurrency);
    this.#cache = new TileCache(platform, {
      schema: TILE_SCHEMA,
      openObjects: async () => objects,
      prefix: TILE_PREFIX,
      memoryBytes: proxy.memoryMebibytes * 1_024 ** 2,
      expiresSeconds: proxy.cacheSeconds,
      timeoutSeconds: this.#timeoutSeconds,
      drawsAtOnce: DRAWS_AT_ONCE,
      locksDrawing: false,
    });
  }

  /**
   * Returns a tile: from the cache, or fetched. Nothing that fails is kept.
   *
   * @throws {TileCacheBusyError}
   * @throws {TileTimeoutError}
   * @throws what {@link drawLayer} throws.
   */
  getTile(proxied: ProxiedLayer, { grid, index, format }: LayerTile): Promise<Tile> {
    const tileBox = boxOfTile(grid, index);
    const box = transformBox(tileBox, grid.srs, 'EPSG:4326');
    const key = {
      source: proxied.layer.id,
      tileset: `${proxied.layer.id}-${proxied.digest}`,
      grid: grid.name,
      time: '',
      format: format === 'jpeg' ? 'jpg' : format,
      index,
    };
    const size = { widthPixels: TILE_PIXELS, heightPixels: TILE_PIXELS };
    return this.#cache.get(
      { key, box, interval: { begin: undefined, end: undefined } },
      async (signal): Promise<DrawnTile> => {
        const window = { box: tileBox, srs: grid.srs, ...size };
        const { body, contentType } = await this.#draw(
          proxied,
          window,
          { format, background: undefined },
          signal,
        );
        return { content: body, contentType, isCut: false };
      },
    );
  }

  /**
   * Draws a map.
   *
   * @throws what {@link drawLayer} throws, and the reason of the signal or a `TimeoutError`.
   */
  drawMap(
    proxied: ProxiedLayer,
    { box, crs, widthPixels, heightPixels }: MapPlace,
    style: PictureStyle,
    signal: AbortSignal,
  ): Promise<EncodedPicture> {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutSeconds * 1_000)]);
    const window = { box, srs: crs.srs, widthPixels, heightPixels };
    return this.whenThereIsMemory(window, inTime, () => this.#draw(proxied, window, style, inTime));
  }

  /** Does work on a picture when there is memory for it. @throws the reason of the signal. */
  whenThereIsMemory<Result>(
    { widthPixels, heightPixels }: PictureSize,
    signal: AbortSignal,
    draw: () => Promise<Result>,
  ): Promise<Result> {
    return this.#memory.run(widthPixels * heightPixels * BYTES_OF_PIXEL, signal, draw);
  }

  async #draw(
    proxied: ProxiedLayer,
    window: Pick<MapPlace, 'box' | 'widthPixels' | 'heightPixels'> & { readonly srs: MapPlace['crs']['srs'] },
    { format, background }: PictureStyle,
    signal: AbortSignal,
  ): Promise<EncodedPicture> {
    const { widthPixels, heightPixels } = window;
    if (!meetsWorldwide(reachOf(proxied.layer), transformBox(window.box, window.srs, 'EPSG:4326'))) {
      return this.#nothing(window, { format, background });
    }
    // What is behind transparent pixels is drawn here, whatever the server would draw there.
    const picture = await drawLayer(
      proxied.drawing,
      { ...window, isTransparent: true },
      this.#pictures,
      signal,
    );
    return encodePicture({ ...picture, widthPixels, heightPixels }, format, background);
  }

  #nothing({ widthPixels, heightPixels }: PictureSize, { format, background }: PictureStyle) {
    if (format !== 'jpeg' && !background) return emptyPicture(widthPixels, heightPixels);
    const rgba = Buffer.alloc(widthPixels * heightPixels * 4);
    return encodePicture({ rgba, widthPixels, heightPixels }, format, background);
  }
}

/** Returns whether a window, which may go beyond the world, has something of a box inside it. */
function meetsWorldwide(box: Box, window: Box): boolean {
  return [-720, -360, 0, 360, 720].some((shift) =>
    boxesMeet(box, { ...window, minX: window.minX + shift, maxX: window.maxX + shift }),
  );
}
