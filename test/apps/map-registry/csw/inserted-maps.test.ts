import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { esriStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/esri-stand-in.ts';
import { tmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/tms-stand-in.ts';
import { wmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { wmtsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wmts-stand-in.ts';
import {
  BASE_TMS,
  CLIMATE_WMTS,
  PLANNING_ESRI,
  WATER_WMS,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { eventually } from '../../../support/eventually.ts';
import { ChecksUnderTest } from '../checks/checks-under-test.ts';
import type { RegistryService } from '../registry-service.ts';
import { CswClient, valuesAt } from './csw-client.ts';

let registry: ChecksUnderTest;
let service: RegistryService;
let server: StandInServer;
beforeAll(async () => {
  server = await openStandInServer([
    wmsStandIn(WATER_WMS),
    wmtsStandIn(CLIMATE_WMTS),
    tmsStandIn(BASE_TMS),
    esriStandIn(PLANNING_ESRI),
  ]);
  registry = await ChecksUnderTest.open();
  service = registry.site;
  await registry.startEngine();
});
afterAll(async () => {
  await registry.close();
  await server.close();
});

/** Inserts a record, and returns the id of its layer. */
async function insert(fields: string): Promise<string> {
  const operator = await service.signUp(`operator-${crypto.randomUUID()}`, 'operator');
  const reply = await new CswClient(service).post(
    `<csw:Transaction xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/"
       xmlns:dct="http://purl.org/dc/terms/" service="CSW" version="2.0.2"><csw:Insert><csw:Record>${fields}</csw:Record></csw:Insert></csw:Transaction>`,
    operator,
  );
  expect(valuesAt(reply.text, '//csw:totalInserted')).toEqual(['1']);
  const { id } = await service.platform.database('map_registry.layers').orderBy('id', 'desc').first('id');
  return id;
}

const mapOf = (layerId: string, name = 'coasts') =>
  fetch(
    `${service.url}/hypermap/layer/${layerId}/map/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&SRS=EPSG:4326&BBOX=-180,-90,180,90&WIDTH=90&HEIGHT=45&LAYERS=${encodeURIComponent(name)}&STYLES=&FORMAT=image/png`,
  );

it('a layer of a WMS that a transaction has inserted has maps, once it names the layer of the server', async () => {
  const source = `<dc:format>OGC:WMS</dc:format><dc:source>${server.url}${WATER_WMS.path}?service=WMS</dc:source>`;
  const named = await mapOf(
    await insert(`<dc:title>Coasts</dc:title><dct:alternative>coasts</dct:alternative>${source}`),
  );
  expect([named.status, named.headers.get('content-type')]).toEqual([200, 'image/png']);
  const { channels } = await sharp(Buffer.from(await named.arrayBuffer())).stats();
  expect(channels[0]?.stdev).toBeGreaterThan(0);

  expect((await mapOf(await insert(`<dc:title>Nameless</dc:title>${source}`))).status).toBe(404);
});

/** The record of a layer of another kind than WMS. */
const recordOf = (title: string, type: string, url: string, name: string) =>
  `<dc:title>${title}</dc:title><dct:alternative>${name}</dct:alternative><dc:format>${type}</dc:format><dc:source>${url}</dc:source>`;

it.each([
  ['WMTS', 'OGC:WMTS', CLIMATE_WMTS.path, 'temperature'],
  ['TMS', 'OSGeo:TMS', BASE_TMS.path, BASE_TMS.layers[0]?.name ?? ''],
  ['Esri', 'ESRI:ArcGIS:MapServer', `${PLANNING_ESRI.path}/People/Census/MapServer`, '0'],
])('a layer of a server of another kind has maps once that was read: %s', async (kind, type, path, name) => {
  const url = `${server.url}${path}`;
  const layerId = await insert(recordOf(`A layer of ${kind}`, type, url, name));
  const otherId = await insert(recordOf(`What ${kind} does not have`, type, url, 'no such layer'));
  const { database } = service.platform;
  const layersOfService = () =>
    database('map_registry.layers')
      .whereIn('service_id', database('map_registry.layers').where({ id: layerId }).select('service_id'))
      .orderBy('id')
      .pluck('id');

  const map = await eventually(async () => {
    const reply = await mapOf(layerId, name);
    return reply.status === 200 ? reply : undefined;
  });
  const { channels } = await sharp(Buffer.from(await map.arrayBuffer())).stats();
  expect(channels[0]?.stdev).toBeGreaterThan(0);
  expect((await mapOf(otherId, 'no such layer')).status).toBe(404);
  // Nothing else was harvested.
  expect(await layersOfService()).toEqual([layerId, otherId]);
});
