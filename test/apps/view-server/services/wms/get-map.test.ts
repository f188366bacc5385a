import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COLLECTION, MapService } from '../../map-service.ts';
import { pixelsOf } from '../../pixels.ts';

const RED = [200, 0, 0, 255];
const GREEN = [0, 200, 0, 255];
const CLEAR = [0, 0, 0, 0];
const WHITE = [255, 255, 255, 255];

let service: MapService;

beforeAll(async () => {
  service = await MapService.start();
  // The left half is red, the right half has no data; below it, an older one is green.
  await service.add({
    identifier: 'NEW',
    nodata: 0,
    begins: '2018-06-10T10:00:00Z',
    draw: (column) => (column < 200 ? [200, 0, 0] : [0, 0, 0]),
  });
  await service.add({
    identifier: 'OLD',
    nodata: 0,
    begins: '2017-06-10T10:00:00Z',
    draw: (_column, row) => (row < 100 ? [0, 200, 0] : [0, 0, 0]),
  });
});

afterAll(() => service.stop());

const MAP = {
  service: 'WMS',
  request: 'GetMap',
  version: '1.3.0',
  layers: COLLECTION,
  styles: '',
  crs: 'CRS:84',
  bbox: '16,48,17,48.5',
  width: '200',
  height: '100',
  format: 'image/png',
  transparent: 'TRUE',
};

const map = (differing: Record<string, string> = {}) => service.get({ ...MAP, ...differing });

describe('a map', () => {
  it('has the newest product on top, and the older one where that has no data', async () => {
    const response = await map();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('x-products-drawn')).toBe('2');
    const { at, widthPixels, heightPixels } = await pixelsOf(response);
    expect([widthPixels, heightPixels]).toEqual([200, 100]);
    expect(at(20, 20)).toEqual(RED);
    expect(at(20, 80)).toEqual(RED);
    expect(at(180, 20)).toEqual(GREEN);
    expect(at(180, 80)).toEqual(CLEAR);
  });

  it.each([
    ['1.3.0 with latitude first', { crs: 'EPSG:4326', bbox: '48,16,48.5,17' }],
    ['1.1.1 with longitude first', { version: '1.1.1', srs: 'EPSG:4326' }],
    ['keys in any case, and without SERVICE', { REQUEST: 'getmap', request: '', service: '' }],
    ['a system in lower case', { crs: 'crs:84' }],
  ])('is the same by %s', async (_title, differing) => {
    const parameters = Object.entries({ ...MAP, ...differing }).filter(([, value]) => value !== '');
    const { at } = await pixelsOf(await service.get(Object.fromEntries(parameters)));
    expect([at(20, 20), at(180, 20), at(180, 80)]).toEqual([RED, GREEN, CLEAR]);
  });

  it('is the same when others are drawn at the same time', async () => {
    const boxes = ['16,48,17,48.5', '16,48,16.5,48.25', '16.6,48.3,16.9,48.45', '16.4,48.2,16.6,48.3'];
    const alone: Buffer[] = [];
    for (const bbox of boxes) alone.push(Buffer.from(await (await map({ bbox })).arrayBuffer()));
    const together = await Promise.all(
      [...boxes, ...boxes].map(async (bbox) => Buffer.from(await (await map({ bbox })).arrayBuffer())),
    );
    expect(together.map((body, index) => body.equals(alone[index % boxes.length] ?? body))).toEqual(
      together.map(() => true),
    );
  });

  it('is drawn in web Mercator', async () => {
    // 16 to 17 degrees east, 48 to 48.5 north.
    const bbox = '1781111.8533,6106854.8348,1892431.3441,6190443.8096';
    const { at } = await pixelsOf(await map({ crs: 'EPSG:3857', bbox }));
    expect([at(20, 20), at(20, 80), at(180, 20), at(180, 80)]).toEqual([RED, RED, GREEN, CLEAR]);
  });

  it('beyond the images is empty', async () => {
    const response = await map({ bbox: '116,48,117,48.5' });
    expect(response.headers.get('x-products-drawn')).toBe('0');
    expect((await pixelsOf(response)).at(100, 50)).toEqual(CLEAR);
  });

  it('shows the products of a time alone', async () => {
    const corners = async (time: string) => {
      const { at } = await pixelsOf(await map({ time }));
      return [at(20, 20), at(180, 20)];
    };
    expect(await corners('2017-01-01T00:00:00Z/2017-12-31T00:00:00Z')).toEqual([GREEN, GREEN]);
    expect(await corners('2018-06-10T10:00:00Z')).toEqual([RED, CLEAR]);
    expect(await corners('2018-06')).toEqual([RED, CLEAR]);
    expect(await corners('2016,2017-06-10')).toEqual([GREEN, GREEN]);
    expect(await corners('2017-06-10,2018-06-10')).toEqual([RED, GREEN]);
    expect(await corners('2016-01-01/2016-12-31')).toEqual([CLEAR, CLEAR]);
  });

  it('may be of one product, of a browse, and of several layers', async () => {
    const old = await pixelsOf(await map({ layers: 'OLD' }));
    expect(old.at(20, 20)).toEqual(GREEN);
    const browse = await pixelsOf(await map({ layers: 'NEW__TRUE_COLOR' }));
    expect(browse.at(20, 20)).toEqual(RED);
    const both = await pixelsOf(await map({ layers: 'NEW,OLD' }));
    expect(both.at(20, 20)).toEqual(GREEN);
    expect(both.at(20, 80)).toEqual(RED);
  });

  it('has outlines, alone or over images', async () => {
    const bbox = '15.9,47.95,17.1,48.55';
    const outlines = await pixelsOf(
      await map({ layers: `${COLLECTION}__outlines`, bbox, width: '240', height: '120' }),
    );
    const [, , , alpha = 0] = outlines.at(20, 60);
    expect(alpha).toBeGreaterThan(100);
    expect(outlines.at(60, 60)).toEqual(CLEAR);
    const outlined = await pixelsOf(
      await map({ layers: `${COLLECTION}__outlined`, bbox, width: '240', height: '120' }),
    );
    expect(outlined.at(60, 60)).toEqual(RED);
  });

  it('without transparency has a background', async () => {
    const white = await pixelsOf(await map({ transparent: 'FALSE' }));
    expect(white.at(180, 80)).toEqual(WHITE);
    const blue = await pixelsOf(await map({ transparent: 'FALSE', bgcolor: '0x0000FF' }));
    expect(blue.at(180, 80)).toEqual([0, 0, 255, 255]);
  });

  it.each([
    ['image/jpeg', MAP.bbox, 'image/jpeg'],
    ['image/vnd.jpeg-png', MAP.bbox, 'image/png'],
    ['mixed', '16.1,48.3,16.2,48.4', 'image/jpeg'],
  ])('is written as %s of %s', async (format, bbox, contentType) => {
    const response = await map({ format, bbox });
    expect(response.headers.get('content-type')).toBe(contentType);
    const [red = 0, green = 0] = (await pixelsOf(response)).at(20, 20);
    expect(red).toBeGreaterThan(180);
    expect(green).toBeLessThan(30);
  });

  it('is not sent again to a client that has it', async () => {
    const first = await map();
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    const etag = first.headers.get('etag') ?? '';
    // Without this, fetch asks for a new picture.
    const headers = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' };
    const again = await service.get(MAP, headers);
    expect(again.status).toBe(304);
    expect((await map({ bbox: '16,48,16.5,48.25' })).headers.get('etag')).not.toBe(etag);
  });

  it('says that older products were left out', async () => {
    const limited = await MapService.start({ TILE_MAX_PRODUCTS: '1' });
    try {
      await limited.add({
        identifier: 'A',
        begins: '2018-01-01',
        nodata: 0,
        draw: (column) => (column < 200 ? [9, 9, 9] : [0, 0, 0]),
      });
      await limited.add({ identifier: 'B', begins: '2017-01-01' });
      const cut = await limited.get(MAP);
      expect(cut.headers.get('x-products-cut')).toBe('true');
      expect((await pixelsOf(cut)).at(180, 20)).toEqual(CLEAR);
      // Where the newest hides the older ones, nothing is missing.
      const whole = await limited.get({ ...MAP, bbox: '16.1,48.3,16.2,48.4' });
      expect(whole.headers.get('x-products-cut')).toBeNull();
    } finally {
      await limited.stop();
    }
  });

  it('is drawn of an image in UTM', async () => {
    // Zone 33, around 15 degrees east and 48 degrees north.
    await service.add({
      identifier: 'UTM',
      srs: 'EPSG:32633',
      box: { minX: 500_000, minY: 5_300_000, maxX: 540_000, maxY: 5_320_000 },
      footprint: { minX: 15, minY: 47.85, maxX: 15.54, maxY: 48.04 },
      draw: (column) => (column < 200 ? [10, 20, 200] : [250, 250, 10]),
    });
    // The middle of the image is at 15.268 east, 47.94 north.
    const { at } = await pixelsOf(
      await map({ layers: 'UTM', bbox: '15.1,47.89,15.436,47.99', width: '336', height: '100' }),
    );
    expect(at(150, 50)).toEqual([10, 20, 200, 255]);
    expect(at(186, 50)).toEqual([250, 250, 10, 255]);
  });

  it('shows a product that was replaced as it is now', async () => {
    const bbox = '20,10,21,10.5';
    const box = { minX: 20, minY: 10, maxX: 21, maxY: 10.5 };
    await service.add({ identifier: 'TWICE', box, draw: () => [1, 2, 3] });
    expect((await pixelsOf(await map({ bbox }))).at(50, 50)).toEqual([1, 2, 3, 255]);
    await service.add({ identifier: 'TWICE', box, draw: () => [4, 5, 6] });
    expect((await pixelsOf(await map({ bbox }))).at(50, 50)).toEqual([4, 5, 6, 255]);
  });
});

describe('a request that is wrong', () => {
  it.each([
    ['no LAYERS', { layers: '' }, 400, 'MissingParameterValue'],
    ['an unknown layer', { layers: 'nothing' }, 400, 'LayerNotDefined'],
    ['an unknown browse', { layers: `${COLLECTION}__NO` }, 400, 'LayerNotDefined'],
    ['an unknown style', { styles: 'pretty' }, 400, 'StyleNotDefined'],
    ['too many styles', { styles: ',' }, 400, 'InvalidParameterValue'],
    ['an unknown system', { crs: 'EPSG:31287' }, 400, 'InvalidCRS'],
    ['an unknown SRS', { version: '1.1.1', srs: 'EPSG:31287' }, 400, 'InvalidSRS'],
    ['an unknown format', { format: 'image/gif' }, 400, 'InvalidFormat'],
    ['a box of three numbers', { bbox: '1,2,3' }, 400, 'InvalidParameterValue'],
    ['a box of words', { bbox: '1,2,3,Infinity' }, 400, 'InvalidParameterValue'],
    ['a box without area', { bbox: '16,48,16,49' }, 400, 'InvalidParameterValue'],
    ['a box beyond the world', { bbox: '1e9,0,2e9,1' }, 400, 'InvalidParameterValue'],
    ['no width', { width: '' }, 400, 'MissingParameterValue'],
    ['a width of 0', { width: '0' }, 400, 'InvalidParameterValue'],
    ['a picture that is too large', { width: '4097' }, 400, 'InvalidParameterValue'],
    ['a width that is no whole number', { width: '2.5' }, 400, 'InvalidParameterValue'],
    ['a colour that is none', { bgcolor: 'red' }, 400, 'InvalidParameterValue'],
    ['a transparency that is none', { transparent: 'maybe' }, 400, 'InvalidParameterValue'],
    ['a time that is none', { time: 'yesterday' }, 400, 'InvalidDimensionValue'],
    ['a day that there is not', { time: '2018-02-30' }, 400, 'InvalidDimensionValue'],
    ['a time that ends before it begins', { time: '2018/2017' }, 400, 'InvalidDimensionValue'],
    ['a time before all years', { time: '0000-01-01' }, 400, 'InvalidDimensionValue'],
    ['no version', { version: '' }, 400, 'MissingParameterValue'],
    ['an unknown version', { version: '2.0.0' }, 400, 'InvalidParameterValue'],
    ['an unknown request', { request: 'GetLegend' }, 501, 'OperationNotSupported'],
  ])('has %s', async (_title, differing: Record<string, string>, status, code) => {
    const parameters = Object.entries({ ...MAP, ...differing }).filter(([, value]) => value !== '');
    const response = await service.get(Object.fromEntries(parameters));
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = await response.text();
    expect(body).toContain('<ServiceExceptionReport');
    expect(body).toContain(`code="${code}"`);
  });

  it('is reported in the form of its version', async () => {
    const old = await map({ version: '1.1.1', srs: 'EPSG:4326', layers: 'nothing' });
    expect(old.headers.get('content-type')).toBe('application/vnd.ogc.se_xml; charset=utf-8');
    expect(await old.text()).toContain('exception_1_1_1.dtd');
    const current = await map({ layers: 'nothing' });
    expect(current.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(await current.text()).toContain('xmlns="http://www.opengis.net/ogc"');
  });

  it.each([
    ['no service', '?request=GetCapabilities', 400, 'MissingParameterValue'],
    ['an unknown service', '?service=WFS&request=GetCapabilities', 400, 'InvalidParameterValue'],
    ['two services', '?service=WMS&SERVICE=WCS', 400, 'InvalidParameterValue'],
    ['nothing', '', 400, 'MissingParameterValue'],
    ['what is no UTF-8', '?service=%FF', 400, 'NoApplicableCode'],
    ['too many parameters', `?${'a=b&'.repeat(101)}`, 400, 'NoApplicableCode'],
    ['too long a query', `?service=WMS&layers=${'x'.repeat(9_000)}`, 414, 'NoApplicableCode'],
  ])('of no service, with %s, gets an OWS report', async (_title, query, status, code) => {
    const response = await fetch(`${service.url}${query}`);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`exceptionCode="${code}"`);
  });

  it('is a picture where the client wants that', async () => {
    const blank = await map({ layers: 'nothing', exceptions: 'BLANK' });
    expect(blank.status).toBe(200);
    expect(blank.headers.get('x-exception-status')).toBe('400');
    expect(blank.headers.get('cache-control')).toBe('no-store');
    expect((await pixelsOf(blank)).at(50, 50)).toEqual(CLEAR);
    const text = await pixelsOf(await map({ layers: 'nothing', exceptions: 'INIMAGE' }));
    expect([text.widthPixels, text.heightPixels]).toEqual([200, 100]);
    const reds = Array.from(
      { length: 200 * 100 },
      (_, index) => text.at(index % 200, Math.floor(index / 200))[1] ?? 255,
    );
    expect(Math.min(...reds)).toBeLessThan(80);
  });

  it('with another method is refused', async () => {
    expect((await fetch(service.url, { method: 'POST', body: 'x' })).status).toBe(405);
  });
});

describe('an image that cannot be read', () => {
  it('is an error, and no empty picture', async () => {
    const box = { minX: 30, minY: 10, maxX: 31, maxY: 10.5 };
    await service.add({
      identifier: 'GONE',
      box,
      product: {
        coverages: [
          {
            identifier: 'GONE_image',
            coverageType: 'image',
            path: 'GONE/other.tif',
            widthPixels: 400,
            heightPixels: 200,
            bandCount: 3,
            srs: 'EPSG:4326',
            box,
          },
        ],
      },
    });
    const bbox = '30,10,31,10.5';
    const response = await map({ bbox });
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('code="NoApplicableCode"');
    // Outlines need no image.
    expect((await map({ bbox, layers: `${COLLECTION}__outlines` })).status).toBe(200);
  });
});
