import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import sharp from 'sharp';
import { runCommand } from '../../../support/command.ts';
import { eventually } from '../../../support/eventually.ts';
import type { NodeProcess } from '../../../support/node-process.ts';
import type { Gate } from '../preprocessing/gated-storage.ts';
import { childrenOf, PreprocessingSite } from '../preprocessing/preprocessing-site.ts';
import { stripedGeoTiff } from '../preprocessing/striped-geotiff.ts';
import { sampleGeoTiff } from '../registrar/sample-geotiff.ts';

const COLLECTIONS = `
collections:
  images:
    source: { type: s3, kwargs: { bucket: packages } }
    target: { type: s3, kwargs: { bucket: products } }
    seeding: { enabled: true, min_zoom: 0, max_zoom: 0 }
`;

const BOX = { minX: 0, minY: 0, maxX: 90, maxY: 90 };

/** Its tiles are too large to be stored in rows. */
const NOISE = stripedGeoTiff(BOX, 200);

let site: PreprocessingSite;
let engine: NodeProcess;
let lastDay = 0;

beforeAll(async () => {
  site = await PreprocessingSite.start({}, COLLECTIONS);
  engine = await site.startEngine();
});

afterAll(() => site.stop());

/** A package, and the interval that is seeded after it. No two have the same. */
interface Package {
  readonly path: string;
  readonly interval: string;
}

async function putPackage(image = NOISE): Promise<Package> {
  // A day apart: intervals that touch each other have tiles in common that are purged.
  lastDay += 2;
  const [begin, end] = [lastDay, lastDay + 1].map((day) => new Date(Date.UTC(2018, 5, day)).toISOString());
  const path = `scene_${begin?.slice(0, 10).replaceAll('-', '')}.tif`;
  await site.put(path, image);
  return { path, interval: `${begin}/${end}` };
}

async function push(image?: Buffer): Promise<Package> {
  const pushed = await putPackage(image);
  await site.redis.lPush('preprocess_queue', pushed.path);
  return pushed;
}

function signalWorkers(signal: NodeJS.Signals): void {
  for (const pid of childrenOf(engine.pid)) process.kill(pid, signal);
}

function killWorkers(): void {
  signalWorkers('SIGKILL');
}

/** Kills the worker when it waits for the storage. */
async function killAtRequest(fits: Gate['fits']): Promise<void> {
  const open = site.storage.set({ fits, answer: 'hold' });
  try {
    await eventually(() => site.storage.reached.length > 0, 60_000, 5);
    killWorkers();
  } finally {
    open();
  }
}

/** Kills the worker when it wants to write to a table, after what `begin` does. */
async function killAtWriteTo(table: string, begin: () => Promise<unknown>): Promise<void> {
  const lock = await site.database.database.transaction();
  try {
    await lock.raw(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
    await begin();
    await eventually(
      async () => {
        const { rows } = await lock.raw<{ rows: unknown[] }>(
          `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
           WHERE datname = current_database() AND NOT granted AND relation = ?::regclass`,
          [table],
        );
        return rows.length > 0;
      },
      60_000,
      5,
    );
    killWorkers();
  } finally {
    await lock.rollback();
  }
}

/** Waits for a request of a worker, keeps it waiting, and lets it go on when something is done. */
async function whenItAsksFor(fits: Gate['fits'], run: (goOn: () => void) => Promise<void>): Promise<void> {
  const open = site.storage.set({ fits, answer: 'pause' });
  try {
    await eventually(() => site.storage.reached.length > 0, 60_000, 5);
    await run(open);
  } finally {
    open();
  }
}

async function itemsOf(path: string) {
  return site.database
    .database<{ stage: string; path: string; outcome: string | null }>('view_server.items')
    .where({ path })
    .select('stage', 'outcome')
    .orderBy('id');
}

/** Every item has succeeded, and nothing is there twice. */
async function expectDoneOnce(
  { path, interval }: Package,
  { version = 1, names = ['_manifest.json', path] } = {},
): Promise<void> {
  expect(await site.outcomeOf('preprocess', path)).toBe('preprocess-success_set');
  expect(await site.outcomeOf('register', path)).toBe('register-success_set');
  expect(await site.outcomeOf('seed', interval)).toBe('seed-success_set');
  expect(await itemsOf(path)).toEqual([
    { stage: 'preprocess', outcome: 'success' },
    { stage: 'register', outcome: 'success' },
  ]);
  for (const set of ['preprocessing_set', 'registering_set', 'seeding_set']) {
    expect(await site.redis.sMembers(set)).toEqual([]);
  }
  const { database } = site.database;
  const products = await database('view_server.products').where({ prefix: path }).select('version', 'id');
  expect(products.map((product) => Number(product.version))).toEqual([version]);
  const boxes = await database('view_server.product_boxes').where({ product_id: products[0]?.id });
  expect(boxes).toHaveLength(1);
  const files = (await site.products()).filter((file) => file.startsWith(`${path}/`));
  expect(files).toEqual(names.map((name) => `${path}/${name}`));
  // One for each layer that is seeded.
  const tiles = await database('view_server.tiles').where(
    'time',
    interval.replaceAll('.000', '').replace('/', '--'),
  );
  expect(tiles.map((tile) => `${tile.tileset} ${tile.z}/${tile.y}/${tile.x}`).toSorted()).toEqual([
    'images 0/0/1',
    'images__TRUE_COLOR 0/0/1',
  ]);
}

async function greyOf({ interval }: Package): Promise<number> {
  const time = encodeURIComponent(interval.replace('/', '--'));
  const response = await fetch(`${site.url}/cache/ows/wmts/1.0.0/images/default/${time}/WGS84/0/0/1.mixed`);
  const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data[(64 * 256 + 64) * info.channels] ?? 0;
}

function greyImage(grey: number): Buffer {
  const image = sampleGeoTiff(BOX);
  return image.fill(grey, image.length - 16 * 16 * 3);
}

describe('a package goes through all stages once', () => {
  it.each([2, 3] as const)('when node-redis pushes it with RESP %i', async (RESP) => {
    const client = createClient({ url: `redis://127.0.0.1:${site.redisPort}`, RESP });
    await client.connect();
    const pushed = await putPackage();
    expect(await client.lPush('preprocess_queue', pushed.path)).toBe(1);
    await expectDoneOnce(pushed);
    expect(await client.sMembers('seed-success_set')).toContain(pushed.interval);
    client.destroy();
  });

  it('when redis-cli pushes it, where that is installed', async () => {
    const pushed = await putPackage();
    const command = ['-p', String(site.redisPort), 'LPUSH', 'preprocess_queue', pushed.path];
    const { exitCode } = await runCommand('redis-cli', command);
    if (exitCode !== 0) await site.redis.lPush('preprocess_queue', pushed.path);
    await expectDoneOnce(pushed);
  });

  it('when an outside worker preprocesses it, and this server does the rest', async () => {
    const pushed = await putPackage();
    const { path } = pushed;
    await site.redis.sAdd('preprocessing_set', path);
    await site.bucket('products').put(`${path}/${path}`, NOISE, 'image/tiff');
    await site.redis.multi().lPush('register_queue', path).sAdd('preprocess-success_set', path).exec();
    await site.redis.sRem('preprocessing_set', path);
    await expectDoneOnce(pushed, { names: [path] });
  });

  it('when it is pushed three times, once while it is in work', async () => {
    const pushed = await push();
    await site.redis.lPush('preprocess_queue', pushed.path);
    await whenItAsksFor(
      ({ method, path }) => method === 'PUT' && path === `/products/${pushed.path}/${pushed.path}`,
      async (goOn) => {
        await site.redis.lPush('preprocess_queue', pushed.path);
        goOn();
        killWorkers();
      },
    );
    await eventually(async () => (await site.redis.lLen('preprocess_queue')) === 0, 60_000);
    await eventually(
      async () => (await itemsOf(pushed.path)).every(({ outcome }) => outcome === 'success'),
      60_000,
    );
    await expectDoneOnce(pushed);
  });
});

describe('a package whose worker is killed', () => {
  it('between its success and its push to the registrar', async () => {
    const pushed = await putPackage();
    const uploads = whenItAsksFor(
      ({ method, path }) => method === 'PUT' && path === `/products/${pushed.path}/_manifest.json`,
      (goOn) => killAtWriteTo('view_server.collections', async () => goOn()),
    );
    await site.redis.lPush('preprocess_queue', pushed.path);
    await uploads;
    await expectDoneOnce(pushed);
  });

  it('as it begins', async () => {
    signalWorkers('SIGSTOP');
    const pushed = await push();
    await killAtWriteTo('view_server.attempts', async () => signalWorkers('SIGCONT'));
    await expectDoneOnce(pushed);
  });

  it.each([
    ['as its product is stored', 'view_server.products'],
    ['as it is pushed to the seeder', 'view_server.collections'],
    ['after everything of its registration is stored', 'queue.tasks'],
  ])('%s', async (_when, table) => {
    const pushed = await putPackage();
    const reads = whenItAsksFor(
      ({ method, path }) => method === 'GET' && path === `/products/${pushed.path}/${pushed.path}`,
      (goOn) => killAtWriteTo(table, async () => goOn()),
    );
    await site.redis.lPush('preprocess_queue', pushed.path);
    await reads;
    await expectDoneOnce(pushed);
  });

  it('as its tile is drawn, stored and recorded', async () => {
    const stored = killAtRequest(
      ({ method, path }) => method === 'PUT' && path.startsWith('/products/cache/'),
    );
    const pushed = await push();
    await stored;
    await whenItAsksFor(
      ({ method, path }) => method === 'PUT' && path.startsWith('/products/cache/'),
      (goOn) => killAtWriteTo('view_server.tiles', async () => goOn()),
    );
    await expectDoneOnce(pushed);
  });

  it('as tiles are drawn of a product that is replaced: none of the old one is left', async () => {
    const pushed = await push(greyImage(40));
    await expectDoneOnce(pushed);
    expect(await greyOf(pushed)).toBe(40);
    await site.put(pushed.path, greyImage(80));
    await site.redis.lPush('preprocess_queue', pushed.path);
    await killAtWriteTo('view_server.tiles', async () => undefined);
    await expectDoneOnce(pushed, { version: 2 });
    expect(await greyOf(pushed)).toBe(80);
  });
});

describe('a package in work', () => {
  it('outlives the engine, the server and an outside worker that has it', async () => {
    const first = await push();
    await whenItAsksFor(
      ({ method, path }) => method === 'PUT' && path === `/products/${first.path}/${first.path}`,
      async (goOn) => {
        await site.killEngine(engine);
        goOn();
      },
    );
    const second = await push();
    expect(await site.redis.blMove('preprocess_queue', 'mine', 'RIGHT', 'LEFT', 0)).toBe(second.path);
    await site.replaceServer();
    await site.database
      .database('view_server.attempts')
      .whereNotNull('lease_id')
      .update({
        leased_until: new Date(0),
      });
    engine = await site.startEngine();
    await expectDoneOnce(first);
    await expectDoneOnce(second);
  });

  it('outlives the loss of all connections to Postgres', async () => {
    const pushed = await push();
    await whenItAsksFor(
      ({ method, path }) => method === 'PUT' && path === `/products/${pushed.path}/${pushed.path}`,
      async (goOn) => {
        await site.database.database.raw(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
        goOn();
        killWorkers();
      },
    );
    await expectDoneOnce(pushed);
  });

  it('outlives an object storage that is gone for a while', async () => {
    const pushed = await push();
    const open = site.storage.set({ fits: ({ path }) => path.startsWith('/products/'), answer: 503 });
    try {
      await eventually(async () =>
        (await site.attempts(pushed.path)).some(({ state }) => state === 'failed'),
      );
    } finally {
      open();
    }
    await expectDoneOnce(pushed);
  });
});
