import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { demoState, mapServerStandIns } from '../../../../src/apps/map-registry/sandbox/map-servers.ts';
import { dataFolder } from '../../../../src/standalone/data-folder.ts';
import { makePlace, type Place, runEntryPoint } from '../../../standalone/entry-point.ts';

jest.setTimeout(240_000);

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

it('registers three servers, sees one of them fail, and stores a picture of all layers', async () => {
  const demo = runEntryPoint(place, 'demo', ['map-registry'], { INSTALLED_APPS: 'map-registry' });
  expect([await demo.untilEnded(), demo.output()]).toEqual([
    0,
    expect.stringContaining('COMPLETED  three map servers, found, checked and searched'),
  ]);
  const output = demo.output();
  expect(output).toMatch(/detecting services +3 of 3 endpoints/);
  expect(output).toMatch(/checking layers +15 of 15 layers/);
  expect(output).toMatch(/indexing +15 of 15 layers/);
  expect(output).toMatch(/A search for "rivers" finds [1-9]/);
  expect(output).toMatch(/CSW GetRecords .* matches [1-9]/);
  // One check of the service and nine of layers, and as many of the broken server.
  expect(output).toMatch(/OGC:WMS +100\.0 % +50\.0 % +20 +\S+ replied with the status 500/);
  expect(output).toMatch(/OGC:WMTS +100\.0 % +100\.0 % +3 +OK/);
  expect(output).toMatch(/Registry +http:\S+\/registry\/hypermap\/\n/);

  const { demo: folder } = dataFolder(place.environment);
  const [picture = ''] = await readdir(folder);
  const { channels } = await sharp(join(folder, picture)).stats();
  expect(channels.every(({ stdev }) => stdev > 30)).toBe(true);
});

it('tells the demo where the servers are, and nothing of a password that was changed', async () => {
  const servers = await Promise.all(
    mapServerStandIns.map(({ open }) =>
      open({ environment: {}, directory: place.directory, secrets: {}, port: 0 }),
    ),
  );
  try {
    const running = { apiUrl: '', adminUrl: '', secrets: {}, standIns: servers };
    const administrator = { username: 'admin', password: undefined };
    expect(demoState({ ...running, administrator })).toEqual({
      username: 'admin',
      endpoints: [servers[0]?.url, servers[1]?.url, servers[2]?.url].join('\n'),
    });
  } finally {
    for (const server of servers) await server.stop();
  }
});
