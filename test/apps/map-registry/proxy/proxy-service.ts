import express from 'express';
import sharp from 'sharp';
import { openOutsideClient } from '../../../../src/apps/map-registry/fetching/open-outside-client.ts';
import type { OutsideClient } from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import type { ServiceType } from '../../../../src/apps/map-registry/layers/layer.ts';
import { LayerMaps } from '../../../../src/apps/map-registry/proxy/layer-maps.ts';
import type { OpenDrawing } from '../../../../src/apps/map-registry/proxy/proxied-layer.ts';
import { createProxyRouter } from '../../../../src/apps/map-registry/proxy/proxy-router.ts';
import { openTileObjects } from '../../../../src/apps/map-registry/proxy/tile-objects.ts';
import { sourceOf } from '../../../../src/apps/map-registry/sources/index.ts';
import type { LayerDrawing, TileLevel } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { sourceSettingsOf } from '../../../../src/apps/map-registry/sources/source-settings.ts';
import { readInstallation } from '../../../../src/installation.ts';
import type { Box } from '../../../../src/map-kit/box.ts';
import type { Srs } from '../../../../src/map-kit/crs.ts';
import { latitudeOf, longitudeOf } from '../../../../src/map-kit/crs.ts';
import { createErrorHandler } from '../../../../src/platform/http/error-handler.ts';
import { createRequestLog } from '../../../../src/platform/http/request-log.ts';
import { listen } from '../../../../src/platform/http/web-server.ts';
import type { JsonValue } from '../../../../src/platform/json-value.ts';
import { openPlatform, type Platform } from '../../../../src/platform/platform.ts';
import { ObjectsInMemory } from '../../../map-kit/tile-cache/tile-cache-under-test.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { mapUrl } from './gradient-server.ts';

/** How the server of a test draws a layer: maps in some systems, or tiles. */
export type DrawingOfTest =
  | { readonly kind: 'map'; readonly serverUrl: string; readonly systems: readonly Srs[] }
  | {
      readonly kind: 'tiles';
      readonly serverUrl: string;
      readonly srs: Srs;
      readonly levels: readonly TileLevel[];
    };

/** The maps of layers over HTTP, in this process, with a database of a test's own. Tiles are kept in memory. */
export class ProxyService {
  readonly url: string;
  readonly platform: Platform;
  readonly client: OutsideClient;
  readonly objects: ObjectsInMemory;
  readonly #stop: () => Promise<void>;
  readonly #drawings: Map<string, DrawingOfTest>;

  private constructor(
    fields: Pick<ProxyService, 'url' | 'platform' | 'client' | 'objects'> & {
      readonly drawings: Map<string, DrawingOfTest>;
    },
    stop: () => Promise<void>,
  ) {
    this.url = fields.url;
    this.platform = fields.platform;
    this.client = fields.client;
    this.objects = fields.objects;
    this.#drawings = fields.drawings;
    this.#stop = stop;
  }

  /** @param inBucket whether tiles are kept in the bucket of the settings rather than in memory. */
  static async start(
    differing: NodeJS.ProcessEnv = {},
    { inBucket = false }: { readonly inBucket?: boolean } = {},
  ): Promise<ProxyService> {
    const test = await createTestDatabase();
    const { settings } = readInstallation({
      INSTALLED_APPS: 'map-registry',
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      REGISTRY_ALLOWED_NETWORKS: 'loopback',
      LOG_LEVEL: 'silent',
      ...differing,
    });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 10 });
    const client = openOutsideClient(platform);
    const objects = new ObjectsInMemory();
    const drawings = new Map<string, DrawingOfTest>();
    const openDrawing: OpenDrawing = (type, stored) =>
      typeof stored === 'string' ? openDrawingOfTest(drawings, stored) : sourceOf(type).openDrawing(stored);
    const application = express();
    application.use(createRequestLog(platform.logger, []));
    application.use(
      createProxyRouter(
        { platform },
        openDrawing,
        new LayerMaps(platform, client, inBucket ? openTileObjects(platform) : objects),
      ),
    );
    application.use(createErrorHandler(false));
    const server = await listen(application, 0);
    const url = `http://127.0.0.1:${server.port}`;
    return new ProxyService({ url, platform, client, objects, drawings }, async () => {
      await server.stop(0);
      await client.close();
      await platform.close();
      await test.drop();
    });
  }

  /** Stops everything, and drops the database. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Stores a layer. Returns its maps. */
  async addLayer(
    name: string,
    drawing: DrawingOfTest,
    { box, isPublic = true }: { readonly box?: Box; readonly isPublic?: boolean } = {},
  ): Promise<LayerOfTest> {
    this.#drawings.set(name, drawing);
    return this.#store({
      name,
      type: 'OGC:WMS',
      url: `${drawing.serverUrl}/${encodeURIComponent(name)}`,
      drawing: name,
      box,
      isPublic,
    });
  }

  /** Harvests a server, and stores one of its layers. Returns its maps. @param title of the layer. */
  async addHarvested(type: ServiceType, url: string, title: string): Promise<LayerOfTest> {
    const harvested = await sourceOf(type).harvest(
      { type, url, validators: {} },
      {
        client: this.client,
        signal: AbortSignal.timeout(20_000),
        maximumLayers: undefined,
        settings: sourceSettingsOf(this.platform),
      },
    );
    if (harvested === 'unchanged') throw new Error('it was never harvested');
    const layer = harvested.layers.find((each) => each.title === title);
    if (!layer) throw new Error(`there is no layer ${title}`);
    return this.#store({
      name: layer.name,
      type,
      url,
      drawing: layer.drawing,
      box: layer.box,
      isPublic: true,
    });
  }

  async #store({ name, type, url, drawing, box, isPublic }: NewLayer): Promise<LayerOfTest> {
    const { database } = this.platform;
    const { id: catalogId } = await database('map_registry.catalogs').where({ slug: 'hypermap' }).first('id');
    const [service] = await database('map_registry.services')
      .insert({ catalog_id: catalogId, type, url, host: '127.0.0.1' })
      .onConflict(['catalog_id', 'type', 'url'])
      .merge(['host'])
      .returning('id');
    const { minX, minY, maxX, maxY } = box ?? { minX: -180, minY: -90, maxX: 180, maxY: 90 };
    const [layer] = await database('map_registry.layers')
      .insert({
        catalog_id: catalogId,
        service_id: service.id,
        name,
        title: `The layer ${name}`,
        abstract: 'Where & <what>',
        keywords: ['one', 'two'],
        drawing: JSON.stringify(drawing),
        min_x: minX,
        min_y: minY,
        max_x: maxX,
        max_y: maxY,
        is_public: isPublic,
      })
      .returning(['id', 'uuid']);
    return new LayerOfTest(`${this.url}/registry/hypermap/layer/${layer.uuid}/map`, name, layer.id);
  }
}

/** A layer to store. */
interface NewLayer {
  readonly name: string;
  readonly type: ServiceType;
  readonly url: string;
  readonly drawing: JsonValue;
  readonly box: Box | undefined;
  readonly isPublic: boolean;
}

function openDrawingOfTest(
  drawings: ReadonlyMap<string, DrawingOfTest>,
  stored: JsonValue,
): LayerDrawing | undefined {
  const drawing = drawings.get(String(stored));
  if (!drawing) return undefined;
  const { serverUrl } = drawing;
  if (drawing.kind === 'map') {
    return { kind: 'map', systems: drawing.systems, mapUrl: (window) => mapUrl(serverUrl, window) };
  }
  const { srs, levels } = drawing;
  return {
    kind: 'tiles',
    srs,
    levels,
    tileUrl(number, column, row) {
      const level = levels[number];
      if (!level) throw new RangeError('there is no such level');
      const width = level.tileWidthPixels * level.resolution;
      const height = level.tileHeightPixels * level.resolution;
      const left = level.left + column * width;
      const top = level.top - row * height;
      return mapUrl(serverUrl, {
        srs,
        box: { minX: left, maxX: left + width, minY: top - height, maxY: top },
        widthPixels: level.tileWidthPixels,
        heightPixels: level.tileHeightPixels,
      });
    },
  };
}

/** The maps of one layer. */
export class LayerOfTest {
  readonly mapUrl: string;
  readonly name: string;
  readonly id: string;

  constructor(mapUrl: string, name: string, id: string) {
    this.mapUrl = mapUrl;
    this.name = name;
    this.id = id;
  }

  /** Gets a path below `/map`. */
  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.mapUrl}${path}`, { headers });
  }

  /** Gets a tile: `default_grid/2/1/3.png`. */
  tile(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.get(`/wmts/${encodeURIComponent(this.name)}/${path}`, headers);
  }

  /** Gets a map of WMS 1.1.1 in EPSG:4326, unless something differs. */
  map(differing: Record<string, string>): Promise<Response> {
    const parameters = new URLSearchParams({
      SERVICE: 'WMS',
      VERSION: '1.1.1',
      REQUEST: 'GetMap',
      LAYERS: this.name,
      STYLES: '',
      SRS: 'EPSG:4326',
      WIDTH: '100',
      HEIGHT: '100',
      FORMAT: 'image/png',
      TRANSPARENT: 'TRUE',
      ...differing,
    });
    return this.get(`/service?${parameters}`);
  }
}

/** A picture of a reply. */
export interface SeenPicture {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Red, green, blue and alpha of a pixel. */
  at(column: number, row: number): readonly number[];
}

/** Decodes the picture of a reply. */
export async function pictureOf(response: Response): Promise<SeenPicture> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    widthPixels: info.width,
    heightPixels: info.height,
    at: (column, row) => [
      ...data.subarray((row * info.width + column) * 4, (row * info.width + column + 1) * 4),
    ],
  };
}

/** The farthest that a picture of gradients is off, in pixels. Pixels that are transparent, and should not be, count as infinitely far. */
export function farthestOff(
  picture: SeenPicture,
  place: { readonly srs: Srs; readonly box: Box },
  frame: Box,
): number {
  const { box, srs } = place;
  const isMercator = srs === 'EPSG:3857';
  const { widthPixels, heightPixels } = picture;
  const across = (box.maxX - box.minX) / widthPixels;
  const down = (box.maxY - box.minY) / heightPixels;
  let farthest = 0;
  for (let row = 0; row < heightPixels; row += 5) {
    for (let column = 0; column < widthPixels; column += 5) {
      const x = box.minX + (column + 0.5) * across;
      const y = box.maxY - (row + 0.5) * down;
      const longitude = wrapped(isMercator ? longitudeOf(x) : x);
      const latitude = isMercator ? latitudeOf(y) : y;
      const [red = 0, green = 0, , alpha = 0] = picture.at(column, row);
      if (alpha < 255) return Number.POSITIVE_INFINITY;
      const seenLongitude = frame.minX + (red / 255) * (frame.maxX - frame.minX);
      const seenLatitude = frame.minY + (green / 255) * (frame.maxY - frame.minY);
      // A colour is rounded by the server, and again where it is interpolated.
      const stepX = (frame.maxX - frame.minX) / 255;
      const stepY = (frame.maxY - frame.minY) / 255;
      const nextLatitude = isMercator ? latitudeOf(y - down) : latitude - down;
      const pixelX = isMercator ? longitudeOf(across) : across;
      const offX = Math.max(0, Math.abs(seenLongitude - longitude) - stepX) / pixelX;
      const offY = Math.max(0, Math.abs(seenLatitude - latitude) - stepY) / (latitude - nextLatitude);
      farthest = Math.max(farthest, offX, offY);
    }
  }
  return farthest;
}

function wrapped(longitude: number): number {
  return longitude - 360 * Math.floor((longitude + 180) / 360);
}
