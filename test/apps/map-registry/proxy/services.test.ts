import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import { parse } from 'yaml';
import { GradientServer } from './gradient-server.ts';
import { type LayerOfTest, ProxyService, pictureOf } from './proxy-service.ts';

const BOX = { minX: -20, minY: 10, maxX: 40, maxY: 60 };

let server: GradientServer;
let service: ProxyService;
/** Its name has what names have at their worst. */
let layer: LayerOfTest;

beforeAll(async () => {
  [server, service] = await Promise.all([GradientServer.start(), ProxyService.start()]);
  layer = await service.addLayer(
    'topp:a/b, ü?',
    { kind: 'map', serverUrl: server.url, systems: ['EPSG:4326', 'EPSG:3857'] },
    { box: BOX },
  );
});

afterEach(() => server.reset());

afterAll(async () => {
  await service.stop();
  await server.close();
});

// biome-ignore lint/suspicious/noExplicitAny: tests compare what is in it.
async function xmlOf(response: Response): Promise<any> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return new XMLParser({ ignoreAttributes: false, removeNSPrefix: true }).parse(await response.text());
}

describe('a layer', () => {
  it('has the same tile by path, by parameters of WMTS, and as a map of WMS', async () => {
    const byPath = await layer.tile('default_grid/3/4/2.png');
    expect(byPath.headers.get('content-type')).toBe('image/png');
    expect(byPath.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(byPath.headers.get('access-control-allow-origin')).toBe('*');
    const parameters = new URLSearchParams({
      SERVICE: 'WMTS',
      VERSION: '1.0.0',
      REQUEST: 'GetTile',
      LAYER: layer.name,
      STYLE: 'default',
      FORMAT: 'image/png',
      TILEMATRIXSET: 'default_grid',
      TILEMATRIX: '3',
      TILEROW: '2',
      TILECOL: '4',
    });
    const byParameters = await layer.get(`/service?${parameters}`);
    const etags = [byPath, byParameters].map(({ headers }) => headers.get('etag'));
    expect(new Set(etags).size).toBe(1);
    const unchanged = await layer.tile('default_grid/3/4/2.png', { 'If-None-Match': etags[0] ?? '' });
    expect(unchanged.status).toBe(304);
    expect(server.asked).toHaveLength(1);
    await Promise.all([byPath.arrayBuffer(), byParameters.arrayBuffer()]);
  });

  it('has a map of WMS that is a tile from the cache', async () => {
    const plain = await service.addLayer('aligned', {
      kind: 'map',
      serverUrl: server.url,
      systems: ['EPSG:4326'],
    });
    const tile = await plain.tile('WGS84/2/4/1.png');
    const map = await plain.map({ BBOX: '0,0,45,45', WIDTH: '256', HEIGHT: '256' });
    expect(map.headers.get('etag')).toBe(tile.headers.get('etag'));
    expect(server.asked).toHaveLength(1);
    await Promise.all([tile.arrayBuffer(), map.arrayBuffer()]);
  });

  it('is found by its id as well', async () => {
    const byId = await fetch(
      layer.mapUrl.replace(/layer\/.*$/, `layer/${layer.id}/map/wmts/1.0.0/WMTSCapabilities.xml`),
    );
    expect((await xmlOf(byId)).Capabilities.Contents.Layer.Identifier).toBe(layer.name);
  });

  it('has capabilities of WMS in both versions', async () => {
    const get = (version: string) =>
      layer.get(`/service?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=${version}`);
    const { WMS_Capabilities: newer } = await xmlOf(await get('1.3.0'));
    const { WMT_MS_Capabilities: older } = await xmlOf(await get('1.1.1'));
    expect(newer['@_version']).toBe('1.3.0');
    expect(older['@_version']).toBe('1.1.1');
    for (const { Service, Capability } of [newer, older]) {
      expect(Service.Title).toBe(`The layer ${layer.name}`);
      expect(Service.Abstract).toBe('Where & <what>');
      expect(Capability.Layer.Layer.Name).toBe(layer.name);
      expect(Capability.Request.GetMap.DCPType.HTTP.Get.OnlineResource['@_href']).toBe(
        `${layer.mapUrl}/service?`,
      );
      expect(Capability.Request.GetFeatureInfo).toBeUndefined();
    }
    expect(newer.Capability.Layer.EX_GeographicBoundingBox).toEqual({
      westBoundLongitude: -20,
      eastBoundLongitude: 40,
      southBoundLatitude: 10,
      northBoundLatitude: 60,
    });
  });

  it('has capabilities of WMTS whose template leads to tiles', async () => {
    const { Capabilities } = await xmlOf(await layer.get('/wmts/1.0.0/WMTSCapabilities.xml'));
    const { Layer, TileMatrixSet } = Capabilities.Contents;
    expect(TileMatrixSet.map((set: { Identifier: string }) => set.Identifier)).toEqual([
      'default_grid',
      'WGS84',
    ]);
    expect(Layer.Format).toEqual(['image/png', 'image/vnd.jpeg-png', 'image/jpeg']);
    const url = Layer.ResourceURL['@_template']
      .replace('{TileMatrixSet}', 'default_grid')
      .replace('{TileMatrix}', '1')
      .replace('{TileCol}', '1')
      .replace('{TileRow}', '0');
    expect((await pictureOf(await fetch(url))).widthPixels).toBe(256);
    expect(url).toBe(`${layer.mapUrl}/wmts/${encodeURIComponent(layer.name)}/default_grid/1/1/0.png`);
  });

  it('has a TMS, which counts rows from the south', async () => {
    const box = { minX: -180, minY: -90, maxX: 180, maxY: 90 };
    const world = await service.addLayer(
      'the world/ä',
      { kind: 'map', serverUrl: server.url, systems: ['EPSG:4326', 'EPSG:3857'] },
      { box },
    );
    const { TileMapService: list } = await xmlOf(await world.get('/tms/'));
    expect(list.Title).toBe('The layer the world/ä');
    const [mercator, geodetic] = list.TileMaps.TileMap;
    expect([mercator['@_profile'], geodetic['@_profile']]).toEqual(['global-mercator', 'global-geodetic']);
    const { TileMap: map } = await xmlOf(await fetch(geodetic['@_href']));
    expect([map.SRS, map.Origin, map.BoundingBox]).toEqual([
      'EPSG:4326',
      { '@_x': '-180', '@_y': '-90' },
      { '@_minx': '-180', '@_miny': '-90', '@_maxx': '180', '@_maxy': '90' },
    ]);
    const level = map.TileSets.TileSet[2];
    expect(level['@_units-per-pixel']).toBe(String(0.703125 / 4));
    // The row 1 of 4 from the south is the row 2 from the north.
    const [fromSouth, fromNorth] = await Promise.all([
      fetch(`${level['@_href']}/5/1.png`),
      world.tile('WGS84/2/5/2.png'),
    ]);
    expect(fromSouth.headers.get('etag')).toBe(fromNorth.headers.get('etag'));
    await Promise.all([fromSouth.arrayBuffer(), fromNorth.arrayBuffer()]);
  });

  it.each(['Mercator', 'WGS84'])('is drawn alike where its TMS is harvested: %s', async (grid) => {
    const original = await service.addLayer(
      `original ${grid}`,
      { kind: 'map', serverUrl: server.url, systems: ['EPSG:4326', 'EPSG:3857'] },
      { box: BOX },
    );
    const { TileMapService: list } = await xmlOf(await original.get('/tms/1.0.0'));
    const [mercator, geodetic] = list.TileMaps.TileMap;
    const url: string = (grid === 'WGS84' ? geodetic : mercator)['@_href'];
    const harvested = await service.addHarvested('OSGeo:TMS', url, `The layer original ${grid}`);
    const path = grid === 'WGS84' ? 'WGS84/3/8/2.png' : 'default_grid/3/4/2.png';
    const [first, second] = await Promise.all(
      [original, harvested].map(async (each) => pictureOf(await each.tile(path))),
    );
    expect(second?.at(100, 100)).toEqual(first?.at(100, 100));
    expect(second?.at(20, 230)).toEqual(first?.at(20, 230));
  });

  it('has its configuration as YAML', async () => {
    const response = await layer.get('/config');
    expect(response.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(parse(await response.text())).toMatchObject({
      layers: [{ name: layer.name }],
      sources: { layer_source: { service_type: 'OGC:WMS', coverage: { bbox: [-20, 10, 40, 60] } } },
      grids: { default_grid: { srs: 'EPSG:3857', origin: 'nw' } },
    });
  });

  it('tells no password of its server', async () => {
    const drawing = { kind: 'map', serverUrl: server.url, systems: ['EPSG:4326'] } as const;
    const guarded = await service.addLayer('guarded', drawing);
    const { database } = service.platform;
    await database('map_registry.services')
      .whereIn('id', database('map_registry.layers').where({ id: guarded.id }).select('service_id'))
      .update({ url: 'http://reader:secret@maps.example.org/wms' });
    const text = await (await guarded.get('/config')).text();
    expect(text).toContain('url: http://maps.example.org/wms');
    expect(text).not.toContain('secret');
  });

  it('has a page with a map', async () => {
    for (const path of ['', '/', '/demo/']) {
      const page = await (await layer.get(path)).text();
      expect(page).toContain('Where &amp; &lt;what&gt;');
      const [, source = ''] = /<img [^>]*src="([^"]+)"/.exec(page) ?? [];
      const picture = await pictureOf(await fetch(new URL(source.replaceAll('&amp;', '&'), layer.mapUrl)));
      expect([picture.widthPixels, picture.heightPixels]).toEqual([736, 613]);
    }
  });
});

describe('what is not there', () => {
  it.each([
    [
      '/nowhere',
      404,
      'There is no such resource. The page of the map lists what there is: it ends with /map/.',
    ],
    ['/tms/1.0.0/{layer}/other', 404, 'There is no TileMap "other".'],
    ['/tms/1.0.0/other/WGS84', 404, 'There is no Layer "other".'],
    ['/tms/1.0.0/{layer}/WGS84/1/0/7.png', 400, 'Level 1 of WGS84 has 2 rows and 4 columns.'],
    [
      '/tms/2.0.0/{layer}/WGS84',
      404,
      'There is no such resource. The page of the map lists what there is: it ends with /map/.',
    ],
    ['/wmts/other/default_grid/0/0/0.png', 404, 'There is no Layer "other".'],
    ['/wmts/{layer}/other/0/0/0.png', 404, 'There is no TileMatrixSet "other".'],
    ['/wmts/{layer}/default_grid/30/0/0.png', 404, 'There is no TileMatrix "30".'],
    ['/wmts/{layer}/default_grid/1/2/0.png', 400, 'Level 1 of default_grid has 2 rows and 2 columns.'],
    ['/wmts/{layer}/default_grid/1/x/0.png', 400, 'TileCol has to be a whole number.'],
    ['/wmts/{layer}/default_grid/1/0/0.exe', 404, 'There is no Format "exe".'],
    ['/wmts/%zz/default_grid/1/0/0.png', 400, 'The path is not percent-encoded UTF-8.'],
    ['/service?SERVICE=WFS', 400, 'SERVICE has to be WMTS or WMS.'],
  ])('%s is refused with %d', async (path, status, message) => {
    const response = await layer.get(path.replace('{layer}', encodeURIComponent(layer.name)));
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain(`<ows:ExceptionText>${message}</ows:ExceptionText>`);
  });

  it.each([
    ['/registry/other/layer/1/map/config', 'There is no catalogue "other".'],
    ['/registry/hypermap/layer/999999/map/config', 'The catalogue has no layer "999999".'],
    ['/registry/hypermap/layer/x/map/config', 'The catalogue has no layer "x".'],
  ])('%s is refused with 404', async (path, message) => {
    const response = await fetch(`${service.url}${path}`);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining(message)]);
  });

  it('a layer that is not public is not shown', async () => {
    const drawing = { kind: 'map', serverUrl: server.url, systems: ['EPSG:4326'] } as const;
    const secret = await service.addLayer('secret', drawing, { isPublic: false });
    expect((await secret.tile('default_grid/0/0/0.png')).status).toBe(404);
    expect(server.asked).toEqual([]);
  });

  it('a layer that its server cannot draw is told so', async () => {
    const { platform } = service;
    const drawing = { kind: 'map', serverUrl: server.url, systems: ['EPSG:4326'] } as const;
    const record = await service.addLayer('record', drawing);
    await platform.database('map_registry.layers').where({ id: record.id }).update({ drawing: null });
    const response = await record.get('/config');
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining('It is not known how the layer is drawn. A check of its service may find out.'),
    ]);
  });

  it('another method is refused', async () => {
    const response = await fetch(`${layer.mapUrl}/config`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('a wrong request of WMS', () => {
  it.each([
    [{ LAYERS: 'other' }, 'LayerNotDefined'],
    [{ STYLES: 'red' }, 'StyleNotDefined'],
    [{ SRS: 'EPSG:2056' }, 'InvalidSRS'],
    [{ FORMAT: 'image/gif' }, 'InvalidFormat'],
    [{ BBOX: '0,0,x,1' }, 'InvalidParameterValue'],
    [{ WIDTH: '100000' }, 'InvalidParameterValue'],
    [{ REQUEST: 'GetFeatureInfo' }, 'OperationNotSupported'],
  ])('%j is a service exception', async (differing, code) => {
    const response = await layer.map({ BBOX: '0,0,10,10', ...differing });
    expect(response.status).toBe(code === 'OperationNotSupported' ? 501 : 400);
    expect(await response.text()).toContain(`code="${code}"`);
    expect(server.asked).toEqual([]);
  });
});
