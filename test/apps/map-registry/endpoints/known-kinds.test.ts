import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { processEndpoint } from '../../../../src/apps/map-registry/endpoints/process-endpoint.ts';
import type { OutsideClient } from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import { harvestService } from '../../../../src/apps/map-registry/harvest/harvest-service.ts';
import { cswStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/csw-stand-in.ts';
import { esriStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/esri-stand-in.ts';
import { tmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/tms-stand-in.ts';
import { warperStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/warper-stand-in.ts';
import { wmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { wmtsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wmts-stand-in.ts';
import { worldMapStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/worldmap-stand-in.ts';
import {
  BASE_TMS,
  CLIMATE_WMTS,
  PLANNING_ESRI,
  RADAR_WMS,
  SCANS_WARPER,
  USERS_WORLDMAP,
  WATER_WMS,
  WORLD_CSW,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import type { StandInKind } from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-kind.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { sourceOf, sourcesFor } from '../../../../src/apps/map-registry/sources/index.ts';
import { RegistryService } from '../registry-service.ts';
import { openTestClient } from '../sources/source-context.ts';

/** Each on a server of its own, as the kind of some is told by the host. */
const SERVERS = {
  maps: [
    cswStandIn(WORLD_CSW),
    esriStandIn(PLANNING_ESRI),
    tmsStandIn(BASE_TMS),
    wmsStandIn(WATER_WMS),
    wmsStandIn(RADAR_WMS),
    wmtsStandIn(CLIMATE_WMTS),
    wmtsStandIn({ ...CLIMATE_WMTS, path: '/tiles', encoding: 'KVP' }),
    movedKind,
  ],
  warper: [warperStandIn(SCANS_WARPER)],
  worldMap: [worldMapStandIn(USERS_WORLDMAP)],
  legacy: [worldMapStandIn({ ...USERS_WORLDMAP, version: '1.5' })],
} satisfies Readonly<Record<string, readonly StandInKind[]>>;

type ServerName = keyof typeof SERVERS;

/** An address that has moved to the WMS. */
function movedKind({ url }: Parameters<StandInKind>[0]): ReturnType<StandInKind> {
  if (!url.pathname.startsWith('/moved')) return undefined;
  const target = `/radar/wms${url.search}`;
  return { status: 301, type: 'text/plain', body: '', headers: { Location: target } };
}

let service: RegistryService;
let client: OutsideClient;
const servers = new Map<string, StandInServer>();
beforeAll(async () => {
  client = openTestClient();
  for (const [name, kinds] of Object.entries(SERVERS)) servers.set(name, await openStandInServer(kinds));
  service = await RegistryService.start({
    REGISTRY_WARPER_HOSTS: serverOf('warper').url.slice('http://'.length),
    REGISTRY_WORLDMAP_HOSTS: serverOf('worldMap').url.slice('http://'.length),
    REGISTRY_WORLDMAP_LEGACY_HOSTS: serverOf('legacy').url.slice('http://'.length),
  });
});
afterAll(async () => {
  await service.stop();
  await client.close();
  for (const server of servers.values()) await server.close();
});

function serverOf(name: ServerName): StandInServer {
  const server = servers.get(name);
  if (!server) throw new Error(`There is no server ${name}`);
  return server;
}

const context = () => ({ client, signal: new AbortController().signal });

/** Has a new catalogue look at one endpoint. */
async function lookAt(url: string, isGreedy = false) {
  const { database } = service.platform;
  const [catalog] = await database('map_registry.catalogs')
    .insert({ slug: `test-${crypto.randomUUID()}`, name: 'Test' })
    .returning<{ id: string }[]>('id');
  const catalogId = catalog?.id ?? '';
  const [endpoint] = await database('map_registry.endpoints')
    .insert({ catalog_id: catalogId, url, is_greedy: isGreedy })
    .returning<{ id: string }[]>('id');
  const endpointId = endpoint?.id ?? '';
  await processEndpoint(service.platform, endpointId, {
    ...context(),
    tasks: service.tasks,
    taskId: randomUUID(),
    sourcesFor,
  });
  const { imported, message } = await database('map_registry.endpoints')
    .where({ id: endpointId })
    .first<{ imported: boolean; message: string }>('imported', 'message');
  const services = await database('map_registry.services')
    .where({ catalog_id: catalogId })
    .orderBy('id')
    .select<{ id: string; type: string; url: string }[]>('id', 'type', 'url');
  return { imported, message, services };
}

/** Detects the service at an endpoint, harvests it, and returns what is stored. */
async function register(server: ServerName, path: string) {
  const { services } = await lookAt(`${serverOf(server).url}${path}`);
  const id = services[0]?.id ?? '';
  await harvestService(service.platform, id, { ...context(), sourceOf });
  const { database } = service.platform;
  const stored = await database('map_registry.services')
    .where({ id })
    .first<{ srs: readonly string[]; is_valid: boolean }>('srs', 'is_valid');
  const layers: readonly StoredRow[] = await database('map_registry.layers')
    .where({ service_id: id })
    .orderBy('id')
    .select('id', 'name', 'title', 'keywords', 'srs', 'is_valid', 'was_deleted');
  return { srs: stored.srs, is_valid: stored.is_valid, layers };
}

interface StoredRow {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly keywords: readonly string[];
  readonly srs: readonly string[];
  readonly is_valid: boolean;
  readonly was_deleted: boolean;
}

it.each([
  ['WMS 1.1.1', 'maps', '/water/wms', ['OGC:WMS']],
  ['WMS 1.3.0', 'maps', '/radar/wms?service=WMS&request=GetCapabilities', ['OGC:WMS']],
  ['a WMS that has moved', 'maps', '/moved?service=WMS', ['OGC:WMS']],
  ['WMTS by paths', 'maps', '/climate/wmts', ['OGC:WMTS']],
  ['WMTS by parameters', 'maps', '/tiles?service=WMTS', ['OGC:WMTS']],
  ['TMS', 'maps', '/tms/1.0.0', ['OSGeo:TMS']],
  ['an Esri map service', 'maps', '/arcgis/rest/services/People/Census/MapServer', ['ESRI:ArcGIS:MapServer']],
  [
    'an Esri image service',
    'maps',
    '/arcgis/rest/services/People/Night/ImageServer',
    ['ESRI:ArcGIS:ImageServer'],
  ],
  ['a Map Warper', 'warper', '/warper/maps', ['Hypermap:WARPER']],
  ['a WorldMap', 'worldMap', '/', ['Hypermap:WorldMap']],
  ['a legacy WorldMap', 'legacy', '/', ['Hypermap:WorldMapLegacy']],
] as const)('knows %s by at most three requests', async (_what, server, path, types) => {
  const before = serverOf(server).requestCount;
  const { imported, message, services } = await lookAt(`${serverOf(server).url}${path}`);
  expect(services.map(({ type }) => type)).toEqual(types);
  expect([imported, message]).toEqual([true, '1 service/s created']);
  expect(serverOf(server).requestCount - before).toBeLessThanOrEqual(3);
});

it('takes the services that a catalogue links to', async () => {
  const { services, message } = await lookAt(`${serverOf('maps').url}/catalogue/csw`);
  expect(services.map(({ type }) => type).toSorted()).toEqual([
    'ESRI:ArcGIS:MapServer',
    'OGC:WMS',
    'OGC:WMS',
    'OGC:WMTS',
  ]);
  expect(message).toMatch(/^4 service\/s created/);
});

it('takes all of an Esri server where it is greedy', async () => {
  const { services } = await lookAt(`${serverOf('maps').url}/arcgis/rest/services`, true);
  expect(services).toHaveLength(3);
});

it('harvests fifteen maps of a Map Warper, one of them dated 1855', async () => {
  const { layers } = await register('warper', '/warper/maps');
  const dated = layers.find(({ name }) => name === '29568');
  expect([layers.length, dated?.srs.length]).toEqual([15, 3]);
  const dates = await service.platform
    .database('map_registry.layer_dates')
    .where({ layer_id: dated?.id ?? null })
    .select('date', 'origin')
    .orderBy('origin');
  expect(dates).toEqual([
    { date: '1855-01-01', origin: 'detected' },
    { date: '1855-01-01', origin: 'metadata' },
  ]);
});

it.each(['worldMap', 'legacy'] as const)(
  'harvests ten layers of a WorldMap, two of which were deleted (%s)',
  async (server) => {
    const { layers } = await register(server, '/');
    expect([layers.length, layers.filter(({ was_deleted }) => was_deleted).length]).toEqual([10, 2]);
  },
);

it('harvests the layers of an Esri map service', async () => {
  const { layers, is_valid } = await register('maps', '/arcgis/rest/services/Basemap/MapServer');
  expect([is_valid, layers.map(({ name }) => name)]).toEqual([true, ['0', '1']]);
});

it('reads the newest layers of a WorldMap alone, and concludes nothing of the others', async () => {
  const { services } = await lookAt(`${serverOf('worldMap').url}/`);
  const id = services[0]?.id ?? '';
  const newest = { ...context(), sourceOf, newestLayers: 3 };
  expect(await harvestService(service.platform, id, newest)).toMatchObject({ newCount: 3 });
  expect(await harvestService(service.platform, id, { ...context(), sourceOf })).toMatchObject({
    isUnchanged: false,
    newCount: 7,
  });
  expect(await harvestService(service.platform, id, newest)).toMatchObject({ changedCount: 0 });
  const all = await harvestService(service.platform, id, { ...context(), sourceOf });
  expect(all).toMatchObject({ isUnchanged: true, deletedCount: 0 });
});
