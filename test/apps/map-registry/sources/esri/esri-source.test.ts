import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OutsideClient } from '../../../../../src/apps/map-registry/fetching/outside-client.ts';
import type { ServiceType } from '../../../../../src/apps/map-registry/layers/layer.ts';
import { esriStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/esri-stand-in.ts';
import { PLANNING_ESRI } from '../../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import { jsonReply } from '../../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-kind.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { checkPictureUrl } from '../../../../../src/apps/map-registry/sources/check-picture.ts';
import { esriSource } from '../../../../../src/apps/map-registry/sources/esri/esri-source.ts';
import { openTestClient, sourceContext } from '../source-context.ts';

let server: StandInServer;
let client: OutsideClient;
beforeAll(async () => {
  client = openTestClient();
  server = await openStandInServer([
    ({ url }) =>
      url.pathname.startsWith('/closed/')
        ? jsonReply({ error: { code: 499, message: 'Token Required' } })
        : undefined,
    esriStandIn(PLANNING_ESRI),
  ]);
});
afterAll(async () => {
  await client.close();
  await server.close();
});

const ROOT = '/arcgis/rest/services';

const detect = (path: string, isGreedy = false) =>
  esriSource.detect({ url: new URL(`${server.url}${path}`), isGreedy }, sourceContext(client));

const harvest = async (path: string, type: ServiceType = 'ESRI:ArcGIS:MapServer', maximumLayers?: number) => {
  const service = await esriSource.harvest(
    { type, url: `${server.url}${ROOT}/${path}`, validators: {} },
    sourceContext(client, {}, maximumLayers),
  );
  if (service === 'unchanged') throw new Error('It was not read');
  return service;
};

const CENSUS = { type: 'ESRI:ArcGIS:MapServer', title: 'Census' };

it.each([
  ['a service', `${ROOT}/People/Census/MapServer`, [CENSUS]],
  ['a layer of a service', `${ROOT}/People/Census/MapServer/0?f=html`, [CENSUS]],
  ['a service without its type', `${ROOT}/People/Census`, [CENSUS]],
  ['a service of no folder', `${ROOT}/Basemap/MapServer`, [{ title: 'Basemap' }]],
  ['an image service', `${ROOT}/People/Night/ImageServer`, [{ type: 'ESRI:ArcGIS:ImageServer' }]],
])('takes the one that an address names: %s', async (_what, path, services) => {
  const before = server.requestCount;
  expect(await detect(path)).toMatchObject(services);
  expect(server.requestCount - before).toBeLessThanOrEqual(3);
});

it('takes all services of all folders where it is greedy, wherever the address leads', async () => {
  for (const path of [ROOT, `${ROOT}/People/Census/MapServer`]) {
    const services = await detect(path, true);
    expect(services?.map(({ url }) => url.slice(server.url.length + ROOT.length + 1))).toEqual([
      'Basemap/MapServer',
      'People/Census/MapServer',
      'People/Night/ImageServer',
    ]);
  }
});

it('refuses an address that names no service, unless it is greedy', async () => {
  await expect(detect(ROOT)).rejects.toThrow(
    'To take all of its services, delete the endpoint and add it again with all folders and services (is_greedy)',
  );
  await expect(detect(`${ROOT}/People`)).rejects.toThrow('names no map or image service');
});

it('asks no server whose address is not one of Esri', async () => {
  const before = server.requestCount;
  expect(await detect('/geoserver/wms', true)).toBeUndefined();
  expect(server.requestCount).toBe(before);
});

it('says what the server says: it wants a token, or has no such service', async () => {
  await expect(detect('/closed/rest/services/A/B/MapServer')).rejects.toThrow(
    'reports an error: Token Required',
  );
  await expect(detect(`${ROOT}/People/Gone/MapServer`)).rejects.toThrow('not found');
  await expect(detect(`${ROOT}/%zz/%zz`)).rejects.toThrow('not found');
});

it('reads the layers of a map service in metres', async () => {
  const service = await harvest('Basemap/MapServer');
  expect(service).toMatchObject({
    title: 'Base map',
    abstract: 'The base map of the planning office',
    keywords: ['base map', 'planning'],
    srs: ['EPSG:102100', 'EPSG:3857'],
    isComplete: true,
  });
  const [ground, roads] = service.layers;
  expect([ground?.name, ground?.title, roads?.name, roads?.title]).toEqual([
    '0',
    'Ground',
    '1',
    'Roads of 1984',
  ]);
  expect(ground?.box?.minX).toBeCloseTo(60, 6);
  expect(ground?.box?.minY).toBeCloseTo(30, 6);
  expect(ground?.box?.maxX).toBeCloseTo(100, 6);
  expect(ground?.box?.maxY).toBeCloseTo(55, 6);
});

it('reads an image service as one layer, in degrees', async () => {
  const { layers } = await harvest('People/Night/ImageServer', 'ESRI:ArcGIS:ImageServer');
  expect(layers).toMatchObject([{ name: 'Night', box: { minX: -120, minY: -40, maxX: -30, maxY: 50 } }]);
});

it('is unchanged while its documents are', async () => {
  const { validators } = await harvest('Basemap/MapServer');
  const again = {
    type: 'ESRI:ArcGIS:MapServer' as const,
    url: `${server.url}${ROOT}/Basemap/MapServer`,
    validators,
  };
  expect(await esriSource.harvest(again, sourceContext(client))).toBe('unchanged');
});

it('reads no more layers than it is allowed', async () => {
  const service = await harvest('Basemap/MapServer', undefined, 1);
  expect([service.layers.length, service.isComplete]).toEqual([1, false]);
});

it('draws maps of layers and of images', async () => {
  const map = await harvest('Basemap/MapServer');
  const image = await harvest('People/Night/ImageServer', 'ESRI:ArcGIS:ImageServer');
  for (const layer of [map.layers[1], image.layers[0]]) {
    const drawing = esriSource.openDrawing(layer?.drawing ?? null);
    if (!drawing || !layer?.box) throw new Error('It cannot be drawn');
    const reply = await client.get(checkPictureUrl(drawing, layer.box), sourceContext(client));
    expect(reply.headers.get('content-type')).toBe('image/png');
  }
  expect(esriSource.openDrawing({ serviceUrl: 'nowhere', operation: 'export' })).toBeUndefined();
});
