import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { XmlDocument, XmlElement } from 'libxml2-wasm';
import { COLLECTION, MapService } from '../../map-service.ts';

let service: MapService;

beforeAll(async () => {
  service = await MapService.start();
  await service.add({ identifier: 'A', begins: '2018-06-10T10:00:00Z' });
  await service.add({
    identifier: 'B',
    begins: '2017-01-01T00:00:00Z',
    box: { minX: 17, minY: 48, maxX: 18, maxY: 49 },
  });
});

afterAll(() => service.stop());

const CAPABILITIES = { service: 'WMS', request: 'GetCapabilities' };
const NAMESPACES = { wms: 'http://www.opengis.net/wms', xlink: 'http://www.w3.org/1999/xlink' };

async function capabilities(parameters: Record<string, string> = {}): Promise<XmlDocument> {
  const response = await service.get({ ...CAPABILITIES, ...parameters });
  expect(response.status).toBe(200);
  return XmlDocument.fromString(await response.text());
}

function element(found: unknown): XmlElement {
  if (found instanceof XmlElement) return found;
  throw new Error('there is no such element');
}

const texts = (document: XmlDocument, path: string) =>
  document.find(path, NAMESPACES).map((node) => node.content);

describe('the capabilities of 1.3.0', () => {
  it('name the layers, and nothing of single products', async () => {
    const document = await capabilities();
    expect(texts(document, '//wms:Layer/wms:Name')).toEqual([
      COLLECTION,
      `${COLLECTION}__TRUE_COLOR`,
      `${COLLECTION}__outlines`,
      `${COLLECTION}__outlined`,
    ]);
  });

  it('say where and when there are products', async () => {
    const document = await capabilities();
    const layer = `//wms:Layer[wms:Name='${COLLECTION}']`;
    expect(texts(document, `${layer}/wms:Dimension[@name='time']`)).toEqual([
      '2017-01-01T00:00:00.000Z/2018-06-10T10:00:00.000Z/PT1S',
    ]);
    expect(texts(document, `${layer}/wms:EX_GeographicBoundingBox/*`).map(Number)).toEqual([16, 18, 48, 49]);
    const box = element(document.get(`${layer}/wms:BoundingBox[@CRS='EPSG:4326']`, NAMESPACES));
    expect(['minx', 'miny', 'maxx', 'maxy'].map((name) => Number(box.attr(name)?.value))).toEqual([
      48, 16, 49, 18,
    ]);
  });

  it('have absolute addresses, the limits and the systems', async () => {
    const document = await capabilities();
    const resource = element(document.get('//wms:GetMap//wms:OnlineResource', NAMESPACES));
    expect(resource.attr('href', 'xlink')?.value).toBe(`${service.url}?`);
    expect(texts(document, '//wms:Service/wms:MaxWidth')).toEqual(['4096']);
    expect(texts(document, '//wms:CRS')).toEqual(['CRS:84', 'EPSG:4326', 'EPSG:3857']);
  });

  it('are not sent again to a client that has them', async () => {
    const etag = (await service.get(CAPABILITIES)).headers.get('etag') ?? '';
    const headers = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' };
    expect((await service.get(CAPABILITIES, headers)).status).toBe(304);
  });
});

describe('the version of the capabilities', () => {
  it.each([
    ['1.3.0', '1.3.0'],
    ['1.4.0', '1.3.0'],
    ['1.1.1', '1.1.1'],
    ['1.0.0', '1.1.1'],
  ])('for %s is %s', async (wanted, expected) => {
    const document = await capabilities({ version: wanted });
    expect(document.root.attr('version')?.value).toBe(expected);
  });

  it('1.1.1 has longitude first', async () => {
    const document = await capabilities({ version: '1.1.1' });
    const box = element(document.get(`//Layer[Name='${COLLECTION}']/BoundingBox[@SRS='EPSG:4326']`));
    expect(box.attr('minx')?.value).toBe('16');
    expect(texts(document, `//Layer[Name='${COLLECTION}']/Extent`)).toHaveLength(1);
  });
});

describe('the products at a point', () => {
  const POINT = {
    service: 'WMS',
    request: 'GetFeatureInfo',
    version: '1.3.0',
    layers: COLLECTION,
    query_layers: COLLECTION,
    crs: 'EPSG:4326',
    bbox: '48,16,49,18',
    width: '200',
    height: '100',
    i: '150',
    j: '20',
    info_format: 'application/json',
    feature_count: '10',
  };

  it('are GeoJSON', async () => {
    const response = await service.get(POINT);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      type: 'FeatureCollection',
      features: [{ type: 'Feature', id: 'B', properties: { begin: '2017-01-01T00:00:00.000Z' } }],
    });
  });

  it('are a page', async () => {
    const response = await service.get({ ...POINT, info_format: 'text/html' });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('<td>B</td>');
  });

  it('may be none', async () => {
    expect(await (await service.get({ ...POINT, i: '50' })).json()).toMatchObject({ features: [] });
  });

  it.each([
    [{ i: '200' }, 400, 'InvalidPoint'],
    [{ j: 'x' }, 400, 'InvalidPoint'],
    [{ info_format: 'text/plain' }, 400, 'InvalidFormat'],
    [{ query_layers: 'nothing' }, 400, 'LayerNotDefined'],
  ])('are not there for %j', async (differing, status, code) => {
    const response = await service.get({ ...POINT, ...differing });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`code="${code}"`);
  });
});
