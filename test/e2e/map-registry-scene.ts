import { randomUUID } from 'node:crypto';
import { indexBatch } from '../../src/apps/map-registry/indexing/index-batch.ts';
import { noteToIndex } from '../../src/apps/map-registry/indexing/note-to-index.ts';
import type { ServiceType } from '../../src/apps/map-registry/layers/layer.ts';
import { wmsStandIn } from '../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { WATER_WMS } from '../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { openSearchEngine } from '../../src/apps/map-registry/search-engines/open-search-engine.ts';
import { openRegistryBucket } from '../../src/apps/map-registry/storage/registry-bucket.ts';
import { readInstallation } from '../../src/installation.ts';
import type { Database } from '../../src/platform/database/connection.ts';
import { openPlatform, type Platform } from '../../src/platform/platform.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import type { AdminInBrowser } from './admin-in-browser.ts';
import { drawThumbnail, type Look } from './map-registry-pictures.ts';

/** What the service of the scene is started with. Its one bucket is that of another app. */
export const MAP_REGISTRY_ENVIRONMENT = {
  INSTALLED_APPS: 'map-registry',
  REGISTRY_S3_BUCKET: 'dlcs-composite-images',
  REGISTRY_ALLOWED_NETWORKS: 'loopback',
};

/** What the pages of the scene are about. */
export interface MapRegistryScene {
  readonly serviceUuid: string;
  readonly layerUuid: string;
  readonly layerTitle: string;
  readonly layerCount: number;
  readonly endpointUuid: string;
  readonly issueId: string;
  /** Draws the layers of the first service. */
  readonly mapServer: StandInServer;
  /** Stops the server of maps. */
  close(): Promise<void>;
}

interface Place {
  readonly name: string;
  readonly box: readonly [west: number, south: number, east: number, north: number];
}

const PLACES: readonly Place[] = [
  { name: 'Bavaria', box: [9, 47.3, 13.8, 50.6] },
  { name: 'Alps', box: [5.8, 44.2, 16.4, 48] },
  { name: 'Rhine valley', box: [6.1, 46.6, 9.6, 51.9] },
  { name: 'Netherlands', box: [3.3, 50.7, 7.2, 53.6] },
  { name: 'London', box: [-0.55, 51.25, 0.35, 51.72] },
  { name: 'Scotland', box: [-7.7, 54.6, -0.7, 60.9] },
  { name: 'Iberia', box: [-9.6, 35.9, 3.4, 43.9] },
  { name: 'Sicily', box: [12.3, 36.6, 15.7, 38.4] },
  { name: 'Boston', box: [-71.2, 42.2, -70.9, 42.5] },
  { name: 'New England', box: [-73.8, 41, -66.9, 47.5] },
  { name: 'Mississippi', box: [-95.5, 29, -88, 47.5] },
  { name: 'Texas', box: [-106.7, 25.8, -93.5, 36.6] },
  { name: 'California', box: [-124.5, 32.5, -114.1, 42] },
  { name: 'Brazil', box: [-74, -33.8, -34.7, 5.3] },
  { name: 'Amazon', box: [-73, -10, -50, 3] },
  { name: 'Andes', box: [-79, -40, -64, 8] },
  { name: 'Nile', box: [29, -3, 36.5, 31.6] },
  { name: 'Kenya', box: [33.9, -4.7, 41.9, 5.1] },
  { name: 'South Africa', box: [16.4, -34.9, 33, -22.1] },
  { name: 'Bengal', box: [85.8, 20.6, 92.7, 26.8] },
  { name: 'China', box: [73.5, 18, 134.8, 53.6] },
  { name: 'Yangtze', box: [90.5, 24.5, 121.9, 35.7] },
  { name: 'Kyoto', box: [135.6, 34.87, 135.9, 35.15] },
  { name: 'Japan', box: [129.4, 31, 145.8, 45.6] },
  { name: 'Java', box: [105, -8.9, 114.6, -5.8] },
  { name: 'New South Wales', box: [141, -37.5, 153.6, -28.2] },
  { name: 'North Island', box: [172.6, -41.7, 178.6, -34.4] },
  { name: 'Europe', box: [-11, 35, 32, 71] },
  { name: 'the world', box: [-180, -60, 180, 84] },
];

interface Topic {
  readonly title: (place: string) => string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  readonly look: Look;
  readonly years: readonly [number, number];
}

const TOPICS: readonly Topic[] = [
  {
    title: (place) => `Rivers and canals of ${place}`,
    abstract: 'Rivers, canals and lakes, with the names of the waters and the direction in which they flow.',
    keywords: ['rivers', 'hydrography', 'water'],
    look: 'rivers',
    years: [1985, 2024],
  },
  {
    title: (place) => `Roads, ${place}`,
    abstract: 'Motorways, main roads and paths, surveyed from the air and checked on the ground.',
    keywords: ['roads', 'transport'],
    look: 'roads',
    years: [1960, 2024],
  },
  {
    title: (place) => `Population of ${place} by district`,
    abstract: 'People in each district, counted at the census. Darker districts have more inhabitants.',
    keywords: ['census', 'population'],
    look: 'census',
    years: [1870, 2021],
  },
  {
    title: (place) => `Elevation of ${place}`,
    abstract:
      'Heights above the sea in metres, with hill shades. Made of radar images with a cell of 30 metres.',
    keywords: ['elevation', 'terrain'],
    look: 'terrain',
    years: [1995, 2022],
  },
  {
    title: (place) => `Historical map of ${place}`,
    abstract: 'A printed map, scanned and placed on the earth by control points along coasts and rivers.',
    keywords: ['historical', 'scanned'],
    look: 'old',
    years: [1540, 1910],
  },
  {
    title: (place) => `Land surface temperature, ${place}`,
    abstract: 'The mean of all clear nights of a summer. Cities are warmer than the fields around them.',
    keywords: ['climate', 'temperature'],
    look: 'heat',
    years: [2000, 2025],
  },
];

interface Host {
  readonly host: string;
  readonly title: string;
  readonly type: ServiceType;
  /** Of 100 checks, those that succeed. */
  readonly uptime: number;
}

const HOSTS: readonly Host[] = [
  { host: 'maps.geoportal.example', title: 'National geoportal', type: 'OGC:WMS', uptime: 99 },
  { host: 'tiles.survey.example', title: 'Survey tiles', type: 'OGC:WMTS', uptime: 100 },
  { host: 'gis.coast.example', title: 'Coast and ocean atlas', type: 'ESRI:ArcGIS:MapServer', uptime: 93 },
  { host: 'warper.library.example', title: 'Old maps of the library', type: 'Hypermap:WARPER', uptime: 88 },
  { host: 'statistics.example', title: 'Statistics on maps', type: 'OGC:WMS', uptime: 97 },
  { host: 'worldmap.university.example', title: 'WorldMap', type: 'Hypermap:WorldMap', uptime: 96 },
  { host: 'imagery.space.example', title: 'Images from space', type: 'ESRI:ArcGIS:ImageServer', uptime: 78 },
  { host: 'ows.city.example', title: 'The open city', type: 'OSGeo:TMS', uptime: 41 },
];

const LAYER_COUNT = 240;
const DAYS = 90;

/** Layers of eight hosts around the world, with pictures and 90 days of checks, and all of them indexed. */
export async function makeMapRegistryScene(admin: AdminInBrowser): Promise<MapRegistryScene> {
  // The AWS SDK reads its own variables.
  Object.assign(process.env, admin.service.objectStorage.environment);
  const { settings } = readInstallation({
    ...MAP_REGISTRY_ENVIRONMENT,
    ...admin.service.objectStorage.environment,
    DATABASE_URL: admin.service.database.url,
    DJANGO_SECRET_KEY: 'a key for the whole service in tests',
    LOG_LEVEL: 'silent',
  });
  const platform = openPlatform(settings, { processName: 'test', maximumConnections: 2 });
  const mapServer = await openStandInServer([wmsStandIn(WATER_WMS)]);
  try {
    const random = seededRandom(1855);
    const { database } = platform;
    const services = await insertServices(database, random);
    const layers = await insertLayers(platform, services, random, mapServer.url);
    await insertChecks(database, random);
    const [service, layer] = [services[0], layers[0]];
    if (!service || !layer) throw new Error('The scene is empty');
    const endpointUuid = await insertEndpoints(database, layer.catalogId);
    const issueId = await insertIssues(database);
    await indexAll(platform, layers);
    await database.raw('ANALYZE');
    return {
      serviceUuid: service.uuid,
      layerUuid: layer.uuid,
      layerTitle: layer.title,
      layerCount: layers.length,
      endpointUuid,
      issueId,
      mapServer,
      close: () => mapServer.close(),
    };
  } catch (error) {
    await mapServer.close();
    throw error;
  } finally {
    await platform.close();
  }
}

interface StoredHost extends Host {
  readonly id: string;
  readonly uuid: string;
  readonly catalogId: string;
}

async function insertServices(database: Database, random: SeededRandom): Promise<readonly StoredHost[]> {
  const { id: catalogId } = await database('map_registry.catalogs').where({ slug: 'hypermap' }).first('id');
  const rows: { id: string; uuid: string; host: string }[] = await database('map_registry.services')
    .insert(
      HOSTS.map(({ host, title, type, uptime }, at) => ({
        catalog_id: catalogId,
        type,
        host,
        url: `https://${host}/ows`,
        title,
        abstract: `${title}: maps and images that everybody may use, from ${host}.`,
        keywords: ['maps', 'open data'],
        srs: ['EPSG:3857', 'EPSG:4326'],
        harvested: database.raw(`clock_timestamp() - interval '${at + 2} hours'`),
        ...countersOf(uptime, random, database),
      })),
    )
    .returning(['id', 'uuid', 'host']);
  return rows.map(({ id, uuid, host }) => {
    const known = HOSTS.find((each) => each.host === host);
    if (!known) throw new Error(`There is no host ${host}`);
    return { ...known, id, uuid, catalogId };
  });
}

interface SceneLayer {
  readonly id: string;
  readonly uuid: string;
  readonly title: string;
  readonly catalogId: string;
}

async function insertLayers(
  platform: Platform,
  services: readonly StoredHost[],
  random: SeededRandom,
  mapServerUrl: string,
): Promise<readonly SceneLayer[]> {
  const { database } = platform;
  const pictures = await storePictures(platform);
  const made = Array.from({ length: LAYER_COUNT }, (_, at) => {
    const service = random.oneOf(services.slice(0, 2 + (at % 7)));
    const [topic, place] = [TOPICS[at % TOPICS.length], random.oneOf(PLACES)];
    if (!service || !topic || !place) throw new Error('The scene lacks something');
    const [west, south, east, north] = place.box;
    const [first, last] = topic.years;
    return {
      year: at % 11 === 3 ? undefined : at === 60 ? -221 : first + random.below(last - first),
      row: {
        catalog_id: service.catalogId,
        service_id: service.id,
        name: `layer_${at}`,
        title: topic.title(place.name),
        abstract: topic.abstract,
        keywords: [...topic.keywords, place.name],
        srs: ['EPSG:3857', 'EPSG:4326'],
        min_x: west,
        min_y: south,
        max_x: east,
        max_y: north,
        area: (east - west) * (north - south),
        drawing: service === services[0] ? JSON.stringify(drawingOf(topic.look, mapServerUrl)) : null,
        thumbnail: at % 13 === 5 ? null : pictures[topic.look][at % pictures[topic.look].length],
        ...countersOf(service.uptime, random, database),
      },
    };
  });
  const rows: (SceneLayer & { name: string })[] = await database('map_registry.layers')
    .insert(made.map(({ row }) => row))
    .returning(['id', 'uuid', 'title', 'name', 'catalog_id AS catalogId']);
  const ids = new Map(rows.map(({ name, id }) => [name, id]));
  await database('map_registry.layer_dates').insert(
    made.flatMap(({ year, row }) =>
      year === undefined
        ? []
        : [{ layer_id: ids.get(row.name), year, date: `${yearText(year)}-01-01`, origin: 'detected' }],
    ),
  );
  await database.raw(`UPDATE map_registry.services SET layer_count =
    (SELECT count(*) FROM map_registry.layers WHERE service_id = services.id)`);
  return rows;
}

/** How the stand-in draws a layer. Its maps are of the whole world. */
function drawingOf(look: Look, mapServerUrl: string): object {
  return {
    mapUrl: `${mapServerUrl}${WATER_WMS.path}`,
    version: '1.1.1',
    layer: look === 'census' ? 'harbours' : 'coasts',
    format: 'image/png',
    systems: ['EPSG:3857', 'EPSG:4326'],
  };
}

function yearText(year: number): string {
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year);
}

/** Three pictures of each look: the keys of their objects. */
async function storePictures(platform: Platform): Promise<Readonly<Record<Look, readonly string[]>>> {
  const bucket = openRegistryBucket(platform);
  const keysOf = async (look: Look): Promise<readonly string[]> => {
    const keys: string[] = [];
    for (let seed = 1; seed <= 3; seed += 1) {
      const key = `thumbnails/${look}-${seed}.webp`;
      await bucket.put(key, await drawThumbnail(look, seed * 97), 'image/webp');
      keys.push(key);
    }
    return keys;
  };
  const stored = {
    rivers: await keysOf('rivers'),
    roads: await keysOf('roads'),
    census: await keysOf('census'),
    terrain: await keysOf('terrain'),
    old: await keysOf('old'),
    heat: await keysOf('heat'),
  };
  bucket.close();
  return stored;
}

function countersOf(uptime: number, random: SeededRandom, database: Database): object {
  let bits = '';
  for (let at = 0; at < 63; at += 1) bits += random.below(100) < uptime ? '1' : '0';
  const isUp = bits.endsWith('1');
  return {
    check_count: 412,
    success_count: Math.round((412 * uptime) / 100),
    recent_checks: String(BigInt(`0b${bits}`)),
    failures_in_row: isUp ? 0 : 1,
    first_check: database.raw(`clock_timestamp() - interval '412 days'`),
    last_check: database.raw(`clock_timestamp() - interval '${random.below(600)} minutes'`),
    last_status: isUp,
    last_message: isUp ? 'OK' : 'The server did not reply within 10 seconds.',
  };
}

/** A check a day of all services, and of the first layer of the scene. */
async function insertChecks(database: Database, random: SeededRandom): Promise<void> {
  const targets: { service_id: string | null; layer_id: string | null }[] = [
    ...(await database('map_registry.services').select('id AS service_id', database.raw('NULL AS layer_id'))),
    ...(await database('map_registry.layers')
      .orderBy('id')
      .limit(1)
      .select(database.raw('NULL AS service_id'), 'id AS layer_id')),
  ];
  await database('map_registry.checks').insert(
    targets.flatMap((target) =>
      Array.from({ length: DAYS }, (_, day) => {
        const success = random.below(100) < 95 && !(day > 30 && day < 33);
        return {
          ...target,
          checked: database.raw(`clock_timestamp() - interval '${day} days ${random.below(60)} minutes'`),
          success,
          response_seconds: success ? 0.2 + random.below(90) / 100 + (day % 30 < 4 ? 0.8 : 0) : 10,
          message: success ? 'OK' : 'The server did not reply within 10 seconds.',
        };
      }),
    ),
  );
}

async function insertEndpoints(database: Database, catalogId: string): Promise<string> {
  const [list] = await database('map_registry.endpoint_lists')
    .insert({
      catalog_id: catalogId,
      name: 'geoportals.txt',
      refused: JSON.stringify([{ line: 3, reason: 'The address has no host.' }]),
    })
    .returning<{ id: string }[]>('id');
  const uuid = randomUUID();
  await database('map_registry.endpoints').insert([
    {
      uuid,
      catalog_id: catalogId,
      list_id: list?.id,
      url: 'https://maps.geoportal.example/ows?service=WMS',
      processed: database.raw('clock_timestamp()'),
      imported: true,
      message: '1 service/s created',
    },
    {
      catalog_id: catalogId,
      list_id: list?.id,
      url: 'https://forgotten.example/wms',
      processed: database.raw('clock_timestamp()'),
      imported: false,
      message:
        'ERROR! Could not detect service type for endpoint https://forgotten.example/wms: CSW: 404 | WMS: 404 | TMS: 404 | WMTS: 404',
    },
    { catalog_id: catalogId, url: 'https://gis.coast.example/arcgis/rest/services', is_greedy: true },
  ]);
  return uuid;
}

async function insertIssues(database: Database): Promise<string> {
  const layer = await database('map_registry.layers').orderBy('id', 'desc').first('id');
  const [issue] = await database('map_registry.issues')
    .insert({
      layer_id: layer.id,
      kind: 'Wrong place',
      description: 'The map is mirrored at the equator.',
    })
    .returning<{ id: string }[]>('id');
  return issue?.id ?? '';
}

async function indexAll(platform: Platform, layers: readonly SceneLayer[]): Promise<void> {
  const { database } = platform;
  await database.transaction((transaction) =>
    noteToIndex(
      transaction,
      layers.map(({ id, catalogId }) => ({ layerId: id, catalogId })),
      'index',
    ),
  );
  const engine = openSearchEngine(platform);
  const signal = AbortSignal.timeout(60_000);
  for (;;) {
    const batch = await database.transaction((transaction) => indexBatch(transaction, engine, 500, signal));
    if (batch.claimedCount === 0) break;
    await engine.finish(batch.indexes, signal);
  }
  await engine.close();
}

/** The pages of the app in the admin. */
export function registryAdminPagesOf(
  admin: AdminInBrowser,
  { serviceUuid, layerUuid, endpointUuid, issueId }: MapRegistryScene,
): readonly { readonly name: string; readonly address: string }[] {
  const page = (name: string, path: string) => ({
    name,
    address: admin.address(`/resources/registry-${path}`),
  });
  return [
    page('endpoints', 'endpoints'),
    page('endpoint', `endpoints/records/${endpointUuid}/show`),
    page('endpoints-new', 'endpoints/records/new/show'),
    page('services', 'services'),
    page('service', `services/records/${serviceUuid}/show`),
    page('layers', 'layers'),
    page('layer', `layers/records/${layerUuid}/show`),
    page('issues', 'issues'),
    page('issue', `issues/records/${issueId}/show`),
    page('catalogs', 'catalogs'),
    page('whole-registry', 'tasks'),
  ];
}
