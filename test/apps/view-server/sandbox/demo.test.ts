import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { redisStandIn } from '../../../../src/apps/view-server/sandbox/redis-stand-in.ts';
import { dataFolder } from '../../../../src/standalone/data-folder.ts';
import { makePlace, type Place, runEntryPoint } from '../../../standalone/entry-point.ts';

jest.setTimeout(240_000);

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

const APPS = { INSTALLED_APPS: 'view-server' };

it('takes three scenes from packages to a map, and stores a picture of it', async () => {
  const demo = runEntryPoint(place, 'demo', ['view-server'], APPS);
  expect([await demo.untilEnded(), demo.output()]).toEqual([
    0,
    expect.stringContaining('COMPLETED  3 scenes, from packages to a map'),
  ]);
  const output = demo.output();
  expect(output).toMatch(/redis-cli LPUSH preprocess_queue DEMO_20260603_T32\.tar/);
  for (const stage of ['preprocessing', 'registering', 'seeding tiles']) {
    expect(output).toMatch(new RegExp(`${stage} +3 of 3`));
  }
  const [, bytes] = /Fetch tiles \(WMTS\) +\d+ tiles .* ([\d.]+ MB)\n/.exec(output) ?? [];
  expect(bytes).toMatch(/^0\.[3-9] MB$/);
  expect(output).toMatch(new RegExp(`The same, from the cache .* ${bytes}\n`));
  expect(output).toMatch(/Map +http:\S+\/view-server\/scenes\n/);

  const { demo: folder } = dataFolder(place.environment);
  const [picture = ''] = await readdir(folder);
  const { width, height } = await sharp(join(folder, picture)).metadata();
  expect([width, height]).toEqual([1_400, expect.any(Number)]);
  const { channels, isOpaque } = await sharp(join(folder, picture)).stats();
  // Land, water and clouds; and nothing at the edges, as scenes are tilted on the map.
  expect(channels.slice(0, 3).every(({ stdev }) => stdev > 30)).toBe(true);
  expect(isOpaque).toBe(false);
});

it('refuses to push scenes to collections that are the user’s own', async () => {
  const demo = runEntryPoint(place, 'demo', ['view-server'], {
    ...APPS,
    VIEW_SERVER_SOURCE: join(place.directory, 'packages'),
    VIEW_SERVER_TARGET: join(place.directory, 'products'),
  });
  expect([await demo.untilEnded(), demo.output()]).toEqual([
    1,
    expect.stringContaining('Unset VIEW_SERVER_COLLECTIONS, VIEW_SERVER_SOURCE and VIEW_SERVER_TARGET'),
  ]);
});

it('lets Redis clients come by another port where the one of Redis is taken', async () => {
  const other = createServer();
  const listening = Promise.withResolvers<void>();
  other.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = other.address();
  const taken = typeof address === 'object' && address ? address.port : 0;
  try {
    const context = { environment: {}, directory: place.directory, secrets: {}, port: taken };
    const opened = await redisStandIn.open(context);
    expect(opened.port).not.toBe(taken);
    expect(opened.environment).toEqual({ REDIS_LISTEN: `127.0.0.1:${opened.port}` });
    const own = await redisStandIn.open({ ...context, environment: { REDIS_LISTEN: '127.0.0.1:1' } });
    expect(own).toMatchObject({ isStandIn: false, environment: {} });
  } finally {
    other.close();
  }
});
