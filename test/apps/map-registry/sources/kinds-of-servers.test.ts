import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServiceType } from '../../../../src/apps/map-registry/layers/layer.ts';
import { checkPictureUrl } from '../../../../src/apps/map-registry/sources/check-picture.ts';
import { sourceOf, sourcesFor } from '../../../../src/apps/map-registry/sources/index.ts';
import type {
  HarvestedLayer,
  HarvestedService,
} from '../../../../src/apps/map-registry/sources/map-source.ts';
import { MapServer } from './map-server.ts';

const WORLD = { minX: -180, minY: -90, maxX: 180, maxY: 90 };

let server: MapServer;
beforeAll(async () => {
  server = await MapServer.start();
});
afterAll(() => server.close());

async function harvest(
  type: ServiceType,
  files: Readonly<Record<string, string>>,
  path = '/ows',
): Promise<HarvestedService> {
  server.serveFiles(files);
  const service = { type, url: `${server.url}${path}`, validators: {} };
  const harvested = await sourceOf(type).harvest(service, server.context);
  if (harvested === 'unchanged') throw new Error('it is unchanged');
  return harvested;
}

/** The address of the picture that a check fetches; null for a layer that cannot be drawn. */
function pictureOf(type: ServiceType, { drawing, box }: HarvestedLayer): string | null {
  if (drawing === null) return null;
  const opened = sourceOf(type).openDrawing(structuredClone(drawing));
  if (!opened) throw new Error('the drawing is not in the form of its source');
  return checkPictureUrl(opened, box ?? WORLD).href.replace(server.url, '');
}

interface Expected {
  readonly file: string;
  readonly title: string;
  readonly layers: Readonly<Record<string, readonly [title: string, box: readonly number[] | undefined]>>;
  /** Of the first layer. */
  readonly picture: string | null;
  readonly srs?: readonly string[];
}

const WMS_SERVERS: readonly Expected[] = [
  {
    file: 'mapserver-wms-1.3.0.xml',
    title: 'Gewässerkarte',
    layers: {
      water: ['Gewässerkarte', [5.5, 47, 15.5, 55.25]],
      rivers: ['Flüsse', [6, 50, 7, 51]],
      lakes: ['Seen', [5.5, 47, 15.5, 55.25]],
    },
    srs: ['EPSG:4326', 'EPSG:3857', 'EPSG:25832'],
    picture:
      'http://internal-maps/cgi-bin/mapserv?map=/maps/water.map&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=water&STYLES=&CRS=EPSG:4326&BBOX=47,5.5,55.25,15.5&WIDTH=50&HEIGHT=41&FORMAT=image/png&TRANSPARENT=TRUE',
  },
  {
    file: 'mapserver-wms-1.1.1.xml',
    title: 'City plans',
    layers: {
      streets: ['Streets', [-71.2, 42.2, -70.9, 42.5]],
      houses: ['Houses', [-71.2, 42.2, -70.9, 42.5]],
      parks: ['Parks', [-71.1, 42.3, -71, 42.4]],
    },
    srs: ['EPSG:4326', 'EPSG:900913'],
    picture:
      'http://plans.example.org/wms?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&LAYERS=streets&STYLES=&SRS=EPSG:4326&BBOX=-71.2,42.2,-70.9,42.5&WIDTH=50&HEIGHT=50&FORMAT=image/jpeg',
  },
  {
    file: 'mapserver4-wms-1.1.0.xml',
    title: 'Radar',
    layers: {
      radar: ['Radar', [-126, 24, -66, 50]],
      'base reflectivity': ['Base reflectivity', [-126, 24, -66, 50]],
    },
    srs: ['EPSG:4269', 'EPSG:4326', 'EPSG:3785'],
    picture:
      '/cgi-bin/mapserv?map=radar.map&SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&LAYERS=radar&STYLES=&SRS=EPSG:4326&BBOX=-126,24,-66,50&WIDTH=50&HEIGHT=22&FORMAT=image/png&TRANSPARENT=TRUE',
  },
  {
    file: 'geoserver-wms-1.3.0.xml',
    title: 'GeoServer Web Map Service',
    layers: {
      'topp:states': ['USA Population', [-124.731422, 24.955967, -66.969849, 49.371735]],
      'tiger-ny': ['tiger-ny', [-180, -90, 180, 90]],
    },
    picture:
      'http://geo.example.org/geoserver/ows?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=topp:states&STYLES=&CRS=EPSG:4326&BBOX=24.955967,-124.731422,49.371735,-66.969849&WIDTH=50&HEIGHT=21&FORMAT=image/png&TRANSPARENT=TRUE',
  },
  {
    file: 'arcgis-wms-1.3.0.xml',
    title: 'Land_Cover & More',
    layers: {
      1: ['Forest', [-179.999989, -59.999, 179.999989, 83.6]],
      0: ['Grass', [-179.999989, -59.999, 179.999989, 83.6]],
    },
    srs: ['CRS:84', 'EPSG:4326', 'EPSG:102100'],
    picture:
      'http://gis.example.org/arcgis/services/Land/Cover/MapServer/WmsServer?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=1&STYLES=&CRS=EPSG:4326&BBOX=-59.999,-179.999989,83.6,179.999989&WIDTH=50&HEIGHT=20&FORMAT=image/png&TRANSPARENT=TRUE',
  },
  {
    file: 'qgis-wms-1.3.0.xml',
    title: 'Wanderwege',
    layers: { Trails: ['Wanderwege', undefined], paths: ['Wege', [5.96, 45.8, 10.5, 47.8]] },
    srs: ['CRS:84', 'EPSG:2056'],
    picture:
      '/ogc/trails?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=Trails&STYLES=&CRS=CRS:84&BBOX=-180,-90,180,90&WIDTH=50&HEIGHT=25&FORMAT=image/png&TRANSPARENT=TRUE',
  },
  {
    file: 'thredds-ncwms-1.3.0.xml',
    title: 'Sea surface temperature',
    layers: { 'TEMP/analysed_sst': ['analysed_sst', [0, -89.9, 359.9, 89.9]] },
    srs: ['CRS:84', 'EPSG:3857'],
    picture:
      'https://sea.example.org/thredds/wms/sst.nc?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=TEMP/analysed_sst&STYLES=&CRS=CRS:84&BBOX=0,-89.9,180,89.9&WIDTH=50&HEIGHT=50&FORMAT=image/png%3Bmode%3D32bit&TRANSPARENT=TRUE',
  },
  {
    file: 'deegree-wms-1.1.1.xml',
    title: 'Schutzgebiete',
    // Swapped corners are mended by the harvest.
    layers: { areas: ['Schutzgebiete', [8, 51, 7, 50]] },
    srs: ['EPSG:25832', 'EPSG:9999999'],
    picture: null,
  },
];

const WMTS_SERVERS: readonly Expected[] = [
  {
    file: 'geowebcache-wmts.xml',
    title: 'Web Map Tile Service - GeoWebCache',
    layers: { 'nurc:Relief & more': ['A sample ArcSDE style', [141.1, -43.8, 154.75, -8.5]] },
    srs: ['EPSG:4326', 'EPSG:900913'],
    picture:
      'http://geo.example.org/geoserver/gwc/service/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=nurc:Relief%20%26%20more&STYLE=raster&FORMAT=image/png&TILEMATRIXSET=EPSG:900913&TILEMATRIX=EPSG%3A900913%3A0&TILEROW=0&TILECOL=0',
  },
  {
    file: 'arcgis-wmts.xml',
    title: 'Demographics_USA',
    layers: { Demographics_USA: ['Demographics_USA', [-179.2, 18.9, -66.9, 71.4]] },
    srs: ['EPSG:3857'],
    picture:
      'https://gis.example.org/arcgis/rest/services/Demo/MapServer/WMTS/tile/1.0.0/Demographics_USA/default/default028mm/0/0/0.png',
  },
  {
    file: 'mapproxy-wmts.xml',
    title: 'MapProxy WMTS',
    layers: { region: ['Region', undefined], world: ['World', undefined] },
    srs: ['EPSG:25832', 'EPSG:4326'],
    picture: null,
  },
  {
    file: 'gibs-wmts.xml',
    title: 'Imagery of satellites',
    layers: {
      Snow_Cover: ['Snow cover', [-180, -90, 180, 90]],
      Roads: ['Roads as vectors', undefined],
    },
    srs: ['CRS:84'],
    picture: 'https://imagery.example.org/best/Snow_Cover/default/2015-05-20/2km/0/0/0.png',
  },
];

describe.each<{ type: ServiceType; servers: readonly Expected[]; path: string }>([
  { type: 'OGC:WMS', servers: WMS_SERVERS, path: '/cgi?map=a.map' },
  { type: 'OGC:WMTS', servers: WMTS_SERVERS, path: '/service' },
])('a server of the type $type', ({ type, servers, path }) => {
  it.each([...servers])('that writes as $file', async (expected) => {
    const service = await harvest(type, { '/cgi': expected.file, '/service': expected.file }, path);
    const layers = Object.fromEntries(
      service.layers.map(({ name, title, box }) => [
        name,
        [title, box && [box.minX, box.minY, box.maxX, box.maxY]],
      ]),
    );
    expect(layers).toEqual(expected.layers);
    expect(service.title).toBe(expected.title);
    if (expected.srs) expect(service.srs).toEqual(expected.srs);
    const [first] = service.layers;
    expect(first && pictureOf(type, first)).toBe(expected.picture);
    expect(service.isComplete).toBe(true);
  });

  it.each([...servers])('that writes as $file is found by its first address', async ({ file, title }) => {
    server.serveFiles({ '/cgi': file, '/service': file });
    const url = new URL(`${server.url}${path}`);
    const found = await sourceOf(type).detect({ url, isGreedy: false }, server.context);
    expect(found).toMatchObject([{ type, url: url.href, title }]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a Web Map Service', () => {
  it('has keywords, and the systems of each layer with the inherited ones', async () => {
    const { keywords, layers } = await harvest('OGC:WMS', { '/ows': 'mapserver-wms-1.3.0.xml' });
    expect(keywords).toEqual(['rivers', 'inlandWaters']);
    expect(layers[1]?.keywords).toEqual(['stream', 'river', 'brook']);
    const geoserver = await harvest('OGC:WMS', { '/ows': 'geoserver-wms-1.3.0.xml' });
    expect(geoserver.srs).toHaveLength(605);
    expect(geoserver.layers[1]?.srs).toHaveLength(50);
    expect(geoserver.layers[1]?.srs).toEqual(expect.arrayContaining(['EPSG:4326', 'EPSG:3857', 'CRS:84']));
  });

  it('is asked by its address without a request that was copied with it', async () => {
    server.serveFiles({ '/wms': 'mapserver-wms-1.1.1.xml' });
    const url = new URL(
      `${server.url}/wms?map=/a%20b.map&service=WMS&Request=GetMap&LAYERS=a&bbox=1,2,3,4&token=x#top`,
    );
    const found = await sourceOf('OGC:WMS').detect({ url, isGreedy: false }, server.context);
    expect(found?.[0]?.url).toBe(`${server.url}/wms?map=/a%20b.map&token=x`);
    expect(server.requests).toEqual([
      '/wms?map=/a%20b.map&token=x&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities',
    ]);
  });

  it('of 1.1.1 alone is found where it refuses 1.3.0', async () => {
    server.serveFiles({ '/wms': 'mapserver-wms-1.1.1.xml' });
    const { reply } = server;
    server.reply = (url) =>
      url.searchParams.get('VERSION') === '1.3.0' ? { status: 500, body: 'unknown version' } : reply(url);
    const url = new URL(`${server.url}/wms`);
    expect(await sourceOf('OGC:WMS').detect({ url, isGreedy: false }, server.context)).toHaveLength(1);
  });

  it('that takes a user is asked for maps by the same user', async () => {
    server.serveFiles({ '/ows': 'qgis-wms-1.3.0.xml' });
    const url = `${server.url.replace('//', '//me:secret@')}/ows`;
    const harvested = await sourceOf('OGC:WMS').harvest(
      { type: 'OGC:WMS', url, validators: {} },
      server.context,
    );
    const drawing = harvested === 'unchanged' ? null : (harvested.layers[0]?.drawing ?? null);
    const opened = sourceOf('OGC:WMS').openDrawing(drawing);
    expect(opened && checkPictureUrl(opened, WORLD).password).toBe('secret');
  });

  it('is not harvested again where its capabilities are the same', async () => {
    const first = await harvest('OGC:WMS', { '/ows': 'mapserver-wms-1.3.0.xml' });
    const service = { type: 'OGC:WMS', url: `${server.url}/ows`, validators: first.validators } as const;
    expect(await sourceOf('OGC:WMS').harvest(service, server.context)).toBe('unchanged');
    server.serveFiles({ '/ows': 'mapserver-wms-1.1.1.xml' });
    expect(await sourceOf('OGC:WMS').harvest(service, server.context)).not.toBe('unchanged');
  });

  it('is asked whether it has changed, where it can say so', async () => {
    const seen: (string | undefined)[] = [];
    server.reply = () => (request, response) => {
      seen.push(request.headers['if-none-match']);
      response.writeHead(304).end();
    };
    const service = { type: 'OGC:WMS', url: `${server.url}/ows`, validators: { etag: '"7"' } } as const;
    expect(await sourceOf('OGC:WMS').harvest(service, server.context)).toBe('unchanged');
    expect(seen).toEqual(['"7"']);
  });

  it('has as many layers as may be read, and is then not complete', async () => {
    server.serveFiles({ '/ows': 'mapserver-wms-1.3.0.xml' });
    const service = { type: 'OGC:WMS', url: `${server.url}/ows`, validators: {} } as const;
    const harvested = await sourceOf('OGC:WMS').harvest(service, { ...server.context, maximumLayers: 2 });
    expect(harvested).toMatchObject({ isComplete: false, layers: [{ name: 'water' }, { name: 'rivers' }] });
  });
});

describe('a Web Map Tile Service', () => {
  it('is found by its file with capabilities, which is then its address', async () => {
    server.serveFiles({ '/tiles/1.0.0/WMTSCapabilities.xml': 'arcgis-wmts.xml' });
    for (const path of ['/tiles/', '/tiles/1.0.0/WMTSCapabilities.xml']) {
      const url = new URL(`${server.url}${path}`);
      const found = await sourceOf('OGC:WMTS').detect({ url, isGreedy: false }, server.context);
      expect(found).toMatchObject([{ url: `${server.url}/tiles/1.0.0/WMTSCapabilities.xml` }]);
    }
    expect(server.requests).toHaveLength(3);
  });

  it('has levels from the coarsest, whatever their order and axes', async () => {
    const { layers } = await harvest('OGC:WMTS', { '/ows': 'mapproxy-wmts.xml' });
    const world = layers[1];
    const drawing = world && sourceOf('OGC:WMTS').openDrawing(world.drawing);
    expect(drawing).toMatchObject({ kind: 'tiles', srs: 'EPSG:4326', levels: [{ left: -180, top: 90 }] });
    expect(drawing?.kind === 'tiles' && drawing.levels[0]?.resolution).toBeCloseTo(1.40625, 8);
    expect(world && pictureOf('OGC:WMTS', world)).toBe('/wmts/world/geodetic/00/0/0.jpeg');
    const arcgis = await harvest('OGC:WMTS', { '/ows': 'arcgis-wmts.xml' });
    const [layer] = arcgis.layers;
    const tiles = layer && sourceOf('OGC:WMTS').openDrawing(layer.drawing);
    expect(tiles?.kind === 'tiles' && tiles.levels.map(({ columns }) => columns)).toEqual([1, 2]);
  });
});

describe('a Tile Map Service', () => {
  const FILES = {
    '/tms/1.0.0/': 'tilecache-tms.xml',
    '/tms/1.0.0/campus/': 'mapproxy-tms-map.xml',
    '/tms/1.0.0/old/': 'geowebcache-tms-map.xml',
  };

  it('has a layer for each tile map, with the tiles of the middle of the coarsest level', async () => {
    const service = await harvest('OSGeo:TMS', FILES, '/tms/1.0.0/');
    expect(service).toMatchObject({
      title: 'Tiles of a university',
      keywords: ['campus', 'old'],
      srs: ['EPSG:900913', 'EPSG:4326'],
      layers: [
        { name: 'campus', title: 'Campus of 1898', srs: ['EPSG:900913'] },
        { name: 'old', title: 'States', box: WORLD },
        { name: 'gone', title: 'No more there', drawing: null },
      ],
    });
    const [campus, old] = service.layers;
    expect(campus?.box?.maxY).toBeCloseTo(85.0511, 3);
    expect(campus && pictureOf('OSGeo:TMS', campus)).toBe('/tms/1.0.0/campus/0/1/1.jpeg');
    expect(old && pictureOf('OSGeo:TMS', old)).toBe(
      'http://localhost:8080/geoserver/gwc/service/tms/1.0.0/states@EPSG%3A4326@png/0/1/0.png',
    );
  });

  it('counts rows from the bottom', async () => {
    const { layers } = await harvest('OSGeo:TMS', FILES, '/tms/1.0.0/');
    const drawing = layers[0] && sourceOf('OSGeo:TMS').openDrawing(layers[0].drawing);
    if (drawing?.kind !== 'tiles') throw new Error('it has no tiles');
    expect(drawing.levels.map(({ rows }) => rows)).toEqual([2, 4]);
    expect(drawing.tileUrl(1, 3, 0).pathname).toBe('/tms/1.0.0/campus/1/3/3.jpeg');
    expect(drawing.levels[1]?.top).toBeCloseTo(20_037_508.34, 1);
  });

  it('names its tile maps from where a redirect has led', async () => {
    server.serveFiles(FILES);
    const { reply } = server;
    server.reply = (url) =>
      url.pathname === '/tms/1.0.0'
        ? { status: 301, body: '', headers: { location: '/tms/1.0.0/' } }
        : reply(url);
    const service = { type: 'OSGeo:TMS', url: `${server.url}/tms/1.0.0`, validators: {} } as const;
    const harvested = await sourceOf('OSGeo:TMS').harvest(service, server.context);
    expect(harvested).toMatchObject({ layers: [{ title: 'Campus of 1898' }, { title: 'States' }, {}] });
  });

  it('is found by its list, and by a single tile map', async () => {
    server.serveFiles(FILES);
    for (const [path, title] of [
      ['/tms/1.0.0/', 'Tiles of a university'],
      ['/tms/1.0.0/old/', 'States'],
    ] as const) {
      const url = new URL(`${server.url}${path}`);
      const found = await sourceOf('OSGeo:TMS').detect({ url, isGreedy: false }, server.context);
      expect(found).toMatchObject([{ type: 'OSGeo:TMS', url: url.href, title }]);
    }
    const single = await harvest('OSGeo:TMS', FILES, '/tms/1.0.0/old/');
    expect(single.layers).toMatchObject([{ name: 'old', title: 'States' }]);
  });

  it('has changed where one of its tile maps has', async () => {
    const { validators } = await harvest('OSGeo:TMS', FILES, '/tms/1.0.0/');
    const service = { type: 'OSGeo:TMS', url: `${server.url}/tms/1.0.0/`, validators } as const;
    expect(await sourceOf('OSGeo:TMS').harvest(service, server.context)).toBe('unchanged');
    server.serveFiles({ ...FILES, '/tms/1.0.0/gone/': 'geowebcache-tms-map.xml' });
    expect(await sourceOf('OSGeo:TMS').harvest(service, server.context)).not.toBe('unchanged');
  });
});

describe('the kind of a server', () => {
  it('is looked for first as its address names it', () => {
    const first = (url: string) => sourcesFor(new URL(url))[0]?.types[0];
    expect(first('http://a.org/cgi?SERVICE=WMTS')).toBe('OGC:WMTS');
    expect(first('http://a.org/wmts/1.0.0/WMTSCapabilities.xml')).toBe('OGC:WMTS');
    expect(first('http://a.org/geoserver/wms')).toBe('OGC:WMS');
    expect(first('http://a.org/tms/1.0.0/')).toBe('OSGeo:TMS');
    expect(sourcesFor(new URL('http://wms.a.org/'))).toEqual(sourcesFor(new URL('http://a.org/')));
  });

  it('is looked for in the order of the original registry otherwise', () => {
    expect(sourcesFor(new URL('http://a.org/')).flatMap(({ types }) => types)).toEqual([
      'Hypermap:WorldMap',
      'Hypermap:WorldMapLegacy',
      'Hypermap:WARPER',
      'OGC:CSW',
      'OGC:WMS',
      'OSGeo:TMS',
      'OGC:WMTS',
      'ESRI:ArcGIS:MapServer',
      'ESRI:ArcGIS:ImageServer',
    ]);
  });

  it.each(['OGC:WMS', 'OGC:WMTS', 'OSGeo:TMS'] as const)(
    'is not %s where something else is',
    async (type) => {
      const url = new URL(`${server.url}/other`);
      const detect = () => sourceOf(type).detect({ url, isGreedy: false }, server.context);
      server.reply = () => ({
        body: '<!DOCTYPE html><html><p>Not here',
        headers: { 'content-type': 'text/html' },
      });
      expect(await detect()).toBeUndefined();
      server.reply = () => ({ body: '<Capabilities xmlns="http://www.opengis.net/cat/csw/3.0"/>' });
      expect(await detect()).toBeUndefined();
      server.reply = () => undefined;
      await expect(detect()).rejects.toMatchObject({
        name: 'OutsideRequestError',
        fault: 'status',
        status: 404,
      });
    },
  );
});
