import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OutsideClient } from '../../../../../src/apps/map-registry/fetching/outside-client.ts';
import { worldMapStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/worldmap-stand-in.ts';
import { USERS_WORLDMAP } from '../../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { checkPictureUrl } from '../../../../../src/apps/map-registry/sources/check-picture.ts';
import { worldMapSource } from '../../../../../src/apps/map-registry/sources/worldmap/worldmap-source.ts';
import { openTestClient, sourceContext } from '../source-context.ts';

const ACCOUNT = { username: 'reader', password: 'secret of a test' };

let newest: StandInServer;
let legacy: StandInServer;
let client: OutsideClient;
beforeAll(async () => {
  client = openTestClient();
  newest = await openStandInServer([worldMapStandIn(USERS_WORLDMAP)]);
  legacy = await openStandInServer([
    worldMapStandIn({ ...USERS_WORLDMAP, version: '1.5', account: ACCOUNT }),
  ]);
});
afterAll(async () => {
  await client.close();
  await newest.close();
  await legacy.close();
});

const context = (maximumLayers?: number, worldMapAccount?: typeof ACCOUNT) =>
  sourceContext(
    client,
    {
      worldMapHosts: [new URL(newest.url).host],
      worldMapLegacyHosts: [new URL(legacy.url).host],
      worldMapAccount,
    },
    maximumLayers,
  );

const harvestNewest = async (maximumLayers?: number) => {
  const service = await worldMapSource.harvest(
    { type: 'Hypermap:WorldMap', url: `${newest.url}/`, validators: {} },
    context(maximumLayers),
  );
  if (service === 'unchanged') throw new Error('It was not read');
  return service;
};

const legacyService = () => ({
  type: 'Hypermap:WorldMapLegacy' as const,
  url: `${legacy.url}/`,
  validators: {},
});

it('knows a WorldMap of either kind by its host', async () => {
  const detect = (url: string, account?: typeof ACCOUNT) =>
    worldMapSource.detect({ url: new URL(url), isGreedy: false }, context(undefined, account));
  expect(await detect(`${newest.url}/maps/3`)).toMatchObject([
    { type: 'Hypermap:WorldMap', url: `${newest.url}/` },
  ]);
  expect(await detect(legacy.url, ACCOUNT)).toMatchObject([{ type: 'Hypermap:WorldMapLegacy' }]);
  expect(await detect('http://127.0.0.1:9/')).toBeUndefined();
});

it('reads ten layers, two of which were deleted', async () => {
  const { layers, isComplete } = await harvestNewest();
  expect([layers.length, isComplete]).toEqual([10, true]);
  expect(layers.filter(({ wasDeleted }) => wasDeleted).map(({ name }) => name)).toEqual([
    'geonode:layer_4',
    'geonode:layer_7',
  ]);
  expect(layers[0]).toMatchObject({
    name: 'geonode:layer_0',
    title: 'Layer 0 of a user',
    keywords: ['drawn'],
    category: 'society',
    username: 'ada',
    box: { minX: 70, minY: 20, maxX: 78, maxY: 34 },
    dates: [
      { date: '-0221-01-01', origin: 'metadata' },
      { date: '0220-01-01', origin: 'metadata' },
    ],
    pageUrl: `${newest.url}/data/geonode%3Alayer_0`,
  });
});

it('is unchanged until a layer or a deletion is new', async () => {
  const { validators } = await harvestNewest();
  const again = { type: 'Hypermap:WorldMap' as const, url: `${newest.url}/`, validators };
  expect(await worldMapSource.harvest(again, context())).toBe('unchanged');
});

it('reads the newest layers alone where no more are wanted', async () => {
  const { layers, isComplete } = await harvestNewest(3);
  expect([layers.length, isComplete]).toEqual([3, false]);
});

it('reads the legacy interface, with its user', async () => {
  const service = await worldMapSource.harvest(legacyService(), context(undefined, ACCOUNT));
  expect(service).toMatchObject({
    layers: { length: 10, 0: { box: { minX: 70, minY: 20, maxX: 78, maxY: 34 } } },
  });
  await expect(worldMapSource.harvest(legacyService(), context())).rejects.toThrow('the status 401');
});

it('draws maps by either GeoServer', async () => {
  for (const service of [
    await harvestNewest(),
    await worldMapSource.harvest(legacyService(), context(undefined, ACCOUNT)),
  ]) {
    const layer = service === 'unchanged' ? undefined : service.layers[2];
    const drawing = worldMapSource.openDrawing(layer?.drawing ?? null);
    if (!drawing || !layer?.box) throw new Error('It cannot be drawn');
    const reply = await client.get(checkPictureUrl(drawing, layer.box), context());
    expect(reply.headers.get('content-type')).toBe('image/png');
  }
});
