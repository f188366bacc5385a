import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PurgeArguments } from '../../../../src/apps/view-server/seeder/purge-arguments.ts';
import { purge } from '../../../../src/apps/view-server/seeder/purge-task-handler.ts';
import { seedWorkWith } from '../../../../src/apps/view-server/seeder/seed-work.ts';
import { tidy } from '../../../../src/apps/view-server/seeder/tidy-task-handler.ts';
import { PermanentTaskError, type TaskContext } from '../../../../src/queue/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { TilesService } from '../tiles-service.ts';

const INTERVAL = '2018-06-01T10:00:00Z/2018-06-01T10:05:00Z';

let service: TilesService;
let progress: [done: number, note: string | undefined][];

beforeEach(async () => {
  service = await TilesService.start();
  progress = [];
  await service.register({});
});

afterEach(() => service.stop());

function context(signal = new AbortController().signal): TaskContext {
  const { platform } = service;
  return {
    taskId: 'a-task',
    attempt: 1,
    signal,
    progress: (done, _total, note) => progress.push([done, note]),
    logger: platform.logger,
    platform,
  };
}

function seed(path: string, collection = 'images', signal?: AbortSignal) {
  return seedWorkWith(() => service.tiles)({ path, collection, metadata: null }, context(signal));
}

async function storedTiles(): Promise<string[]> {
  const rows = await service.platform
    .database<{ tileset: string; z: number; x: number; y: number }>('view_server.tiles')
    .where({ tileset: 'images' })
    .orderBy(['z', 'x', 'y']);
  return rows.map(({ z, x, y }) => `${z}/${y}/${x}`);
}

describe('seeding an interval', () => {
  it('stores the tiles that meet its products, in the levels of the collection', async () => {
    await service.register({
      identifier: 'later',
      begins: '2019-01-01T00:00:00Z',
      ends: '2019-01-02T00:00:00Z',
    });
    await seed(INTERVAL);
    // The product is in one tile of each level, and in four of level 4.
    expect(await storedTiles()).toEqual([
      '0/0/1',
      '1/0/2',
      '2/1/4',
      '3/3/8',
      '4/6/16',
      '4/7/16',
      '4/6/17',
      '4/7/17',
    ]);
    expect(progress.at(-1)).toEqual([16, 'images, level 4']);
  });

  it('lets clients find them without another drawing', async () => {
    await seed(INTERVAL);
    const drawn = service.renderer.requests.length;
    const path = `wmts/1.0.0/images__TRUE_COLOR/default/${encodeURIComponent(INTERVAL.replace('/', '--'))}`;
    const tile = await service.get(`/${path}/WGS84/3/3/8.mixed`);
    expect(tile.status).toBe(200);
    expect(service.renderer.requests).toHaveLength(drawn);
  });

  it('goes on where an attempt before has failed', async () => {
    let drawn = 0;
    service.renderer.onDraw = () => {
      drawn += 1;
      if (drawn > 5) throw new Error('The store is gone');
    };
    await expect(seed(INTERVAL)).rejects.toThrow('The store is gone');
    // Another tile may be being stored still.
    await eventually(async () => {
      const [before] = await service.platform.database('view_server.tiles').count();
      return Number(before?.['count']) === 5;
    });
    service.renderer.onDraw = () => undefined;
    service.renderer.requests.length = 0;
    await seed(INTERVAL);
    expect(service.renderer.requests).toHaveLength(11);
  });

  it('stops when its task is cancelled', async () => {
    const cancelled = new AbortController();
    service.renderer.onDraw = () => cancelled.abort(new Error('Cancelled'));
    await expect(seed(INTERVAL, 'images', cancelled.signal)).rejects.toThrow('Cancelled');
    expect(service.renderer.requests.length).toBeLessThan(4);
  });

  it('stores nothing where there are no products', async () => {
    await seed('2001-01-01T00:00:00Z/2001-01-02T00:00:00Z');
    expect(await storedTiles()).toEqual([]);
  });

  it.each(['2018', 'a/b', '', '2019-01-01/2018-01-01', '2018-01-01/2018-02-30'])(
    'fails for good where it is none: %j',
    async (path) => {
      await expect(seed(path)).rejects.toThrow(PermanentTaskError);
    },
  );
});

describe('a purge', () => {
  const run = (args: PurgeArguments) => purge(args, context());

  beforeEach(() => seed(INTERVAL));

  it('removes the tiles of a product', async () => {
    await service.get('/wmts/1.0.0/images/default/WGS84/3/3/12.png');
    expect(await run({ product: 'a-product' })).toBe(16);
    expect(await storedTiles()).toEqual(['3/3/12']);
  });

  it('removes the tiles of a collection, also of a box and an interval', async () => {
    expect(await run({ collection: 'elevation' })).toBe(0);
    expect(await run({ collection: 'images', interval: '2001/2002' })).toBe(0);
    expect(await run({ collection: 'images', interval: '2018', box: [1, 1, 2, 2] })).toBe(10);
    expect(await run({ collection: 'images' })).toBe(6);
  });

  it.each<[PurgeArguments, string]>([
    [{}, 'Name a product or a collection'],
    [{ product: 'nothing' }, 'There is no product nothing'],
    [{ collection: 'nothing' }, 'There is no collection nothing'],
    [{ collection: 'images', interval: 'x' }, 'no time of ISO 8601'],
    [{ collection: 'images', box: [1, 2, 3] }, 'four numbers'],
    [{ collection: 'images', box: [3, 2, 1, 4] }, 'no area'],
  ])('fails for good where it says %j', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message);
    await expect(run(args)).rejects.toThrow(PermanentTaskError);
  });

  it('leaves no objects', async () => {
    await run({ collection: 'images' });
    const { database } = service.platform;
    await database('view_server.tile_garbage').update({ due: database.fn.now() });
    expect(await tidy({}, context())).toBeGreaterThan(0);
    const files = await readdir(join(service.folder, 'products'), { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile())).toEqual([]);
  });
});
