import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Router } from 'express';
import type { AppContext } from '../../../src/app-kit/app-context.ts';
import { footprintOfBox } from '../../../src/apps/view-server/catalogue/footprint.ts';
import type { NewProduct } from '../../../src/apps/view-server/catalogue/product.ts';
import { storeProduct } from '../../../src/apps/view-server/catalogue/store-product.ts';
import type { CogOptions } from '../../../src/apps/view-server/cog/cog-engine.ts';
import { createOwsRouter } from '../../../src/apps/view-server/services/ows-router.ts';
import { readInstallation } from '../../../src/installation.ts';
import type { Box } from '../../../src/map-kit/box.ts';
import { createRequestLog } from '../../../src/platform/http/request-log.ts';
import { listen } from '../../../src/platform/http/web-server.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { openTaskQueue } from '../../../src/queue/index.ts';
import { createTestDatabase } from '../../support/database.ts';
import { type SampleImage, writeSampleCog } from './sample-cog.ts';

/** A product with one image, as a test adds it. */
export interface SampleScene extends Partial<SampleImage> {
  readonly identifier: string;
  /** Of the footprint, in longitude and latitude. Default: the image's. */
  readonly footprint?: Box;
  readonly begins?: string;
  readonly ends?: string;
  readonly type?: string;
  /** How the image is written. */
  readonly options?: Partial<CogOptions>;
  /** What is stored besides. */
  readonly product?: Partial<NewProduct>;
}

/** The collection of the scenes. */
export const COLLECTION = 'scenes';

/** Where scenes are by default: one degree wide, half a degree high. */
export const SCENE_BOX: Box = { minX: 16, minY: 48, maxX: 17, maxY: 48.5 };

/** The services at `/ows` over HTTP, in this process, with a database and a folder of images of a test's own. */
export class MapService {
  readonly url: string;
  readonly platform: Platform;
  /** Where the images are. */
  readonly folder: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, platform: Platform, folder: string, stop: () => Promise<void>) {
    this.url = url;
    this.platform = platform;
    this.folder = folder;
    this.#stop = stop;
  }

  /** @param others routes that are served as well. */
  static async start(
    differing: NodeJS.ProcessEnv = {},
    others: readonly ((context: AppContext) => Router)[] = [],
  ): Promise<MapService> {
    const [test, folder] = await Promise.all([
      createTestDatabase(),
      mkdtemp(join(tmpdir(), 'view-server-maps-')),
    ]);
    const { settings } = readInstallation({
      INSTALLED_APPS: 'view-server',
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      LOG_LEVEL: 'silent',
      COLLECTION,
      VIEW_SERVER_TARGET: folder,
      ...differing,
    });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 10 });
    const queue = openTaskQueue(platform);
    const application = express()
      .use(createRequestLog(platform.logger, []))
      .use(createOwsRouter({ platform, queue }));
    for (const create of others) application.use(create({ platform, queue }));
    const server = await listen(application, 0);
    return new MapService(`http://127.0.0.1:${server.port}/ows`, platform, folder, async () => {
      await server.stop(0);
      await queue.close();
      await platform.close();
      await test.drop();
      await rm(folder, { recursive: true });
    });
  }

  /** Stops everything, and removes what there is. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Writes the image of a scene, and stores its product. A scene that exists is replaced. */
  async add(scene: SampleScene): Promise<void> {
    const { identifier, product = {} } = scene;
    const image: SampleImage = {
      widthPixels: 400,
      heightPixels: 200,
      srs: 'EPSG:4326',
      box: SCENE_BOX,
      bandCount: 3,
      sampleType: 'uint8',
      nodata: undefined,
      draw: () => [200, 100, 50],
      ...scene,
    };
    const path = `${identifier}/image.tif`;
    await writeSampleCog(join(this.folder, path), image, scene.options);
    const begins = new Date(scene.begins ?? '2018-06-10T10:00:00Z');
    await this.platform.database.transaction((transaction) =>
      storeProduct(
        transaction,
        {
          identifier,
          type: scene.type ?? 'SCENE',
          level: '',
          footprint: footprintOfBox(scene.footprint ?? image.box),
          begins,
          ends: scene.ends === undefined ? begins : new Date(scene.ends),
          prefix: identifier,
          collections: [COLLECTION],
          coverages: [
            {
              identifier: `${identifier}_image`,
              coverageType: 'image',
              path,
              widthPixels: image.widthPixels,
              heightPixels: image.heightPixels,
              bandCount: image.bandCount,
              srs: image.srs,
              box: image.box,
            },
          ],
          masks: [],
          files: [],
          properties: {},
          ...product,
        },
        { replaces: true },
      ),
    );
  }

  /** Sends a request of a service, with these parameters. */
  get(
    parameters: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${this.url}?${new URLSearchParams(parameters)}`, { headers });
  }
}
