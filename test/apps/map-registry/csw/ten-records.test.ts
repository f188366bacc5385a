import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RegistryService } from '../registry-service.ts';
import { CswClient, getRecords, matchedOf, titlesOf, type Version, valuesAt } from './csw-client.ts';
import { insertTransaction } from './ten-records.ts';

let service: RegistryService;
let csw: CswClient;

const ENVELOPE =
  '<gml:Envelope><gml:lowerCorner>-13 -80</gml:lowerCorner><gml:upperCorner>15 -30</gml:upperCorner></gml:Envelope>';

beforeAll(async () => {
  service = await RegistryService.start();
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
});
