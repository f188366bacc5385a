import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { keyOfRow } from '../../src/app-kit/admin/row-keys.ts';
import { footprintOf } from '../../src/apps/view-server/catalogue/footprint.ts';
import { storeProduct } from '../../src/apps/view-server/catalogue/store-product.ts';
import { paintScene } from '../../src/apps/view-server/sandbox/scenes/paint-scene.ts';
import { PIXEL_METRES, SCENES, type Scene, sizeOf } from '../../src/apps/view-server/sandbox/scenes/scene.ts';
import { ringOf } from '../../src/apps/view-server/sandbox/scenes/scene-package.ts';
import { writeGeoTiff } from '../../src/apps/view-server/services/wcs/geotiff-writer.ts';
import type { Database } from '../../src/platform/database/connection.ts';
import type { AdminInBrowser } from './admin-in-browser.ts';

/** The collection of the scene. */
const COLLECTION = 'scenes';

/** Folders with the files of the scene's collection. */
export interface ViewServerFolder {
  readonly path: string;
  /** What the service of the scene is started with. */
  readonly environment: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** Makes the folders, and the file of collections. */
export async function makeViewServerFolder(): Promise<ViewServerFolder> {
  const path = await mkdtemp(join(tmpdir(), 'view-server-scene-'));
  const store = (name: string) => ({ type: 'local', kwargs: { folder: join(path, name) } });
  for (const name of ['packages', 'products']) await mkdir(join(path, name));
  const file = join(path, 'collections.yaml');
  await writeFile(
    file,
    JSON.stringify({
      collections: {
        [COLLECTION]: { title: 'Scenes', source: store('packages'), target: store('products') },
        archive: { title: 'Archive', source: store('packages'), target: store('products') },
      },
    }),
  );
  return {
    path,
    environment: {
      INSTALLED_APPS: 'view-server',
      VIEW_SERVER_COLLECTIONS: file,
      COLLECTION,
      GUNICORN_WORKERS: '1',
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** The keys of what the pages show. */
export interface ViewServerScene {
  readonly failedId: string;
  readonly waitingId: string;
  readonly succeededId: string;
  readonly productId: string;
}

/** A page, by a name for a file. */
export interface ShownPage {
  readonly name: string;
  readonly address: string;
}

/** Items as they are in the middle of a day, products with images, and tiles. @param isWhole whether the images are those of the demo, which takes seconds. */
export async function makeViewServerScene(
  { service }: AdminInBrowser,
  folder: ViewServerFolder,
  { isWhole = false }: { readonly isWhole?: boolean } = {},
): Promise<ViewServerScene> {
  const { database } = service.database;
  await database('view_server.collections')
    .insert([{ name: COLLECTION }, { name: 'archive' }])
    .onConflict()
    .ignore();
  let waitingId = '';
  for (let number = 414; number < 450; number += 1) {
    waitingId = await insertItem(database, 'preprocess', `vhr18/scene-0${number}.tar`, [
      { state: 'waiting', minutesAgo: 1, seconds: 0 },
    ]);
  }
  const succeededId = await insertItem(database, 'preprocess', `${SCENES[0]?.id}.tar`, [
    { state: 'succeeded', minutesAgo: 34, seconds: 8 },
  ]);
  await insertItem(database, 'register', `${SCENES[0]?.id}.tar`, [
    { state: 'succeeded', minutesAgo: 33, seconds: 0.4 },
  ]);
  await insertItem(database, 'seed', '2026-06-03T10:10:21.000Z/2026-06-03T10:10:35.000Z', [
    { state: 'succeeded', minutesAgo: 33, seconds: 12 },
  ]);
  const failedId = await insertItem(database, 'preprocess', 'vhr18/scene-0412.tar', [
    { state: 'lost', minutesAgo: 25, seconds: 45, reason: 'The worker is gone.' },
    { state: 'failed', minutesAgo: 24, seconds: 2, reason: 'S3 is not available: 503 Slow Down' },
    {
      state: 'failed',
      minutesAgo: 22,
      seconds: 3,
      reason: 'The package has an entry ../../etc/cron.d/x: a name may not leave the package',
    },
  ]);
  await insertItem(database, 'preprocess', 'vhr18/scene-0413.tar', [
    { state: 'running', minutesAgo: 1, seconds: 40 },
  ]);
  await insertItem(database, 'register', 'vhr18/scene-0411.tar', [
    { state: 'withdrawn', minutesAgo: 3, seconds: 0 },
  ]);
  for (const scene of SCENES) await insertProduct(database, folder, isWhole ? scene : smaller(scene));
  const product: { id: string } | undefined = await database('view_server.products')
    .where({ identifier: SCENES[0]?.id })
    .first('id');
  await insertTiles(database);
  await database.raw('ANALYZE');
  return { failedId, waitingId, succeededId, productId: keyOfRow(product?.id ?? 0) };
}

/** The pages of the app. */
export function viewServerPagesOf(admin: AdminInBrowser, scene: ViewServerScene): readonly ShownPage[] {
  const page = (name: string, path: string) => ({ name, address: admin.address(path) });
  const record = (resource: string, id: string) => `/resources/${resource}/records/${id}/show`;
  return [
    page('items', '/resources/view-items'),
    page('item-failed', record('view-items', scene.failedId)),
    page('item-waiting', record('view-items', scene.waitingId)),
    page('item-succeeded', record('view-items', scene.succeededId)),
    page('push', record('view-items', 'new')),
    page('products', '/resources/view-products'),
    page('product', record('view-products', scene.productId)),
    page('collections', '/resources/view-collections'),
    page('tiles', '/resources/view-tiles'),
    page('purge', record('view-tiles', 'purge')),
  ];
}

/** The page with the map, for everybody. */
export function mapOf({ service }: AdminInBrowser): string {
  return `${service.url}/view-server/${COLLECTION}`;
}

interface MadeAttempt {
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'lost' | 'withdrawn';
  readonly minutesAgo: number;
  readonly seconds: number;
  readonly reason?: string;
}

/** Returns the key of the item. */
async function insertItem(
  database: Database,
  stage: string,
  path: string,
  attempts: readonly MadeAttempt[],
): Promise<string> {
  const last = attempts.at(-1)?.state;
  const outcome = last === 'succeeded' ? 'success' : last === 'failed' ? 'failure' : null;
  const ago = (seconds: number) =>
    database.raw("clock_timestamp() - ?::float8 * interval '1 second'", [seconds]);
  const [item]: { id: string }[] = await database('view_server.items')
    .insert({ stage, path, collection: COLLECTION, outcome, created: ago(3_600) })
    .returning('id');
  const itemId = item?.id ?? '';
  for (const [index, { state, minutesAgo, seconds, reason }] of attempts.entries()) {
    const hasBegun = state !== 'waiting' && state !== 'withdrawn';
    const hasEnded = state !== 'waiting' && state !== 'running';
    await database('view_server.attempts').insert({
      item_id: itemId,
      number: index + 1,
      stage,
      state,
      position: 1_000 * Number(itemId) + index,
      delivery: index + 1,
      reason: reason ?? null,
      worker: hasBegun ? 'engine-2 4711' : null,
      pushed: ago(minutesAgo * 60 + 5),
      began: hasBegun ? ago(minutesAgo * 60) : null,
      ended: hasEnded ? ago(minutesAgo * 60 - seconds) : null,
    });
  }
  return keyOfRow(itemId);
}

/** A scene without most of its pixels, so that it is painted at once. */
function smaller(scene: Scene): Scene {
  const { box } = scene;
  const side = 300 * PIXEL_METRES;
  return { ...scene, box: { ...box, maxX: box.minX + side, minY: box.maxY - side } };
}

async function insertProduct(database: Database, folder: ViewServerFolder, scene: Scene): Promise<void> {
  const { id, srs, box, begins, ends } = scene;
  const painted = await paintScene(scene, () => undefined, new AbortController().signal);
  const path = `${id}.tar/${id}.tif`;
  const file = join(folder.path, 'products', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    await writeGeoTiff({
      ...sizeOf(scene),
      bandCount: 3,
      samples: painted.samples,
      srs,
      transform: { a: PIXEL_METRES, b: 0, c: box.minX, d: 0, e: -PIXEL_METRES, f: box.maxY },
      nodata: 0,
    }),
  );
  await database.transaction((transaction) =>
    storeProduct(
      transaction,
      {
        identifier: id,
        type: 'DEMO',
        level: 'L1',
        footprint: footprintOf([[ringOf(scene)]]),
        begins: new Date(begins),
        ends: new Date(ends),
        prefix: `${id}.tar`,
        collections: [COLLECTION],
        coverages: [
          {
            identifier: `${id}_image`,
            coverageType: 'image',
            path,
            ...sizeOf(scene),
            bandCount: 3,
            srs,
            box,
          },
        ],
        masks: [],
        files: [{ kind: 'metadata', path: `${id}.tar/${id}.xml` }],
        properties: { platform: 'Made-up', cloudCover: painted.cloudPercent },
      },
      { replaces: true },
    ),
  );
}

/** Tiles of two layers, from the whole world to a city. */
async function insertTiles(database: Database): Promise<void> {
  for (const tileset of [COLLECTION, `${COLLECTION}__outlined`]) {
    await database.raw(
      `INSERT INTO view_server.tiles (source, tileset, grid, "time", format, z, x, y, box, during, etag, content_type,
         size_bytes, object_key, is_cut, version, made)
       SELECT ?, ?, 'GoogleMapsCompatible', '', 'mixed', z, x, 0, box '(1,1),(0,0)', tstzrange(NULL, NULL), 'e',
         'image/jpeg', 9000 + 300 * z, 'cache/' || z || '/' || x, z < 4 AND x = 1, 1, clock_timestamp()
       FROM generate_series(0, 10) AS z CROSS JOIN LATERAL generate_series(1, 1 + z * z) AS x`,
      [COLLECTION, tileset],
    );
  }
}
