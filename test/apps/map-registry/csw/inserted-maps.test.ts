import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { wmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { WATER_WMS } from '../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { RegistryService } from '../registry-service.ts';
import { CswClient, valuesAt } from './csw-client.ts';

let service: RegistryService;
let server: StandInServer;
beforeAll(async () => {
  server = await openStandInServer([wmsStandIn(WATER_WMS)]);
  service = await RegistryService.start();
});
afterAll(async () => {
  await service.stop();
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

const mapOf = (layerId: string) =>
  fetch(
    `${service.url}/hypermap/layer/${layerId}/map/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&SRS=EPSG:4326&BBOX=-180,-90,180,90&WIDTH=90&HEIGHT=45&LAYERS=coasts&STYLES=&FORMAT=image/png`,
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

it('a layer of another kind is not drawn before its server was read', async () => {
  const id = await insert(
    `<dc:title>Tiles</dc:title><dct:alternative>tiles</dct:alternative><dc:format>OGC:WMTS</dc:format><dc:source>${server.url}/wmts</dc:source>`,
  );
  expect((await mapOf(id)).status).toBe(404);
});
