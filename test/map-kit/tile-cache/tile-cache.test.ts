import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Box } from '../../../src/map-kit/box.ts';
import { purgeTiles, TooManyBoxesError, WHOLE_WORLD } from '../../../src/map-kit/tile-cache/purge-tiles.ts';
import { tidyTiles } from '../../../src/map-kit/tile-cache/tidy-tiles.ts';
import type { TileInterval } from '../../../src/map-kit/tile-cache/tile.ts';
import {
  type TileCache,
  TileCacheBusyError,
  TileTimeoutError,
} from '../../../src/map-kit/tile-cache/tile-cache.ts';
import type { Platform } from '../../../src/platform/platform.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import {
  ALWAYS,
  drawn,
  EVERYWHERE,
  ObjectsInMemory,
  openTestCache,
  openTestPlatform,
  requestOf,
  SCHEMA,
} from './tile-cache-under-test.ts';

const LARGE = 'x'.repeat(2_000);
const TILE = requestOf({ z: 1, x: 1, y: 0 });

let test: TestDatabase;
let platforms: Platform[];
let objects: ObjectsInMemory;
let one: TileCache;
/** The cache of another process. */
let other: TileCache;

beforeEach(async () => {
  test = await createTestDatabase();
  platforms = [openTestPlatform(test.url), openTestPlatform(test.url)];
  objects = new ObjectsInMemory();
  [one, other] = platforms.map((platform) => openTestCache(platform, objects)) as [TileCache, TileCache];
});

afterEach(async () => {
  for (const platform of platforms) await platform.close();
  await test.drop();
});

function purge(boxes: readonly Box[] = EVERYWHERE, interval: TileInterval = ALWAYS, sources = ['images']) {
  return test.database.transaction((transaction) =>
    purgeTiles(transaction, SCHEMA, [{ sources, boxes, interval }]),
  );
}

/** Returns the text of a tile; one that is not there is drawn with the text that is given. */
async function textOf(cache: TileCache, text: string, request = TILE): Promise<string> {
  return (await cache.get(request, async () => drawn(text))).content.toString();
}

function tidy(maximumTiles?: number) {
  const { signal } = new AbortController();
  return tidyTiles(test.database, { schema: SCHEMA, openObjects: async () => objects, maximumTiles, signal });
}

describe('a tile', () => {
  it('is drawn once, however many ask for it at the same moment in two processes', async () => {
    let count = 0;
    const draw = async () => {
      count += 1;
      return drawn(LARGE);
    };
    const asked = Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).get(TILE, draw));
    const tiles = await Promise.all(asked);
    expect(count).toBe(1);
    expect(new Set(tiles.map(({ etag }) => etag)).size).toBe(1);
  });

  it('comes from the memory of the process, or from its object', async () => {
    await textOf(one, LARGE);
    expect(await textOf(one, 'again')).toBe(LARGE);
    expect(await textOf(other, 'again')).toBe(LARGE);
    expect(one.figures).toMatchObject({ misses: 1, memoryHits: 1, storageHits: 0, servedBytes: 4_000 });
    expect(other.figures).toMatchObject({ misses: 0, memoryHits: 0, storageHits: 1 });
    expect([...objects.objects.keys()]).toEqual([
      expect.stringMatching(/^cache\/images__colour\/WGS84\/default\/1\/1\/0\.[0-9a-f]{12}\.png$/),
    ]);
  });

  it('has no object if it is small', async () => {
    await textOf(one, 'empty');
    expect(objects.objects.size).toBe(0);
    expect(await textOf(other, 'again')).toBe('empty');
  });

  it('is another one at another time, of another format, and of another layer', async () => {
    await textOf(one, 'all');
    const interval = { begin: new Date('2018-01-01T00:00:00Z'), end: new Date('2019-01-01T00:00:00Z') };
    expect(await textOf(one, 'year', requestOf(TILE.key.index, { time: '2018', interval }))).toBe('year');
    const jpeg = { ...TILE, key: { ...TILE.key, format: 'jpg' } };
    expect(await textOf(one, 'jpeg', jpeg)).toBe('jpeg');
  });

  it('is not kept when drawing fails, and drawn by the next who asks', async () => {
    const broken = one.get(TILE, async () => {
      throw new Error('No image');
    });
    await expect(broken).rejects.toThrow('No image');
    expect(await textOf(one, 'whole')).toBe('whole');
  });

  it('is drawn again when its object is lost', async () => {
    await textOf(one, LARGE);
    objects.objects.clear();
    expect(await textOf(other, 'again')).toBe('again');
  });

  it('is served when it cannot be stored', async () => {
    objects.onPut = () => {
      throw new Error('The bucket is gone');
    };
    expect(await textOf(one, LARGE)).toBe(LARGE);
    objects.onPut = () => undefined;
    expect(await textOf(other, 'again')).toBe('again');
  });

  it('is drawn again when it has expired', async () => {
    const [platform] = platforms;
    if (!platform) throw new Error('There is no platform');
    const brief = openTestCache(platform, objects, { expiresSeconds: 3_600 });
    await textOf(brief, LARGE);
    await test
      .database(`${SCHEMA}.tiles`)
      .update({ expires: test.database.raw("now() - interval '1 second'") });
    expect(await textOf(other, 'again')).toBe('again');
    const [row] = await test.database(`${SCHEMA}.tile_garbage`).select('object_key');
    expect([...objects.objects.keys()]).toEqual([row?.object_key]);
  });

  it('is not waited for longer than the time that is set', async () => {
    const [platform] = platforms;
    if (!platform) throw new Error('There is no platform');
    const impatient = openTestCache(platform, objects, { timeoutSeconds: 0.1 });
    const slow = impatient.get(TILE, (signal) => {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason));
      return promise;
    });
    await expect(slow).rejects.toThrow(TileTimeoutError);
  });

  it('is refused where too many wait', async () => {
    const [platform] = platforms;
    if (!platform) throw new Error('There is no platform');
    const busy = openTestCache(platform, objects, { drawsAtOnce: 1, waitingAtMost: 3 });
    const gate = Promise.withResolvers<void>();
    const waiting = Array.from({ length: 10 }, (_, index) =>
      busy.get(requestOf({ z: 10, x: index, y: 0 }), async () => {
        await gate.promise;
        throw new Error('Enough');
      }),
    );
    const refused = waiting.map((each) => expect(each).rejects.toThrow(TileCacheBusyError));
    await Promise.any(refused);
    gate.resolve();
    await Promise.allSettled([...waiting, ...refused]);
  });
});

describe('a purge', () => {
  const inside = requestOf({ z: 2, x: 4, y: 1 });
  const outside = requestOf({ z: 2, x: 6, y: 1 });

  it('removes the tiles that meet a box, also from the memory of other processes', async () => {
    for (const request of [inside, outside]) {
      await textOf(one, LARGE, request);
      await textOf(other, LARGE, request);
    }
    expect(await purge([{ minX: 10, minY: 10, maxX: 20, maxY: 20 }])).toBe(1);
    for (const cache of [one, other]) {
      expect(await textOf(cache, 'new', outside)).toBe(LARGE);
      expect(await textOf(cache, 'new', inside)).toBe('new');
    }
  });

  it('removes the tiles that meet an interval', async () => {
    const years = ['2017', '2018', '2019'].map((time) =>
      requestOf(TILE.key.index, {
        time,
        interval: { begin: new Date(`${time}-02-01T00:00:00Z`), end: new Date(`${time}-12-01T00:00:00Z`) },
      }),
    );
    for (const request of [...years, TILE]) await textOf(one, 'old', request);
    const moment = new Date('2018-06-01T00:00:00Z');
    expect(await purge(EVERYWHERE, { begin: moment, end: moment })).toBe(2);
    const texts: string[] = [];
    for (const request of [...years, TILE]) texts.push(await textOf(one, 'new', request));
    expect(texts).toEqual(['old', 'new', 'old', 'new']);
  });

  it('leaves the tiles of other sources', async () => {
    const elsewhere = requestOf(TILE.key.index, { source: 'elevation' });
    await textOf(one, 'old', elsewhere);
    await textOf(one, 'old');
    await purge();
    expect(await textOf(one, 'new', elsewhere)).toBe('old');
    expect(await textOf(one, 'new')).toBe('new');
  });

  it('is undone with its transaction', async () => {
    await textOf(one, 'old');
    const broken = test.database.transaction(async (transaction) => {
      await purgeTiles(transaction, SCHEMA, [{ sources: ['images'], boxes: EVERYWHERE, interval: ALWAYS }]);
      throw new Error('The registration failed');
    });
    await expect(broken).rejects.toThrow('The registration failed');
    expect(await textOf(one, 'new')).toBe('old');
  });

  it('lets a tile be drawn again whose drawing began before', async () => {
    const texts = ['old', 'new'];
    const tile = await one.get(TILE, async () => {
      const text = texts.shift() ?? 'too often';
      if (text === 'old') await purge();
      return drawn(text);
    });
    expect(tile.content.toString()).toBe('new');
    expect(await textOf(other, 'again')).toBe('new');
  });

  it('elsewhere does not let it be drawn again', async () => {
    const tile = await one.get(inside, async () => {
      await purge([{ minX: 100, minY: 10, maxX: 120, maxY: 20 }]);
      return drawn('old');
    });
    expect(tile.content.toString()).toBe('old');
    expect(await textOf(one, 'again', inside)).toBe('old');
    expect(one.figures.memoryHits).toBe(1);
  });

  it('lets a drawing wait that ends before its transaction does', async () => {
    const began = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const drawings: string[] = [];
    const purging = test.database.transaction(async (transaction) => {
      await purgeTiles(transaction, SCHEMA, [{ sources: ['images'], boxes: EVERYWHERE, interval: ALWAYS }]);
      began.resolve();
      await commit.promise;
    });
    await textOf(other, 'another', requestOf({ z: 3, x: 1, y: 1 }, { source: 'others' }));
    await began.promise;
    const { promise: drewFirst, resolve: draws } = Promise.withResolvers<void>();
    const getting = one.get(TILE, async () => {
      drawings.push(`drawing ${drawings.length + 1}`);
      draws();
      return drawn(drawings.at(-1) ?? '');
    });
    // It may wait for the new source to be committed before it draws at all.
    await Promise.race([drewFirst, eventually(() => isBlocked())]);
    commit.resolve();
    await purging;
    expect((await getting).version).toBe(1);
  });

  it('is seen by a request that joins one from before', async () => {
    const drawing = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    let isOld = true;
    const draw = async () => {
      const text = isOld ? 'old' : 'new';
      drawing.resolve();
      await go.promise;
      return drawn(text);
    };
    const first = one.get(TILE, draw);
    await drawing.promise;
    await purge();
    isOld = false;
    const second = one.get(TILE, draw);
    go.resolve();
    expect((await second).content.toString()).toBe('new');
    expect((await first).content.toString()).toBe('new');
  });

  it('takes 1,000 boxes at most', async () => {
    await expect(purge(Array.from({ length: 1_001 }, () => WHOLE_WORLD))).rejects.toThrow(TooManyBoxesError);
  });

  it('is not forgotten by a process that missed many', async () => {
    await textOf(one, 'old', inside);
    const elsewhere = [{ minX: 100, minY: 10, maxX: 120, maxY: 20 }];
    await purge(elsewhere);
    expect(await textOf(one, 'new', inside)).toBe('old');
    await test.database(`${SCHEMA}.tile_purges`).delete();
    await purge(elsewhere);
    await test.database(`${SCHEMA}.tile_purges`).delete();
    // What has happened meanwhile is not known, so the row is asked, which is still there.
    expect(await textOf(one, 'new', inside)).toBe('old');
    expect(one.figures.storageHits).toBe(1);
  });
});

describe('a cache that does not lock what it draws', () => {
  const open = (index: number) => {
    const platform = platforms[index];
    if (!platform) throw new Error('there is no such process');
    return openTestCache(platform, objects, { locksDrawing: false, drawsAtOnce: 30 });
  };

  it('takes no connection while it draws', async () => {
    const cache = open(0);
    const gate = Promise.withResolvers<void>();
    let count = 0;
    const asked = Array.from({ length: 20 }, (_, x) =>
      cache.get(requestOf({ z: 5, x, y: 0 }), async () => {
        count += 1;
        await gate.promise;
        return drawn(LARGE);
      }),
    );
    await eventually(() => count === 20);
    gate.resolve();
    expect(await Promise.all(asked)).toHaveLength(20);
    expect(objects.objects.size).toBe(20);
  });

  it('stores one tile where two processes have drawn it', async () => {
    const gate = Promise.withResolvers<void>();
    let count = 0;
    const asked = [open(0), open(1)].map((cache) =>
      cache.get(TILE, async () => {
        count += 1;
        if (count === 2) gate.resolve();
        await gate.promise;
        return drawn(`${LARGE}${count}`);
      }),
    );
    const tiles = await Promise.all(asked);
    expect(new Set(tiles.map(({ etag }) => etag)).size).toBe(1);
    expect(objects.objects.size).toBe(1);
  });

  it('draws a tile again that was purged while it was drawn', async () => {
    const texts = ['old', 'new'];
    const tile = await open(0).get(TILE, async () => {
      const text = texts.shift() ?? 'too often';
      if (text === 'old') await purge();
      return drawn(text);
    });
    expect(tile.content.toString()).toBe('new');
  });
});

describe('tidying', () => {
  it('removes the objects of purged tiles, and none else', async () => {
    await textOf(one, LARGE);
    const kept = requestOf({ z: 2, x: 6, y: 1 });
    await textOf(one, LARGE, kept);
    await purge([{ minX: -90, minY: 1, maxX: -80, maxY: 2 }]);
    await test.database(`${SCHEMA}.tile_garbage`).update({ due: test.database.fn.now() });
    expect(await tidy()).toEqual({ tiles: 0, objects: 1 });
    expect(objects.objects.size).toBe(1);
    expect(await textOf(other, 'new', kept)).toBe(LARGE);
  });

  it('removes an object whose process died before the row was stored', async () => {
    objects.onPut = async () => {
      // As a killed process leaves it: the place is remembered, and the object is there.
      await test.database.raw(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
    };
    await expect(textOf(one, LARGE)).rejects.toThrow();
    expect(objects.objects.size).toBe(1);
    await test.database(`${SCHEMA}.tile_garbage`).update({ due: test.database.fn.now() });
    expect(await tidy()).toEqual({ tiles: 0, objects: 1 });
    expect(objects.objects.size).toBe(0);
  });

  it('removes the oldest tiles over the limit, and those that have expired', async () => {
    for (const x of [0, 1, 2, 3]) await textOf(one, LARGE, requestOf({ z: 2, x, y: 0 }));
    await test.database(`${SCHEMA}.tiles`).where({ x: 3 }).update({ expires: test.database.fn.now() });
    expect(await tidy(2)).toMatchObject({ tiles: 2 });
    const left = await test.database(`${SCHEMA}.tiles`).orderBy('x').pluck('x');
    expect(left).toEqual([1, 2]);
  });
});

/** Whether a session waits for a lock. */
async function isBlocked(): Promise<boolean> {
  const { rows } = await test.database.raw<{ rows: unknown[] }>(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rows.length > 0;
}
