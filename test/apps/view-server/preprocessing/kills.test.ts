import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import { writeTar } from '../packages/packages-under-test.ts';
import type { StorageRequest } from './gated-storage.ts';
import { PreprocessingSite } from './preprocessing-site.ts';
import { stripedGeoTiff } from './striped-geotiff.ts';

jest.setTimeout(240_000);

const BOX = { minX: 300_000, minY: 5_200_000, maxX: 320_000, maxY: 5_220_000 };

let site: PreprocessingSite;
let image: Buffer;

beforeAll(async () => {
  site = await PreprocessingSite.start();
  await site.startEngine();
  const directory = await mkdtemp(join(tmpdir(), 'kills-test-'));
  const file = join(directory, 'package');
  await writeTar(file, [
    { name: 'one.tif', content: stripedGeoTiff(BOX, 1_500, 32633) },
    { name: 'two.tif', content: stripedGeoTiff(BOX, 100, 32633) },
    { name: 'notes.txt', content: 'notes' },
  ]);
  image = await readFile(file);
  await rm(directory, { recursive: true });
});

afterAll(() => site.stop());

/** Waits for a moment of the work on a package. */
type Moment = (path: string) => Promise<unknown>;

function requestOf(fits: (request: StorageRequest, path: string) => boolean): Moment {
  return async (path) => {
    const open = site.storage.set({ fits: (request) => fits(request, path), answer: 'hold' });
    await eventually(() => site.storage.reached.length > 0, 60_000, 5);
    return open;
  };
}

const puts = (name: string, count = 1): Moment => {
  let seen = 0;
  return requestOf(({ method, path: asked }, path) => {
    if (method !== 'PUT' || asked !== `/products/${path}/${name}`) return false;
    seen += 1;
    return seen >= count;
  });
};

/** It cannot go on to the upload, however late the kill comes. */
async function inConversion(path: string): Promise<() => void> {
  const open = site.storage.set({
    fits: ({ method, path: asked }) => method === 'PUT' && asked.startsWith(`/products/${path}/`),
    answer: 'hold',
  });
  await eventually(
    async () => (await site.scratchFiles()).some((file) => file.includes('/cogs/')),
    undefined,
    2,
  );
  return open;
}

const MOMENTS: readonly (readonly [name: string, moment: Moment])[] = [
  [
    'before the download',
    requestOf(({ method, path: asked }, path) => method === 'HEAD' && asked === `/packages/${path}`),
  ],
  [
    'in the download',
    requestOf(({ method, path: asked }, path) => method === 'GET' && asked === `/packages/${path}`),
  ],
  ['in the conversion', inConversion],
  ['before the first upload', puts('_manifest.json')],
  ['in an upload', puts('one.tif')],
  ['between two uploads', puts('two.tif')],
  ['before the manifest is complete', puts('_manifest.json', 2)],
];

describe('a worker that is killed', () => {
  it.each(MOMENTS)('%s: the package is stored once, and succeeds', async (name, moment) => {
    const path = `${name.replaceAll(' ', '-')}_20180601.tar`;
    await site.put(path, image);
    await site.redis.lPush('preprocess_queue', path);
    const open = await moment(path);
    await site.killWorker(path);
    if (typeof open === 'function') open();
    await expectStoredOnce(path);
    const states = (await site.attempts(path))
      .filter(({ stage }) => stage === 'preprocess')
      .map(({ state }) => state);
    expect(states).toEqual(['lost', 'succeeded']);
  });

  it('between the last file and the mark of success: nothing is done again', async () => {
    const path = 'marks_20180601.tar';
    await site.put(path, image);
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await site.redis.lPush('preprocess_queue', path);
    await eventually(
      async () => (await site.attempts(path)).some(({ state }) => state === 'running'),
      undefined,
      5,
    );
    const lock = site.database.database.transaction(async (transaction) => {
      await transaction('view_server.items').where({ path }).forUpdate();
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const products = site.bucket('products');
    await eventually(async () => {
      const manifest = await products
        .readRange(`${path}/_manifest.json`, 0, 10_000)
        .catch(() => Buffer.alloc(0));
      return manifest.includes('"complete"');
    }, 60_000);
    const [running] = await site.attempts(path);
    process.kill(Number(running?.worker?.split(' ').at(-1)), 'SIGKILL');
    release.resolve();
    await lock;
    const open = site.storage.set({ fits: ({ path: asked }) => asked === `/packages/${path}`, answer: 500 });
    await expectStoredOnce(path);
    open();
  });
});

/** Every item in exactly one set, each object once, and nothing on the disk. */
async function expectStoredOnce(path: string): Promise<void> {
  expect(await site.outcomeOf('preprocess', path)).toBe('preprocess-success_set');
  expect(await site.outcomeOf('register', path)).toBe('register-success_set');
  const files = (await site.products()).filter((file) => file.startsWith(`${path}/`));
  expect(files).toEqual(
    ['_manifest.json', 'notes.txt', 'one.tif', 'two.tif'].map((name) => `${path}/${name}`),
  );
  expect(await site.redis.sIsMember('preprocessing_set', path)).toBe(0);
  await eventually(async () => (await site.workFolders()).length === 0);
}
