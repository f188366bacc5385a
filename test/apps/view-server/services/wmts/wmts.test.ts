import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import sharp from 'sharp';
import { TilesService } from '../../tiles-service.ts';

/** The tile that a product of a test nearly fills. */
const TILE = 'WGS84/3/3/8';

let service: TilesService;

beforeEach(async () => {
  service = await TilesService.start();
  await service.register({});
});

afterEach(() => service.stop());

function kvp(differing: Record<string, string | undefined> = {}): string {
  const parameters: Record<string, string | undefined> = {
    service: 'WMTS',
    request: 'GetTile',
    version: '1.0.0',
    layer: 'images',
    style: 'default',
    format: 'image/png',
    tilematrixset: 'WGS84',
    tilematrix: '3',
    tilerow: '3',
    tilecol: '8',
    ...differing,
  };
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.set(name, value);
  return `?${given}`;
}

/** Returns the grey in the middle of a tile; 0 where it is transparent. */
async function middle(response: Response): Promise<number> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const image = sharp(Buffer.from(await response.arrayBuffer()));
  const { data } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (128 * 256 + 128) * 4;
  return data[at + 3] === 0 ? 0 : (data[at] ?? 0);
}

async function fault(response: Response): Promise<unknown> {
  const { 'ows:ExceptionReport': report } = new XMLParser({ ignoreAttributes: false }).parse(
    await response.text(),
  );
  const { '@_exceptionCode': code, '@_locator': locator } = report['ows:Exception'];
  return [response.status, code, locator, response.headers.get('content-type')];
}

describe('a tile', () => {
  it('is the same by path and by parameters, with rows from the north', async () => {
    const byPath = await service.get(`/wmts/1.0.0/images/default/${TILE}.png`);
    const byParameters = await service.get(`/${kvp()}`);
    expect(byPath.headers.get('content-type')).toBe('image/png');
    expect(byPath.headers.get('etag')).toBe(byParameters.headers.get('etag'));
    expect(await middle(byPath)).toBe(100);
    expect(await middle(await service.get(kvp({ tilerow: '4' })))).toBe(0);
    expect(await middle(await service.get(kvp({ style: undefined })))).toBe(100);
  });

  it('is drawn once', async () => {
    await service.get(kvp());
    await service.get(kvp());
    expect(service.renderer.requests).toEqual([
      expect.objectContaining({
        layer: 'images',
        srs: 'EPSG:4326',
        box: { minX: 0, minY: 0, maxX: 22.5, maxY: 22.5 },
        widthPixels: 256,
        interval: undefined,
        maximumProducts: 30,
      }),
    ]);
  });

  it('is one of the other grid', async () => {
    const tile = await service.get('/wmts/1.0.0/images/default/GoogleMapsCompatible/4/7/8.png');
    expect(await middle(tile)).toBe(100);
    expect(service.renderer.requests[0]?.srs).toBe('EPSG:3857');
  });

  it.each([
    ['2018-06-01T00%3A00%3A00Z--2018-07-01T00%3A00%3A00Z', 100],
    ['2018-06-01T00%3A00%3A00Z%2F2018-07-01T00%3A00%3A00Z', 100],
    ['2018', 100],
    ['default', 100],
    // The product is at its edge.
    ['2018-06-01T10%3A05%3A00Z--2018-07-01T00%3A00%3A00Z', 0],
    ['2017', 0],
  ])('shows the products of the time %s', async (time, grey) => {
    expect(await middle(await service.get(`/wmts/1.0.0/images/default/${time}/${TILE}.png`))).toBe(grey);
    expect(await middle(await service.get(kvp({ time: decodeURIComponent(time) })))).toBe(grey);
    expect(service.renderer.requests).toHaveLength(1);
  });

  it('is a JPEG where that is asked for, or where no pixel is transparent', async () => {
    await service.register({ identifier: 'whole', box: { minX: -1, minY: -1, maxX: 24, maxY: 24 } });
    const typeOf = async (extension: string, tile = TILE) =>
      (await service.get(`/wmts/1.0.0/images/default/${tile}.${extension}`)).headers.get('content-type');
    expect(await typeOf('mixed')).toBe('image/jpeg');
    expect(await typeOf('mixed', 'WGS84/2/1/4')).toBe('image/png');
    expect(await typeOf('jpg', 'WGS84/2/1/4')).toBe('image/jpeg');
    expect(await typeOf('png')).toBe('image/png');
  });

  it('is not sent to a client that has it', async () => {
    const first = await service.get(kvp());
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('public, max-age=3600');
    const second = await service.get(kvp(), { 'if-none-match': `"other", W/${etag}` });
    expect([second.status, second.headers.get('etag'), await second.text()]).toEqual([304, etag, '']);
    expect((await service.get(kvp(), { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('says when products were left out', async () => {
    expect((await service.get(kvp())).headers.get('x-products-cut')).toBeNull();
    await service.register(...Array.from({ length: 30 }, (_, index) => ({ identifier: `product-${index}` })));
    for (const asked of ['first', 'from the cache']) {
      const tile = await service.get(kvp());
      expect([asked, tile.headers.get('x-products-cut')]).toEqual([asked, 'true']);
    }
  });

  it('has the picture of a product that was replaced as soon as the registration has ended', async () => {
    const far = kvp({ tilecol: '12' });
    await service.get(far);
    for (const version of [2, 3, 4]) {
      expect(await middle(await service.get(kvp()))).toBe(98 + version);
      await service.register({});
      expect(await middle(await service.get(kvp()))).toBe(99 + version);
    }
    const drawn = service.renderer.requests.length;
    await service.get(far);
    expect(service.renderer.requests).toHaveLength(drawn);
  });

  it('is removed where a product was, and where it has moved to', async () => {
    const there = kvp({ tilecol: '12' });
    expect(
      await Promise.all([service.get(kvp()), service.get(there)].map(async (tile) => middle(await tile))),
    ).toEqual([100, 0]);
    await service.register({ box: { minX: 91, minY: 1, maxX: 112, maxY: 22 } });
    expect(
      await Promise.all([service.get(kvp()), service.get(there)].map(async (tile) => middle(await tile))),
    ).toEqual([0, 101]);
  });
});

describe('a request that cannot be done', () => {
  const XML = 'application/xml; charset=utf-8';

  it.each([
    [{ layer: 'nothing' }, 400, 'InvalidParameterValue', 'Layer'],
    [{ layer: undefined }, 400, 'MissingParameterValue', 'LAYER'],
    [{ style: 'red' }, 400, 'InvalidParameterValue', 'Style'],
    [{ tilematrixset: 'Mars' }, 400, 'InvalidParameterValue', 'TileMatrixSet'],
    [{ tilematrix: '18' }, 400, 'InvalidParameterValue', 'TileMatrix'],
    [{ tilematrix: '-1' }, 400, 'InvalidParameterValue', 'TileMatrix'],
    [{ tilerow: '8' }, 400, 'TileOutOfRange', 'TileRow'],
    [{ tilerow: '10000000' }, 400, 'TileOutOfRange', 'TileRow'],
    [{ tilecol: '16' }, 400, 'TileOutOfRange', 'TileCol'],
    [{ tilecol: '1e3' }, 400, 'InvalidParameterValue', 'TileCol'],
    [{ tilecol: '9'.repeat(400) }, 400, 'InvalidParameterValue', 'TileCol'],
    [{ format: 'image/gif' }, 400, 'InvalidParameterValue', 'FORMAT'],
    [{ time: '2018-02-30' }, 400, 'InvalidParameterValue', 'TIME'],
    [{ version: '2.0.0' }, 400, 'InvalidParameterValue', 'VERSION'],
    [
      { request: 'GetCapabilities', acceptversions: '2.0.0' },
      400,
      'VersionNegotiationFailed',
      'ACCEPTVERSIONS',
    ],
    [{ request: 'GetFeatureInfo' }, 501, 'OperationNotSupported', 'REQUEST'],
  ])('by parameters has a report: %j', async (differing, status, code, locator) => {
    expect(await fault(await service.get(kvp(differing)))).toEqual([status, code, locator, XML]);
  });

  it.each([
    ['nothing/default/WGS84/3/3/8.png', 404, 'Layer'],
    ['images/red/WGS84/3/3/8.png', 404, 'Style'],
    ['images/default/Mars/3/3/8.png', 404, 'TileMatrixSet'],
    ['images/default/WGS84/30/3/8.png', 404, 'TileMatrix'],
    ['images/default/WGS84/3/3/8.gif', 404, 'Format'],
    ['images/default/WGS84/3/3/8', 404, 'Format'],
    ['images/default/yesterday/WGS84/3/3/8.png', 400, 'TIME'],
    ['images/default/WGS84/3/x/8.png', 400, 'TileRow'],
    ['images', 404, undefined],
    ['images/default/%2e%2e%2f%2e%2e/WGS84/3/3/8.png', 400, 'TIME'],
    ['images/%E0%A4%A/WGS84/3/3/8.png', 400, undefined],
  ])('by path has a report: %s', async (path, status, locator) => {
    expect(await fault(await service.get(`/wmts/1.0.0/${path}`))).toEqual([
      status,
      'InvalidParameterValue',
      locator,
      XML,
    ]);
  });

  it('is no empty picture where drawing fails, and nothing of it is kept', async () => {
    service.renderer.onDraw = () => {
      throw new Error('secret of the server');
    };
    const failed = await service.get(kvp());
    expect(failed.headers.get('cache-control')).toBe('no-store');
    expect(await failed.clone().text()).not.toContain('secret');
    expect(await fault(failed)).toEqual([500, 'NoApplicableCode', undefined, XML]);
    service.renderer.onDraw = () => undefined;
    expect(await middle(await service.get(kvp()))).toBe(100);
  });

  it('has no other methods', async () => {
    const response = await fetch(`${service.url}/cache/ows${kvp()}`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('the capabilities', () => {
  it('are the same by path and by parameters, with all layers, grids and times', async () => {
    const text = await (await service.get('/wmts/1.0.0/WMTSCapabilities.xml')).text();
    expect(await (await service.get('?service=WMTS&request=GetCapabilities')).text()).toBe(text);
    const { Capabilities } = new XMLParser({ ignoreAttributes: false }).parse(text);
    const layers: Record<string, unknown>[] = Capabilities.Contents.Layer;
    expect(layers.map((layer) => layer['ows:Identifier'])).toEqual([
      'images',
      'images__TRUE_COLOR',
      'images__outlines',
      'images__outlined',
      'elevation',
      'elevation__TRUE_COLOR',
      'elevation__outlines',
      'elevation__outlined',
    ]);
    expect(layers[0]).toMatchObject({
      'ows:Title': 'Images & more',
      'ows:WGS84BoundingBox': { 'ows:LowerCorner': '1 1', 'ows:UpperCorner': '22 22' },
      Dimension: {
        Default: 'default',
        Value: ['default', '2018-06-01T10:00:00Z--2018-06-01T10:05:00Z'],
      },
    });
    expect(layers[4]).not.toHaveProperty('ows:WGS84BoundingBox');
    const grids: Record<string, unknown>[] = Capabilities.Contents.TileMatrixSet;
    expect(grids.map((grid) => grid['ows:Identifier'])).toEqual(['WGS84', 'GoogleMapsCompatible']);
  });

  it('have paths that lead to tiles', async () => {
    const text = await (await service.get('/wmts/1.0.0/WMTSCapabilities.xml')).text();
    const [, template = ''] = /template="([^"]*\/images\/[^"]*\.mixed)"/.exec(text) ?? [];
    const filled = template
      .replace('{Style}', 'default')
      .replace('{time}', '2018-06-01T10:00:00Z--2018-06-01T10:05:00Z')
      .replace('{TileMatrixSet}', 'WGS84')
      .replace('{TileMatrix}', '3')
      .replace('{TileRow}', '3')
      .replace('{TileCol}', '8');
    expect(await middle(await fetch(filled))).toBe(100);
  });
});

describe('the map service of the cache', () => {
  const MAP = {
    service: 'WMS',
    request: 'GetMap',
    version: '1.1.1',
    layers: 'images',
    styles: '',
    srs: 'EPSG:4326',
    bbox: '0,0,22.5,22.5',
    width: '256',
    height: '256',
    format: 'image/png',
    transparent: 'TRUE',
  };
  const map = (differing: Record<string, string> = {}) =>
    service.get(`?${new URLSearchParams({ ...MAP, ...differing })}`);

  it('sends a tile where a map is one, in both versions', async () => {
    const tile = await service.get(kvp());
    const etag = tile.headers.get('etag');
    expect((await map()).headers.get('etag')).toBe(etag);
    const newer = new URLSearchParams({ ...MAP, version: '1.3.0', crs: 'CRS:84' });
    newer.delete('srs');
    expect((await service.get(`?${newer}`)).headers.get('etag')).toBe(etag);
    newer.set('crs', 'EPSG:4326');
    expect((await service.get(`?${newer}`)).headers.get('etag')).toBe(etag);
    expect(await middle(await map({ bbox: '22.5,0,45,22.5' }))).toBe(0);
    expect(await middle(await map({ time: '2018-06-01/2018-07-01' }))).toBe(100);
  });

  it.each([
    { bbox: '0,0,22,22' },
    { width: '300' },
    { transparent: 'FALSE' },
    { layers: 'images,elevation' },
  ])('has other maps drawn: %j', async (differing) => {
    await map();
    const drawn = service.renderer.requests.length;
    const response = await map(differing);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    // These are drawn by the renderer of the map service, which is not the one of the test.
    expect(service.renderer.requests).toHaveLength(drawn);
  });

  it('has capabilities with its own address, and reports of its own', async () => {
    const text = await (await service.get('?service=WMS&request=GetCapabilities')).text();
    expect(text).toContain(`xlink:href="${service.url}/cache/ows?"`);
    expect(text).toContain('<Name>images__outlines</Name>');
    const unknown = await map({ layers: 'nothing' });
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('LayerNotDefined')]);
    const neither = await service.get('?service=WCS&request=GetCapabilities');
    expect(await fault(neither)).toEqual([
      400,
      'InvalidParameterValue',
      'SERVICE',
      'application/xml; charset=utf-8',
    ]);
  });
});
