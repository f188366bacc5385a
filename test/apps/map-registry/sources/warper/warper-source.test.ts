import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { OutsideClient } from '../../../../../src/apps/map-registry/fetching/outside-client.ts';
import { warperStandIn } from '../../../../../src/apps/map-registry/sandbox/stand-ins/kinds/warper-stand-in.ts';
import { SCANS_WARPER } from '../../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import { jsonReply } from '../../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-kind.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { checkPictureUrl } from '../../../../../src/apps/map-registry/sources/check-picture.ts';
import { warperSource } from '../../../../../src/apps/map-registry/sources/warper/warper-source.ts';
import { openTestClient, sourceContext } from '../source-context.ts';

let server: StandInServer;
let client: OutsideClient;
beforeAll(async () => {
  client = openTestClient();
  server = await openStandInServer([
    warperStandIn(SCANS_WARPER),
    ({ url }) =>
      url.pathname === '/odd/maps'
        ? jsonReply({ total_pages: 9, items: url.search.includes('page=1') ? ODD_ITEMS : [] })
        : undefined,
  ]);
});
afterAll(async () => {
  await client.close();
  await server.close();
});

const ODD_ITEMS = [{ id: 1, title: null, bbox: 'a,b,c,d' }, { title: 'without an id' }, 7];

const context = (maximumLayers?: number) =>
  sourceContext(client, { warperHosts: [new URL(server.url).host] }, maximumLayers);

const harvest = (path = '/warper/maps', maximumLayers?: number, digest?: string) =>
  warperSource.harvest(
    { type: 'Hypermap:WARPER', url: `${server.url}${path}`, validators: { digest } },
    context(maximumLayers),
  );

const detect = (path: string) =>
  warperSource.detect({ url: new URL(`${server.url}${path}`), isGreedy: false }, context());

it('knows a Map Warper by its host alone', async () => {
  const url = `${server.url}/warper/maps`;
  expect(await detect('/warper/maps?page=3')).toMatchObject([{ type: 'Hypermap:WARPER', url }]);
  const elsewhere = warperSource.detect({ url: new URL(url), isGreedy: false }, sourceContext(client));
  expect(await elsewhere).toBeUndefined();
  await expect(detect('/nothing')).rejects.toThrow('replied with the status 404');
});

it('reads all pages: fifteen maps, one of them dated, and one without a box', async () => {
  const service = await harvest();
  if (service === 'unchanged') throw new Error('It was not read');
  expect(service.layers).toHaveLength(15);
  expect(service.isComplete).toBe(true);
  const [dated, unplaced] = service.layers;
  expect(dated).toMatchObject({
    name: '29568',
    title: 'Plate 24: Houses around the Old Market',
    dates: [{ date: '1855-01-01', origin: 'metadata' }],
    keywords: [],
    srs: ['EPSG:4326', 'EPSG:900913', 'EPSG:3857'],
    pageUrl: `${server.url}/warper/maps/29568`,
  });
  expect([unplaced?.name, unplaced?.box]).toEqual(['16239', undefined]);
  expect(await harvest('/warper/maps', undefined, service.validators.digest)).toBe('unchanged');
});

it('reads no more than it is allowed, and says so', async () => {
  const service = await harvest('/warper/maps', 4);
  expect(service).toMatchObject({ isComplete: false, layers: { length: 4 } });
});

it('passes over what is no map, and ends where pages are empty', async () => {
  const service = await harvest('/odd/maps');
  expect(service).toMatchObject({ isComplete: false, layers: [{ name: '1', title: '1', box: undefined }] });
});

it('draws a map of a scan', async () => {
  const service = await harvest();
  const layer = service === 'unchanged' ? undefined : service.layers[0];
  const drawing = warperSource.openDrawing(layer?.drawing ?? null);
  if (!drawing || !layer?.box) throw new Error('It cannot be drawn');
  const { body } = await client.get(checkPictureUrl(drawing, layer.box), context());
  expect((await sharp(body).metadata()).format).toBe('png');
  expect(warperSource.openDrawing({ something: 'else' })).toBeUndefined();
});

it.each([
  ['page', 'did not send JSON, as a Map Warper does'],
  ['error', 'replied with the status 500'],
  ['huge', /larger|more than|MiB/],
  ['cut-off', /broke off/],
] as const)('says what is wrong where the server has the fault %s', async (fault, message) => {
  await expect(harvest(`/faults/${fault}/maps`)).rejects.toThrow(message);
});
