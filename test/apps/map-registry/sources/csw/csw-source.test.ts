import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OutsideClient } from '../../../../../src/apps/map-registry/fetching/outside-client.ts';
import {
  type CswStandIn,
  cswStandIn,
} from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/csw-stand-in.ts';
import { wmsStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import {
  WATER_WMS,
  WORLD_CSW,
} from '../../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import { xmlReply } from '../../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-kind.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { cswSource } from '../../../../../src/apps/map-registry/sources/csw/csw-source.ts';
import { openTestClient, sourceContext } from '../source-context.ts';

const MANY: CswStandIn = {
  path: '/many/csw',
  version: '3.0.0',
  title: 'Many',
  records: Array.from({ length: 43 }, (_unused, index) => ({
    identifier: `record-${index}`,
    title: `Record ${index}`,
    references: [{ scheme: 'OGC:WMS', url: `/server-${index % 20}/wms` }],
  })),
};

/** Sends the same page for ever. */
const ENDLESS_PAGE = `<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">
  <csw:SearchResults numberOfRecordsMatched="30" nextRecord="1"><csw:Record><URI protocol="OGC:WMS-1.1.1-http-get-map">http://maps.example.com/wms?</URI></csw:Record>
  </csw:SearchResults></csw:GetRecordsResponse>`;

const CAPABILITIES = '<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" version="2.0.2"/>';

const REFUSAL = `<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception>
  <ows:ExceptionText>Only members may search</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`;

let server: StandInServer;
let client: OutsideClient;
beforeAll(async () => {
  client = openTestClient();
  server = await openStandInServer([
    cswStandIn(WORLD_CSW),
    cswStandIn(MANY),
    wmsStandIn(WATER_WMS),
    ({ url, method }) => {
      if (url.pathname === '/endless/csw') return xmlReply(method === 'GET' ? CAPABILITIES : ENDLESS_PAGE);
      if (url.pathname === '/closed/csw')
        return xmlReply(method === 'GET' ? CAPABILITIES : REFUSAL, method === 'GET' ? 200 : 403);
      return undefined;
    },
  ]);
});
afterAll(async () => {
  await client.close();
  await server.close();
});

const detect = (path: string) =>
  cswSource.detect({ url: new URL(`${server.url}${path}`), isGreedy: false }, sourceContext(client));

it('takes each service once that records link to, by its scheme or its address', async () => {
  const services = await detect('/catalogue/csw?service=CSW&request=GetCapabilities');
  expect(services?.map(({ type, url }) => `${type} ${url.replace(server.url, '')}`)).toEqual([
    'OGC:WMS /water/wms',
    'OGC:WMS /radar/wms',
    'OGC:WMTS /climate/wmts',
    'ESRI:ArcGIS:MapServer /arcgis/rest/services/People/Census/MapServer',
  ]);
});

it('reads all pages of a catalogue of version 3.0.0', async () => {
  const before = server.requestCount;
  expect(await detect('/many/csw')).toHaveLength(20);
  // The capabilities, and five pages of ten.
  expect(server.requestCount - before).toBe(6);
});

it('ends where a server sends the same page for ever', async () => {
  expect(await detect('/endless/csw')).toEqual([{ type: 'OGC:WMS', url: 'http://maps.example.com/wms' }]);
});

it('repeats why a catalogue refuses to send records', async () => {
  await expect(detect('/closed/csw')).rejects.toThrow('refuses to send records: Only members may search');
});

it('takes no other server for a catalogue', async () => {
  expect(await detect('/water/wms')).toBeUndefined();
  for (const fault of ['page', 'deep', 'xml-bomb', 'xml-file', 'attributes', 'huge', 'huge-compressed']) {
    expect([fault, await detect(`/faults/${fault}`)]).toEqual([fault, undefined]);
  }
});

it('says what is wrong where the server fails', async () => {
  await expect(detect('/faults/error')).rejects.toThrow('replied with the status 500');
});

it('harvests what a catalogue says of itself, and has no layers', async () => {
  const service = { type: 'OGC:CSW' as const, url: `${server.url}/catalogue/csw`, validators: {} };
  const harvested = await cswSource.harvest(service, sourceContext(client));
  expect(harvested).toMatchObject({ title: 'Catalogue of the imagined world', layers: [] });
  const validators = harvested === 'unchanged' ? {} : harvested.validators;
  expect(await cswSource.harvest({ ...service, validators }, sourceContext(client))).toBe('unchanged');
});
