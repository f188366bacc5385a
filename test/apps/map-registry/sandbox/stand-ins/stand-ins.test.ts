import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { cswStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/csw-stand-in.ts';
import { esriStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/esri-stand-in.ts';
import { tmsStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/tms-stand-in.ts';
import { warperStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/warper-stand-in.ts';
import { wmsStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { wmtsStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wmts-stand-in.ts';
import { worldMapStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/worldmap-stand-in.ts';
import {
  BASE_TMS,
  CLIMATE_WMTS,
  PLANNING_ESRI,
  RADAR_WMS,
  SCANS_WARPER,
  USERS_WORLDMAP,
  WATER_WMS,
  WORLD_CSW,
} from '../../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';

let server: StandInServer;
beforeAll(async () => {
  server = await openStandInServer([
    wmsStandIn(WATER_WMS),
    wmsStandIn(RADAR_WMS),
    wmtsStandIn(CLIMATE_WMTS),
    tmsStandIn(BASE_TMS),
    cswStandIn(WORLD_CSW),
    esriStandIn(PLANNING_ESRI),
    warperStandIn(SCANS_WARPER),
    worldMapStandIn(USERS_WORLDMAP),
  ]);
});
afterAll(() => server.close());

const get = (path: string) => fetch(`${server.url}${path}`);

it.each([
  [
    'WMS 1.1.1',
    '/water/wms?service=WMS&request=GetCapabilities',
    /<WMT_MS_Capabilities version="1.1.1">[\s\S]*<SRS>EPSG:4326/,
  ],
  [
    'WMS 1.3.0',
    '/radar/wms?service=WMS&request=GetCapabilities',
    /<WMS_Capabilities version="1.3.0"[\s\S]*<CRS>EPSG:4326/,
  ],
  [
    'WMTS',
    '/climate/wmts/1.0.0/WMTSCapabilities.xml',
    /template="http:[^"]+\/tiles\/temperature\/{TileMatrix}/,
  ],
  ['TMS', '/tms/1.0.0/', /<TileMap title="Terrain" srs="EPSG:3857"/],
  [
    'CSW',
    '/catalogue/csw?service=CSW&request=GetRecords&startPosition=5&maxRecords=1',
    /numberOfRecordsMatched="6" numberOfRecordsReturned="1" nextRecord="6"/,
  ],
  ['Esri', '/arcgis/rest/services?f=json', /"folders":\["People"\]/],
  [
    'Warper',
    '/warper/maps?format=json&page=2',
    /"total_pages":2,"items":\[\{"id":14117|"total_pages":2,"items":\[\{"id":15002/,
  ],
  ['WorldMap', '/worldmap/api/2.8/layer/?format=json&limit=1', /"total_count":10\},"objects":\[\{"uuid"/],
])('describes itself as a %s does', async (_kind, path, content) => {
  const response = await get(path);
  expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(content)]);
});

const MAP =
  'bbox=-180,-85,180,85&width=60&height=30&format=image/png&srs=EPSG:4326&version=1.1.1&request=GetMap';

it.each([
  ['WMS', `/water/wms?layers=coasts&${MAP}`],
  ['WMTS', '/climate/wmts/tiles/temperature/0/0/0.png'],
  ['TMS', '/tms/1.0.0/terrain/1/0/0.png'],
  [
    'Esri map service',
    '/arcgis/rest/services/People/Census/MapServer/export?f=image&bbox=60,5,95,35&bboxSR=4326&size=60,60',
  ],
  [
    'Esri image service',
    '/arcgis/rest/services/People/Night/ImageServer/exportImage?f=image&bbox=-60,0,-50,10&size=60,60',
  ],
  ['Warper', `/warper/maps/wms/29568?layers=image&${MAP.replace('-180,-85,180,85', '-12,38,-6.5,42.5')}`],
  ['WorldMap', `/geoserver/wms?layers=geonode:layer_0&${MAP.replace('-180,-85,180,85', '70,20,78,34')}`],
])('draws a picture as a %s does', async (_kind, path) => {
  const response = await get(path);
  expect(response.headers.get('content-type')).toBe('image/png');
  const { channels } = await sharp(await response.bytes()).stats();
  expect(channels.some(({ stdev }) => stdev > 4)).toBe(true);
});

it('leaves empty what is outside of a layer', async () => {
  const outside = await get(`/water/wms?layers=rivers&${MAP.replace('-180,-85,180,85', '100,20,110,30')}`);
  const { channels } = await sharp(await outside.bytes()).stats();
  expect(channels[3]?.max).toBe(0);
});

it('counts what it was asked, breaks down, and is well again', async () => {
  const before = server.requestCount;
  server.breakDown('error');
  expect((await get('/tms/1.0.0')).status).toBe(500);
  server.breakDown(undefined);
  expect((await get('/tms/1.0.0')).status).toBe(200);
  expect(server.requestCount - before).toBe(2);
  expect(server.requests.at(-1)).toBe('GET /tms/1.0.0');
  expect(server.mostAtOnce).toBeGreaterThanOrEqual(1);
});

it.each(['error', 'page', 'xml-bomb', 'deep', 'attributes', 'wrong-encoding'])(
  'has the fault %s below a path',
  async (fault) => {
    const response = await get(`/faults/${fault}`);
    expect(response.status).toBe(fault === 'error' ? 500 : 200);
    expect((await response.bytes()).length).toBeGreaterThan(10);
  },
);

it('sends a gigabyte for as long as it is read', async () => {
  const response = await get('/faults/huge');
  const reader = response.body?.getReader();
  expect((await reader?.read())?.value?.length).toBeGreaterThan(1_000);
  await reader?.cancel();
});

it('cuts connections, and redirects in circles', async () => {
  await expect(get('/faults/cut-off').then((response) => response.text())).rejects.toThrow();
  await expect(get('/faults/redirect-loop')).rejects.toThrow();
});
