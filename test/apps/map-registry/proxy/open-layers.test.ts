import { afterAll, beforeAll, expect, it } from '@jest/globals';
import WMSCapabilities from 'ol/format/WMSCapabilities.js';
import WMTSCapabilities from 'ol/format/WMTSCapabilities.js';
import { get as projectionOf } from 'ol/proj.js';
import WMTS, { optionsFromCapabilities } from 'ol/source/WMTS.js';
import { create } from 'xmlbuilder2';
import { GradientServer } from './gradient-server.ts';
import { type LayerOfTest, ProxyService, pictureOf } from './proxy-service.ts';

let server: GradientServer;
let service: ProxyService;
let layer: LayerOfTest;

beforeAll(async () => {
  // What OpenLayers takes from a browser when it reads XML.
  Object.assign(globalThis, { Node: { ELEMENT_NODE: 1, TEXT_NODE: 3, CDATA_SECTION_NODE: 4 } });
  [server, service] = await Promise.all([GradientServer.start(), ProxyService.start()]);
  layer = await service.addLayer(
    'topp:a/b',
    { kind: 'map', serverUrl: server.url, systems: ['EPSG:3857'] },
    { box: { minX: -20, minY: 10, maxX: 40, maxY: 60 } },
  );
});

afterAll(async () => {
  await service.stop();
  await server.close();
});

async function read(path: string, format: WMSCapabilities | WMTSCapabilities) {
  return format.read(create(await (await layer.get(path)).text()).node);
}

it.each(['1.1.1', '1.3.0'])('OpenLayers reads the capabilities of WMS %s', async (version) => {
  const document = await read(
    `/service?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=${version}`,
    new WMSCapabilities(),
  );
  expect(document).toMatchObject({
    version,
    Service: { Title: 'The layer topp:a/b' },
    Capability: {
      Request: { GetMap: { Format: ['image/png', 'image/jpeg', 'image/vnd.jpeg-png'] } },
      Layer: { Layer: [{ Name: 'topp:a/b', Title: 'The layer topp:a/b' }] },
    },
  });
});

it.each([
  ['default_grid', 'REST'],
  ['default_grid', 'KVP'],
  ['WGS84', 'REST'],
])('OpenLayers fetches tiles of %s as WMTS describes them, by %s', async (matrixSet, requestEncoding) => {
  const document = await read('/wmts/1.0.0/WMTSCapabilities.xml', new WMTSCapabilities());
  const options = optionsFromCapabilities(document, { layer: layer.name, matrixSet, requestEncoding });
  if (!options) throw new Error('OpenLayers finds no such layer');
  const source = new WMTS(options);
  const projection = projectionOf(matrixSet === 'WGS84' ? 'EPSG:4326' : 'EPSG:3857');
  if (!projection) throw new Error('OpenLayers does not know the projection');
  const url = source.getTileUrlFunction()([3, 4, 2], 1, projection) ?? '';
  expect(url).toContain(requestEncoding === 'REST' ? `/topp%3Aa%2Fb/${matrixSet}/3/4/2.png` : '/service?');
  expect((await pictureOf(await fetch(url))).widthPixels).toBe(256);
});
