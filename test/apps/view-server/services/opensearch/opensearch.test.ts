import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { XmlDocument } from 'libxml2-wasm';
import { footprintOf, type Position } from '../../../../../src/apps/view-server/catalogue/footprint.ts';
import { storeProduct } from '../../../../../src/apps/view-server/catalogue/store-product.ts';
import { sampleProduct } from '../../catalogue/sample-products.ts';
import { RegistrationSite } from '../../registrar/registration-site.ts';

let site: RegistrationSite;
let url: string;
let products: string;

/** A triangle whose box holds what it does not hold. */
const TRIANGLE: Position[] = [
  [10, 40],
  [20, 40],
  [10, 50],
];

beforeAll(async () => {
  site = await RegistrationSite.start();
  const origin = await site.serve();
  url = `${origin}/opensearch`;
  products = `${url}/collections/collection`;
  const store = (identifier: string, differing: Parameters<typeof sampleProduct>[1]) =>
    site.platform.database.transaction((transaction) =>
      storeProduct(transaction, sampleProduct(identifier, { collections: ['collection'], ...differing }), {
        replaces: false,
      }),
    );
  const day = (number: number) => new Date(Date.UTC(2018, 5, number));
  await store('A', { begins: day(1), ends: day(2), properties: { cloudCover: 10, platform: 'PHR' } });
  await store('<B>&"', {
    begins: day(3),
    ends: day(4),
    properties: { cloudCover: 50, platform: 'SPOT' },
    coverages: [],
  });
  await store('C', { begins: day(5), ends: day(6), footprint: footprintOf([[TRIANGLE]]) });
  await store('D', { begins: day(7), ends: day(8), box: { minX: 177, minY: -19, maxX: -178, maxY: -16 } });
});

afterAll(() => site.stop());

interface FeatureCollection {
  readonly properties: {
    readonly totalResults: number;
    readonly links: readonly { readonly rel: string; readonly href: string }[];
  };
  readonly features: readonly {
    readonly id: string;
    readonly bbox: readonly number[];
    readonly geometry: { readonly type: string };
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
}

async function search(query: string, address = `${products}/json`): Promise<FeatureCollection> {
  const response = await fetch(address.includes('?') ? address : `${address}?${query}`);
  expect([query, response.status]).toEqual([query, 200]);
  return (await response.json()) as FeatureCollection;
}

async function found(query: string): Promise<readonly string[]> {
  return (await search(query)).features.map(({ id }) => id);
}

async function xml(address: string): Promise<{ text: string; find: (xpath: string) => readonly string[] }> {
  const response = await fetch(address);
  expect(response.status).toBe(200);
  const text = await response.text();
  const document = XmlDocument.fromString(text);
  const namespaces = {
    os: 'http://a9.com/-/spec/opensearch/1.1/',
    atom: 'http://www.w3.org/2005/Atom',
    dc: 'http://purl.org/dc/elements/1.1/',
    georss: 'http://www.georss.org/georss',
  };
  return { text, find: (xpath) => document.find(xpath, namespaces).map(({ content }) => content) };
}

describe('the two steps', () => {
  it('lead from the description of collections to the products of one', async () => {
    const root = await xml(url);
    const [template = ''] = root.find("//os:Url[@type='application/atom+xml']/@template");
    expect(template).toContain(`${url}/atom?q={searchTerms?}`);
    const collections = await xml(template.replace(/\{[^}]*\}/g, ''));
    expect(collections.find('//atom:entry/dc:identifier')).toEqual(['collection']);
    const [address = ''] = collections.find("//atom:entry/atom:link[@rel='search']/@href");
    const description = await xml(address);
    const [ofProducts = ''] = description.find("//os:Url[@type='application/geo+json']/@template");
    expect(ofProducts).toContain('bbox={geo:box?}');
    const page = await search('', ofProducts.replace(/\{[^}]*\}/g, ''));
    expect(page.features.map(({ id }) => id)).toEqual(['D', 'C', '<B>&"', 'A']);
  });

  it('find collections by text, place and time', async () => {
    const count = async (query: string) => (await search(query, `${url}/json`)).properties.totalResults;
    expect(await count('q=COLL')).toBe(1);
    expect(await count('q=none')).toBe(0);
    expect(await count('bbox=0,-80,1,-70')).toBe(0);
    expect(await count('bbox=16,48,17,49&start=2018-06-01&end=2018-06-02')).toBe(1);
    expect(await count('start=2019-01-01')).toBe(0);
  });
});

describe('products are found', () => {
  it.each([
    ['q=b', ['<B>&"']],
    ['uid=A', ['A']],
    ['bbox=16,48,17,49', ['<B>&"', 'A']],
    ['bbox=18,48,19,49', []],
    ['bbox=10,40,11,41', ['C']],
    ['bbox=179,-18,-179,-17', ['D']],
    ['bbox=16.5,48.5,16.5,48.5', ['<B>&"', 'A']],
    ['geom=POLYGON((18 48,19 48,19 49,18 48))', []],
    ['geom=POLYGON((9 39,30 39,30 60,9 60,9 39))', ['C', '<B>&"', 'A']],
    ['geom=POLYGON((11 41,12 41,12 42,11 41))', ['C']],
    ['geom=POLYGON((178 -18,-179 -18,-179 -17,178 -17,178 -18))', ['D']],
    ['geom=POINT(16.5 48.5)', ['<B>&"', 'A']],
    ['geom=LINESTRING(0 45,12 45)', ['C']],
    ['geom=MULTIPOINT((11 41),(0 0))', ['C']],
    ['lat=48.5&lon=16.5', ['<B>&"', 'A']],
    ['lat=48.5&lon=18', []],
    ['lat=48.5&lon=18&radius=80000', ['<B>&"', 'A']],
    ['lat=48.5&lon=18&radius=70000', []],
    ['lat=-17.5&lon=-177&radius=120000', ['D']],
    ['start=2018-06-05', ['D', 'C']],
    ['end=2018-06-03T00:00:00Z', ['A']],
    ['start=2018-06-03T12:00:00Z&end=2018-06-05T12:00:00Z', ['C', '<B>&"']],
    ['cloudCover=[0,20]', ['D', 'C', 'A']],
    ['cloudCover=]10,50[', []],
    ['cloudCover=50', ['<B>&"']],
    ['cloudCover=[50', ['<B>&"']],
    ['cloudCover=50[', ['D', 'C', 'A']],
    ['platform={SPOT,none}', ['<B>&"']],
    ['platform=phr&cloudCover=[0,20]&bbox=16,48,17,49', ['A']],
    ['productType=none', []],
    ['q=&bbox=&count=2', ['D', 'C']],
  ])('by %s', async (query, expected) => {
    expect(await found(encodeURI(query))).toEqual(expected);
  });

  it('with their place, time and properties', async () => {
    const { features } = await search('uid=D');
    expect(features[0]).toMatchObject({
      bbox: [177, -19, -178, -16],
      geometry: { type: 'MultiPolygon' },
      properties: {
        begin: '2018-06-07T00:00:00.000Z',
        date: '2018-06-07T00:00:00.000Z/2018-06-08T00:00:00.000Z',
      },
    });
  });
});

describe('pages', () => {
  it('are linked with each other', async () => {
    const ids: string[] = [];
    const links = ({ properties }: FeatureCollection) =>
      new Map(properties.links.map(({ rel, href }) => [rel, new URL(href).searchParams.get('startIndex')]));
    let next: string | undefined = `${products}/json?count=3&end=2030-01-01`;
    const seen: ReturnType<typeof links>[] = [];
    while (next) {
      const page: FeatureCollection = await search('', next);
      ids.push(...page.features.map(({ id }) => id));
      seen.push(links(page));
      next = page.properties.links.find(({ rel }) => rel === 'next')?.href;
    }
    expect(ids).toEqual(['D', 'C', '<B>&"', 'A']);
    expect(seen.map((each) => Object.fromEntries(each))).toEqual([
      { self: '1', first: '1', next: '4', last: '4' },
      { self: '4', first: '1', prev: '1', last: '4' },
    ]);
  });

  it('may hold nothing but the number of results', async () => {
    const { properties, features } = await search('count=0');
    expect([properties.totalResults, features]).toEqual([4, []]);
  });
});

describe('a format', () => {
  it('is Atom, with everything escaped', async () => {
    const feed = await xml(`${products}/atom`);
    expect(feed.find('//os:totalResults')).toEqual(['4']);
    expect(feed.find('//atom:entry/dc:identifier')).toEqual(['D', 'C', '<B>&"', 'A']);
    expect(feed.find('//atom:entry[last()]/georss:box')).toEqual(['48 16 49 17']);
    expect(feed.find("//atom:feed/atom:link[@rel='first']/@href")).toHaveLength(1);
  });

  it('is RSS', async () => {
    const feed = await xml(`${products}/rss?uid=A`);
    expect(feed.find('/rss/channel/item/dc:date')).toEqual([
      '2018-06-01T00:00:00.000Z/2018-06-02T00:00:00.000Z',
    ]);
  });

  it('is a page for people, with everything escaped and without scripts', async () => {
    const response = await fetch(`${products}/html?q=b`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await response.text();
    expect(text).toContain('&lt;B&gt;&amp;&quot;');
    expect(text).not.toContain('<B>');
  });

  it.each([
    ['kml', 404],
    ['xml', 404],
  ])('is not %s', async (format, status) => {
    expect((await fetch(`${products}/${format}`)).status).toBe(status);
  });
});

describe('a search in an odd box', () => {
  it.each([
    '180,-90,-180,90',
    '-180,-90,-180,90',
    '180,-90,-170,90',
    '170,-90,-180,90',
    '120,45,120.00000000000002,45.00000000000001',
    '0,90,0,90',
  ])('has results, or none: %s', async (bbox) => {
    const response = await fetch(`${products}/json?bbox=${bbox}`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('features')]);
  });
});

describe('a search is refused', () => {
  it.each([
    'bbox=1,2,3',
    'bbox=1,2,3,a',
    'bbox=1,2,3,4,5',
    'bbox=0,0,1,91',
    'bbox=-181,0,1,1',
    'bbox=0,5,1,4',
    'start=yesterday',
    'start=2018-02-30',
    'start=2018-06-02&end=2018-06-01',
    'geom=POLYGON((1 2,3 4',
    'geom=POLYGON((1 2,3 4))',
    'geom=CIRCLE(1 2)',
    'geom=POINT(1 100)',
    'geom=POINT(a b)',
    'geom=POINT()',
    'geom=MULTIPOINT()',
    'geom=POLYGON EMPTY',
    'lat=1',
    'lon=1',
    'radius=1',
    'lat=91&lon=0',
    'lat=0&lon=0&radius=-1',
    'count=-1',
    'count=501',
    'count=1.5',
    'count=many',
    'startIndex=0',
    'startIndex=100001',
    'cloudCover=much',
    'cloudCover=[1',
    'cloudCover=[1,',
    'cloudCover=[2,1]',
    'cloudCover=1,2',
    'q=a&q=b',
    'q=%00',
    'unknown=1',
    'BBOX=1,2,3,4',
  ])('with %s', async (query) => {
    if (query === 'cloudCover=[1') {
      // A range without an end is one.
      expect((await fetch(`${products}/json?${query}`)).status).toBe(200);
      return;
    }
    const response = await fetch(`${products}/json?${query}`);
    const { detail } = (await response.json()) as { detail: string };
    expect([query, response.status]).toEqual([query, 400]);
    expect(detail).toMatch(/\w/);
  });

  it('in a collection that there is not', async () => {
    for (const path of ['/collections/none', '/collections/none/json', '/collections/__proto__/json']) {
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    }
    expect((await fetch(`${products}/json`, { method: 'POST' })).status).toBe(405);
  });
});
