import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Router } from 'express';
import type { AppContext } from '../../../src/app-kit/app-context.ts';
import { findProducts } from '../../../src/apps/view-server/catalogue/find-products.ts';
import { footprintOfBox } from '../../../src/apps/view-server/catalogue/footprint.ts';
import type { NewProduct } from '../../../src/apps/view-server/catalogue/product.ts';
import { storeProduct } from '../../../src/apps/view-server/catalogue/store-product.ts';
import { createClientRouter } from '../../../src/apps/view-server/client/client-router.ts';
import type {
  MapPicture,
  MapRenderer,
  MapRequest,
} from '../../../src/apps/view-server/renderer/map-picture.ts';
import { createCacheRouter } from '../../../src/apps/view-server/services/wmts/cache-router.ts';
import { CollectionTiles } from '../../../src/apps/view-server/tiles/collection-tiles.ts';
import { invalidateTiles } from '../../../src/apps/view-server/tiles/invalidate-tiles.ts';
import { readInstallation } from '../../../src/installation.ts';
import type { Box } from '../../../src/map-kit/box.ts';
import { boxesMeet, intersectionOf } from '../../../src/map-kit/box.ts';
import { transformBox } from '../../../src/map-kit/crs.ts';
import { createErrorHandler } from '../../../src/platform/http/error-handler.ts';
import { createRequestLog } from '../../../src/platform/http/request-log.ts';
import { listen } from '../../../src/platform/http/web-server.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { openTaskQueue } from '../../../src/queue/index.ts';
import { createTestDatabase } from '../../support/database.ts';

/** Draws the box of each product of the catalogue in a grey that is its version: 100 for the first. */
export class PlainRenderer implements MapRenderer {
  readonly requests: MapRequest[] = [];
  /** Called before a picture is returned. */
  onDraw: () => Promise<void> | void = () => undefined;
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async draw(request: MapRequest): Promise<MapPicture> {
    this.requests.push(request);
    const { widthPixels, heightPixels, srs, interval } = request;
    const box = transformBox(request.box, srs, 'EPSG:4326');
    const [collection = ''] = request.layer.split('__');
    const { products, isCut } = await findProducts(
      this.#platform.database,
      { collection, box, interval },
      request.maximumProducts,
    );
    const rgba = Buffer.alloc(widthPixels * heightPixels * 4);
    for (const product of products.toReversed()) {
      if (boxesMeet(product.box, box))
        paint(rgba, request, transformBox(product.box, 'EPSG:4326', srs), 99 + product.version);
    }
    await this.onDraw();
    return { rgba, widthPixels, heightPixels, productCount: products.length, isCut };
  }
}

function paint(rgba: Buffer, { box, widthPixels, heightPixels }: MapRequest, area: Box, grey: number): void {
  const part = intersectionOf(box, area);
  if (!part) return;
  const column = (x: number) => Math.round(((x - box.minX) / (box.maxX - box.minX)) * widthPixels);
  const row = (y: number) => Math.round(((box.maxY - y) / (box.maxY - box.minY)) * heightPixels);
  for (let y = row(part.maxY); y < row(part.minY); y += 1) {
    const from = (y * widthPixels + column(part.minX)) * 4;
    const to = (y * widthPixels + column(part.maxX)) * 4;
    for (let at = from; at < to; at += 4) rgba.set([grey, grey, grey, 255], at);
  }
}

/** What is different in a product of a test. */
export interface ProductOfTest {
  readonly identifier?: string;
  readonly box?: Box;
  readonly begins?: string;
  readonly ends?: string;
}

/** The box of products where a test names none: the tile of level 3, column 8, row 3 of WGS84 and a little less. */
export const PRODUCT_BOX: Box = { minX: 1, minY: 1, maxX: 22, maxY: 22 };

/** Returns a product of the collection `images`. */
export function productOf({
  identifier = 'a-product',
  box = PRODUCT_BOX,
  begins = '2018-06-01T10:00:00Z',
  ends = '2018-06-01T10:05:00Z',
}: ProductOfTest = {}): NewProduct {
  return {
    identifier,
    type: 'optical',
    level: 'L1',
    footprint: footprintOfBox(box),
    begins: new Date(begins),
    ends: new Date(ends),
    prefix: identifier,
    collections: ['images'],
    coverages: [],
    masks: [],
    files: [],
    properties: {},
  };
}

/** The tiles over HTTP, in this process, with a database and a folder of a test's own. The collections are `images` and `elevation`. */
export class TilesService {
  readonly url: string;
  readonly folder: string;
  readonly databaseUrl: string;
  readonly platform: Platform;
  readonly tiles: CollectionTiles;
  readonly renderer: PlainRenderer;
  readonly #stop: () => Promise<void>;

  private constructor(fields: Omit<TilesService, 'stop' | 'get' | 'register'>, stop: () => Promise<void>) {
    this.url = fields.url;
    this.folder = fields.folder;
    this.databaseUrl = fields.databaseUrl;
    this.platform = fields.platform;
    this.tiles = fields.tiles;
    this.renderer = fields.renderer;
    this.#stop = stop;
  }

  /** @param others routes that are served as well. */
  static async start(
    differing: NodeJS.ProcessEnv = {},
    others: readonly ((context: AppContext) => Router)[] = [],
  ): Promise<TilesService> {
    const test = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'tiles-'));
    const file = join(folder, 'collections.yaml');
    await writeFile(file, collectionsFile(folder));
    for (const name of ['products', 'elevation']) await mkdir(join(folder, name));
    const { settings } = readInstallation({
      INSTALLED_APPS: 'view-server',
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      LOG_LEVEL: 'silent',
      VIEW_SERVER_COLLECTIONS: file,
      COLLECTION: 'images',
      ...differing,
    });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 10 });
    const queue = openTaskQueue(platform);
    const renderer = new PlainRenderer(platform);
    const tiles = new CollectionTiles(platform, async () => renderer, 4);
    const application = express();
    application.use(createRequestLog(platform.logger, []));
    application.use(createCacheRouter({ platform, queue }, tiles));
    for (const create of [createClientRouter, ...others]) application.use(create({ platform, queue }));
    application.use(createErrorHandler(false));
    const server = await listen(application, 0);
    const url = `http://127.0.0.1:${server.port}`;
    return new TilesService({ url, folder, databaseUrl: test.url, platform, tiles, renderer }, async () => {
      await server.stop(0);
      await queue.close();
      await platform.close();
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** Stops everything, and drops the database. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Gets a path below `/cache/ows`. */
  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/cache/ows${path}`, { headers });
  }

  /** Registers products as the registrar does, each in a transaction with the invalidation of tiles. */
  async register(...products: readonly ProductOfTest[]): Promise<void> {
    for (const product of products) {
      await this.platform.database.transaction(async (transaction) => {
        const { changed } = await storeProduct(transaction, productOf(product), { replaces: true });
        await invalidateTiles(transaction, changed);
      });
    }
  }
}

function collectionsFile(folder: string): string {
  const store = (name: string) => `{ type: local, kwargs: { folder: ${join(folder, name)} } }`;
  return `collections:
  images:
    title: Images & more
    source: ${store('packages')}
    target: ${store('products')}
    seeding: { enabled: true, min_zoom: 0, max_zoom: 4 }
  elevation:
    title: Elevation
    source: ${store('elevation-packages')}
    target: ${store('elevation')}
`;
}
