import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RegistryService } from '../registry-service.ts';
import { CswClient, getRecords, matchedOf, titlesOf, type Version, valuesAt } from './csw-client.ts';
import { insertTransaction } from './ten-records.ts';

let service: RegistryService;
let csw: CswClient;

const ENVELOPE =
  '<gml:Envelope><gml:lowerCorner>-13 -80</gml:lowerCorner><gml:upperCorner>15 -30</gml:upperCorner></gml:Envelope>';

beforeAll(async () => {
  service = await RegistryService.start({
    REGISTRY_PYCSW: '{"metadata:main": {"provider_name": "Ada & Co", "contact_email": "ada@example.org"}}',
  });
  csw = new CswClient(service);
  const operator = await service.signUp('operator', 'operator');
  const inserted = await csw.post(insertTransaction(), operator);
  expect(valuesAt(inserted.text, '//csw:totalInserted')).toEqual(['10']);
});

afterAll(() => service.stop());

describe.each<{ version: Version; property: string }>([
  { version: '2.0.2', property: 'PropertyName' },
  { version: '3.0.0', property: 'ValueReference' },
])('the ten records by version $version', ({ version, property }) => {
  const like = (text: string) =>
    `<f:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><f:${property}>csw:AnyText</f:${property}>
     <f:Literal>${text}</f:Literal></f:PropertyIsLike>`;
  const bbox = (envelope = ENVELOPE) =>
    `<f:BBOX><f:${property}>ows:BoundingBox</f:${property}>${envelope}</f:BBOX>`;

  it('are all found without a filter, ten a page', async () => {
    const reply = await csw.post(getRecords(version, ''));
    expect(matchedOf(reply)).toBe(10);
    expect(titlesOf(reply)).toHaveLength(10);
    expect(valuesAt(reply.text, '//@nextRecord')).toEqual(['0']);
  });

  it.each([
    ['Brasilia', 1],
    ['%Brasilia%', 1],
    ['%roads%', 4],
    ['%ROADS%', 4],
    ['roads', 4],
    ['%asili%', 1],
    ['%köln &amp; düss%', 1],
    ['%depths &lt;sea>%', 1],
    ['%50\\% quantile\\_of%', 1],
    ['%no such text%', 0],
  ])('have a text like %s: %i', async (text, count) => {
    expect(await csw.count(version, like(text))).toBe(count);
  });

  it('are two in a box whose latitudes come first', async () => {
    expect(await csw.count(version, bbox())).toBe(2);
    for (const name of [
      'urn:ogc:def:crs:EPSG::4326',
      'http://www.opengis.net/def/crs/EPSG/0/4326',
      'EPSG:4326',
    ]) {
      const named = ENVELOPE.replace('<gml:Envelope>', `<gml:Envelope srsName="${name}">`);
      expect([name, await csw.count(version, bbox(named))]).toEqual([name, 2]);
    }
  });

  it('are one in a box whose longitudes come first, as CRS84 has them: the world', async () => {
    const named = ENVELOPE.replace(
      '<gml:Envelope>',
      '<gml:Envelope srsName="urn:ogc:def:crs:OGC:1.3:CRS84">',
    );
    expect(titlesOf(await csw.post(getRecords(version, bbox(named))))).toEqual(['Land cover', 'Ice shelves']);
  });

  it('are five of one filter or another, and one of both', async () => {
    expect(await csw.count(version, `<f:Or>${like('Brasilia')}${like('roads')}</f:Or>`)).toBe(5);
    expect(await csw.count(version, `<f:And>${like('roads')}${bbox()}</f:And>`)).toBe(1);
    expect(await csw.count(version, `<f:Not>${like('roads')}</f:Not>`)).toBe(6);
  });

  it('keep what another namespace has in them, in full', async () => {
    const reply = await csw.post(getRecords(version, like('Brasilia'), '', 'full'));
    expect(reply.text).toContain('xmlns:registry="http://gis.harvard.edu/HHypermap/registry/0.1"');
    expect(valuesAt(reply.text, '//registry:property/@value')).toEqual(['owner2']);
    expect(valuesAt(reply.text, '//dc:source')).toEqual(['http://maps2.example.com/wms?map=a&b=c']);
    const prefix = version === '2.0.2' ? 'csw' : 'csw30';
    expect(valuesAt(reply.text, `//${prefix}:Record/dc:identifier`)).toEqual(['urn:test:record:2']);
  });
});

describe('the ten records by CQL', () => {
  it.each([
    ["csw:AnyText LIKE '%roads%'", 4],
    ["AnyText ILIKE 'ROADS' AND NOT dc:title LIKE '%roads%'", 2],
    ["dc:title = 'Land cover'", 1],
    ["dc:title = 'land cover'", 0],
    ["dc:title <> 'Land cover'", 9],
    ["dc:title LIKE 'R%'", 3],
    ["dc:title NOT LIKE 'R%'", 7],
    ["dc:title LIKE '_ce shelves'", 1],
    ["dc:title LIKE 'depths <sea>'", 1],
    ["title IN ('Mobility', 'Land cover', 'None')", 2],
    ["dc:title BETWEEN 'L' AND 'N'", 2],
    ["dc:subject = 'rOaDs' OR apiso:Subject LIKE 'straßen'", 2],
    ['dc:creator IS NULL', 10],
    ['dc:subject IS NOT NULL', 10],
    ["dc:type = 'dataset' AND dc:format = 'OGC:WMS'", 10],
    ["dc:source LIKE '%maps1.example.com%'", 4],
    ["dc:source = 'http://maps2.example.com/wms?map=a&b=c'", 3],
    ["dct:modified > '2014-09-23T05:00:00Z'", 4],
    ["dct:modified = '2014-09-23T05:00:00Z'", 1],
    ["dct:modified <= '2014-09-23'", 10],
    ["dct:modified BETWEEN '2014-09-22' AND '2014-09-23'", 10],
    ["dct:modified LIKE '2014-09-23T05%'", 1],
    ["dc:identifier = 'urn:test:record:7'", 1],
    ['BBOX(ows:BoundingBox, -80, -13, -30, 15)', 2],
    ["BBOX(ows:BoundingBox, -80, -13, -30, 15, 'EPSG:4326')", 2],
    ['WITHIN(ows:BoundingBox, ENVELOPE(-80, -30, 15, -13))', 1],
    ['CONTAINS(ows:BoundingBox, POINT(-60 0))', 2],
    ['DISJOINT(BoundingBox, POLYGON((-80 -13, -30 -13, -30 15, -80 15, -80 -13)))', 8],
    ['EQUALS(ows:BoundingBox, ENVELOPE(-180, 180, 90, -90))', 1],
    ['TOUCHES(ows:BoundingBox, ENVELOPE(-50, -40, 5, 0))', 1],
    ['OVERLAPS(ows:BoundingBox, ENVELOPE(-60, -40, 5, 0))', 1],
    ['CROSSES(ows:BoundingBox, ENVELOPE(-60, -40, 5, 0))', 0],
    ["(dc:title = 'Mobility' OR dc:title = 'Land cover') AND BBOX(ows:BoundingBox, -80, -13, -30, 15)", 1],
    ["dc:title = 'Mobility' OR dc:title = 'Land cover' AND dc:title = 'none'", 1],
    ["NOT (dc:title = 'Mobility' OR \"dc:title\" = 'Land cover')", 8],
  ])('%s: %i', async (cql, count) => {
    expect([cql, await csw.countByCql(cql)]).toEqual([cql, count]);
  });
});

describe('the ten records by other filters', () => {
  const property = '<f:PropertyName>dc:title</f:PropertyName>';
  const literal = (text: string) => `<f:Literal>${text}</f:Literal>`;

  it.each([
    [`<f:PropertyIsEqualTo>${property}${literal('Mobility')}</f:PropertyIsEqualTo>`, 1],
    [`<f:PropertyIsEqualTo matchCase="false">${property}${literal('MOBILITY')}</f:PropertyIsEqualTo>`, 1],
    [`<f:PropertyIsLessThan>${literal('Mobility')}${property}</f:PropertyIsLessThan>`, 5],
    [`<f:PropertyIsNull>${property}</f:PropertyIsNull>`, 0],
    [
      `<f:PropertyIsBetween>${property}<f:LowerBoundary>${literal('L')}</f:LowerBoundary><f:UpperBoundary>${literal('N')}</f:UpperBoundary></f:PropertyIsBetween>`,
      2,
    ],
    [
      `<f:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!">${property}${literal('?and*')}</f:PropertyIsLike>`,
      1,
    ],
    [
      `<f:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!" matchCase="true">${property}${literal('r*')}</f:PropertyIsLike>`,
      0,
    ],
    ['<f:FeatureId fid="urn:test:record:1"/><f:FeatureId fid="urn:test:record:2"/>', 2],
    [
      '<f:Intersects><f:PropertyName>ows:BoundingBox</f:PropertyName><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>-13 -80 15 -80 15 -30 -13 -30 -13 -80</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></f:Intersects>',
      2,
    ],
    [
      '<f:BBOX><f:PropertyName>ows:BoundingBox</f:PropertyName><gml:Box srsName="EPSG:3857"><gml:coordinates>-8905559,-1459732 -3339584,1689200</gml:coordinates></gml:Box></f:BBOX>',
      2,
    ],
  ])('%s: %i', async (filter, count) => {
    expect(await csw.count('2.0.2', filter)).toBe(count);
  });
});

describe('the forms of the ten records', () => {
  const get = (parameters: Readonly<Record<string, string>>) =>
    csw.get('2.0.2', { request: 'GetRecords', typeNames: 'csw:Record', ...parameters });

  it('come sorted, by pages', async () => {
    const sorted = await get({ sortBy: 'dc:title:D', maxRecords: '2', startPosition: '2' });
    expect(titlesOf(sorted)).toHaveLength(2);
    expect(titlesOf(sorted)).not.toContain('Temperatures');
    expect(valuesAt(sorted.text, '//@nextRecord')).toEqual(['4']);
    const byDate = await get({ sortBy: 'dct:modified:D', maxRecords: '1' });
    expect(valuesAt(byDate.text, '//dc:identifier')).toEqual(['urn:test:record:9']);
  });

  it('come counted alone', async () => {
    const hits = await get({ resultType: 'hits' });
    expect([matchedOf(hits), titlesOf(hits)]).toEqual([10, []]);
  });

  it('come with the elements that a request names', async () => {
    const named = await get({ elementName: 'dc:title,ows:BoundingBox', maxRecords: '1' });
    expect(valuesAt(named.text, '//csw:Record/*')).toHaveLength(2);
    expect(valuesAt(named.text, '//ows:LowerCorner')).toEqual(['-10 -70']);
  });

  it('come by ISO 19139 and as Atom', async () => {
    const iso = await get({
      outputSchema: 'http://www.isotc211.org/2005/gmd',
      maxRecords: '1',
      elementSetName: 'full',
    });
    expect(valuesAt(iso.text, '//gmd:MD_Metadata/gmd:fileIdentifier/gco:CharacterString')).toEqual([
      'urn:test:record:1',
    ]);
    expect(valuesAt(iso.text, '//gmd:westBoundLongitude/gco:Decimal')).toEqual(['-70']);
    const atom = await get({ outputSchema: 'http://www.w3.org/2005/Atom', maxRecords: '1' });
    expect(valuesAt(atom.text, '//csw:SearchResults/atom:entry/atom:title')).toEqual(['Roads of Amazonia']);
  });

  it('come one by one as documents, by GetRepositoryItem', async () => {
    const item = (id: string) => csw.get('2.0.2', { request: 'GetRepositoryItem', id });
    const found = await item('urn:test:record:2');
    expect(found.status).toBe(200);
    expect(valuesAt(found.text, '/csw:Record/dc:title')).toEqual(['Plan of Brasilia']);
    expect(valuesAt(found.text, '//registry:property/@value')).toEqual(['owner2']);
    expect((await item('none')).status).toBe(404);
  });

  it('have values that GetDomain lists', async () => {
    const domain = await csw.get('2.0.2', { request: 'GetDomain', propertyName: 'dc:format,dct:modified' });
    expect(valuesAt(domain.text, '//csw:Value')).toEqual(['OGC:WMS']);
    expect(valuesAt(domain.text, '//csw:MinValue | //csw:MaxValue')).toEqual([
      '2014-09-23T00:00:00Z',
      '2014-09-23T09:00:00Z',
    ]);
    const parameter = await csw.get('3.0.0', {
      request: 'GetDomain',
      parameterName: 'GetRecords.resultType',
    });
    expect(valuesAt(parameter.text, '//csw30:Value')).toEqual(['hits', 'results', 'validate']);
  });

  it('are described, and the catalogue with its operations', async () => {
    const described = await csw.get('2.0.2', { request: 'DescribeRecord' });
    expect(valuesAt(described.text, '//csw:SchemaComponent/@targetNamespace')).toHaveLength(2);
    for (const version of ['2.0.2', '3.0.0'] as const) {
      const capabilities = await csw.get(version, { request: 'GetCapabilities' });
      const names = valuesAt(capabilities.text, '//*[local-name()="Operation"]/@name');
      expect(names).toEqual(
        expect.arrayContaining(['GetRecords', 'GetRecordById', 'Transaction', 'Harvest']),
      );
    }
    const capabilities = await csw.get('2.0.2', { request: 'GetCapabilities' });
    expect(valuesAt(capabilities.text, '//ows:ProviderName | //ows:ElectronicMailAddress')).toEqual([
      'Ada & Co',
      'ada@example.org',
    ]);
    const newest = await csw.query({ service: 'CSW', request: 'GetCapabilities' });
    expect(valuesAt(newest.text, '/csw30:Capabilities/@version')).toEqual(['3.0.0']);
    const accepted = await csw.query({
      service: 'CSW',
      request: 'GetCapabilities',
      acceptVersions: '1.0.0,2.0.2',
    });
    expect(valuesAt(accepted.text, '/csw:Capabilities/@version')).toEqual(['2.0.2']);
  });

  it('may be read by pages of any site', async () => {
    expect((await get({ maxRecords: '1' })).headers.get('access-control-allow-origin')).toBe('*');
    const asked = await service.send('OPTIONS', '/hypermap/csw');
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([204, 'Content-Type']);
  });
});

describe('the ten records as JSON', () => {
  it('have counts as texts, as clients of the original know them', async () => {
    const parameters = { request: 'GetRecords', typeNames: 'csw:Record', outputFormat: 'application/json' };
    const or = "csw:AnyText LIKE '%brasilia%' OR csw:AnyText LIKE '%roads%'";
    const reply = await csw.get('2.0.2', { ...parameters, constraint: or });
    expect(reply.headers.get('content-type')).toBe('application/json');
    const results = reply.json['csw:GetRecordsResponse']['csw:SearchResults'];
    expect(results['@numberOfRecordsMatched']).toBe('5');
    expect(results['csw:SummaryRecord']).toHaveLength(5);
  });
});

describe('the ten records by OpenSearch', () => {
  const search = (parameters: Readonly<Record<string, string>>) =>
    csw.get('3.0.0', {
      mode: 'opensearch',
      request: 'GetRecords',
      elementsetname: 'full',
      typenames: 'csw:Record',
      resulttype: 'results',
      outputformat: 'application/json',
      ...parameters,
    });

  it.each([
    [{}, '10'],
    [{ q: 'Brasilia' }, '1'],
    [{ q: 'roads' }, '4'],
    [{ q: 'cars roads' }, '1'],
    [{ q: '"roads cars"' }, '0'],
    [{ bbox: '-80,-13,-30,15' }, '2'],
    [{ q: 'roads', bbox: '-80,-13,-30,15' }, '1'],
    [{ bbox: '170,-90,-170,90' }, '2'],
    [{ time: '2014-09-23T00:00:00Z/' }, '10'],
    [{ time: '/2014-09-22' }, '0'],
    [{ time: '/2014-09-23' }, '10'],
    [{ time: '2014-09-23T04:00:00Z/2014-09-23T06:00:00Z' }, '3'],
    [{ time: '2014' }, '10'],
    [{ recordIds: 'urn:test:record:3,urn:test:record:4,none' }, '2'],
  ])('%j: %s', async (parameters, total) => {
    expect((await search(parameters)).json['atom:feed']['os:totalResults']).toBe(total);
  });

  it('come in pages, each with the address of the next', async () => {
    const first = (await search({ maxrecords: '4', startposition: '1' })).json['atom:feed'];
    expect(first['atom:entry']).toHaveLength(4);
    const next = first['atom:link'].find((link: Record<string, string>) => link['@rel'] === 'next')['@href'];
    const second = await fetch(next.replace(/^.*\/registry/, service.url));
    const feed = JSON.parse(await second.text())['atom:feed'];
    expect([feed['os:startIndex'], feed['atom:entry'][0]['atom:title']]).toEqual([
      '5',
      'ROADS in Köln & Düsseldorf',
    ]);
  });

  it('come as a feed of Atom', async () => {
    const reply = await search({ q: 'brasilia', outputformat: 'application/atom+xml' });
    expect(reply.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
    expect(valuesAt(reply.text, '/atom:feed/atom:entry/atom:title')).toEqual(['Plan of Brasilia']);
  });

  it('are described in a document whose template finds them', async () => {
    const reply = await service.send('GET', '/opensearch');
    expect(reply.headers.get('content-type')).toBe('application/opensearchdescription+xml');
    const [template = ''] = valuesAt(reply.text, '//osd:Url/@template');
    const filled = template
      .replace('{searchTerms?}', 'roads')
      .replace('{geo:box?}', '-80,-13,-30,15')
      .replace(/\{[^}]*\}/g, '');
    const found = await fetch(filled);
    expect(valuesAt(await found.text(), '//os:totalResults')).toEqual(['1']);
  });
});

describe('a catalogue', () => {
  it('has its own records alone', async () => {
    await service.platform.database('map_registry.catalogs').insert({ slug: 'other', name: 'Other' });
    const other = new CswClient(service, 'other');
    expect(await other.countByCql("csw:AnyText LIKE '%'")).toBe(0);
    expect((await other.get('3.0.0', { request: 'GetRecordById', id: 'urn:test:record:1' })).status).toBe(
      404,
    );
    const capabilities = await other.get('2.0.2', { request: 'GetCapabilities' });
    expect(new Set(valuesAt(capabilities.text, '//ows:HTTP/*/@*[local-name()="href"]'))).toEqual(
      new Set([`${service.url}/other/csw`]),
    );
  });

  it('has the same counts where another one has the same records many times', async () => {
    await service.platform.database('map_registry.catalogs').insert({ slug: 'crowded', name: 'Crowded' });
    const crowded = new CswClient(service, 'crowded');
    const operator = await service.signUp('crowd', 'operator');
    for (let copy = 0; copy < 20; copy += 1) {
      const copies = insertTransaction()
        .replaceAll('urn:test:record:', `urn:test:${copy}:`)
        .replaceAll('<dct:alternative>', `<dct:alternative>${copy}_`);
      const { status } = await crowded.post(copies, operator);
      expect(status).toBe(200);
    }
    expect(await crowded.countByCql("csw:AnyText LIKE '%roads%'")).toBe(80);
    const box = 'BBOX(ows:BoundingBox, -80, -13, -30, 15)';
    const counts = ["csw:AnyText LIKE '%'", "csw:AnyText LIKE '%roads%'", box].map((cql) =>
      csw.countByCql(cql),
    );
    expect(await Promise.all(counts)).toEqual([10, 4, 2]);
  });
});
