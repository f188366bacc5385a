import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresSearchEngine } from '../../../../src/apps/map-registry/search-engines/postgres/postgres-search-engine.ts';
import { storeCatalog } from '../indexing/stored-layer.ts';
import { RegistryService } from '../registry-service.ts';
import { IndexedCatalog } from '../search-engines/indexed-catalog.ts';

const LAYERS = [
  { name: 'L1', box: [-40, -40, -20, -20], created: '2000-03-01' },
  { name: 'L2', box: [-40, 20, -20, 40], created: '2001-03-01' },
  { name: 'L3', box: [20, 20, 40, 40], created: '2002-03-01' },
  { name: 'L4', box: [20, -40, 40, -20], created: '2003-03-01' },
] as const;

/** Every row of what the API does, by its parameters: the status, strict and not, and a part of the body. */
const TABLE: readonly (readonly [string, Record<string, string>, number, number, object])[] = [
  [
    'everything in the world',
    { 'q.time': '[* TO *]', 'q.geo': '[-90,-180 TO 90,180]' },
    200,
    200,
    { 'a.matchDocs': 4, 'd.docs': [] },
  ],
  [
    'names with underscores',
    { q_text: '"title of L3"', d_docs_limit: '10' },
    200,
    200,
    { 'a.matchDocs': 1, 'd.docs': [expect.objectContaining({ title: 'A title of L3' })] },
  ],
  ['a box', { 'q.geo': '[0,0 TO 30,30]' }, 200, 200, { 'a.matchDocs': 1 }],
  [
    'a box that touches one from the other side',
    { 'q.geo': '[-30,-30 TO 0,0]' },
    200,
    200,
    { 'a.matchDocs': 1 },
  ],
  ['a box that cuts all four', { 'q.geo': '[-30,-30 TO 30,30]' }, 200, 200, { 'a.matchDocs': 4 }],
  ['a box between them', { 'q.geo': '[-5,-5 TO 5,5]' }, 200, 200, { 'a.matchDocs': 0 }],
  ['a box without TO', { 'q.geo': '[-5,-5 5,5]' }, 400, 400, { 'q.geo': [expect.any(String)] }],
  ['a box with letters', { q_geo: '[a,b TO c,d]' }, 400, 400, { q_geo: [expect.any(String)] }],
  [
    'a box that is not finite',
    { 'q.geo': '[NaN,0 TO Infinity,5]' },
    400,
    400,
    { 'q.geo': [expect.any(String)] },
  ],
  ['a box outside the world', { 'q.geo': '[-91,0 TO 5,5]' }, 400, 400, { 'q.geo': [expect.any(String)] }],
  ['a box upside down', { 'q.geo': '[5,0 TO 1,5]' }, 400, 400, { 'q.geo': [expect.any(String)] }],
  [
    'a time without TO',
    { 'q.time': '[2000-01-01 - 2001-01-01T00:00:00]' },
    400,
    400,
    { 'q.time': [expect.any(String)] },
  ],
  ['a time', { 'q.time': '[2000-01-01 TO 2001-01-01T00:00:00]' }, 200, 200, { 'a.matchDocs': 1 }],
  ['a time that is none', { 'q.time': '[2000-13-01 TO *]' }, 400, 400, { 'q.time': [expect.any(String)] }],
  ['a time that ends first', { 'q.time': '[2001 TO 2000]' }, 400, 400, { 'q.time': [expect.any(String)] }],
  [
    'a time long ago',
    { 'q.time': '[-500000000 TO *]' },
    200,
    200,
    { request_body: expect.stringContaining('"from":"-500000000-01-01T00:00:00Z"'), 'a.matchDocs': 4 },
  ],
  [
    'a histogram',
    { 'q.time': '[* TO *]', 'a.time.limit': '1', 'a.time.gap': 'P1Y' },
    200,
    200,
    {
      'a.matchDocs': 4,
      'a.time': {
        start: '2000-01-01T00:00:00Z',
        end: '2003-01-01T00:00:00Z',
        gap: 'P1Y',
        counts: [2000, 2001, 2002, 2003].map((year) => ({ count: 1, value: `${year}-01-01T00:00:00z` })),
      },
    },
  ],
  [
    'a histogram of years alone',
    { 'q.time': '[2000 TO 2022]', 'a.time.limit': '1', 'a.time.gap': 'P1Y' },
    200,
    200,
    {
      'a.matchDocs': 4,
      'a.time': {
        start: '2000-01-01T00:00:00Z',
        end: '2003-01-01T00:00:00Z',
        gap: 'P1Y',
        counts: [2000, 2001, 2002, 2003].map((year) => ({ count: 1, value: `${year}-01-01T00:00:00z` })),
      },
    },
  ],
  [
    'a histogram of a part of what is found',
    {
      'q.time': '[* TO *]',
      'a.time.limit': '1',
      'a.time.gap': 'P1Y',
      'a.time.filter': '[2001 TO 2002-12-31]',
    },
    200,
    200,
    {
      'a.matchDocs': 4,
      'a.time': expect.objectContaining({
        counts: [2001, 2002].map((year) => ({ count: 1, value: `${year}-01-01T00:00:00z` })),
      }),
    },
  ],
  [
    'the newest, by pages',
    { 'd.docs.limit': '1', 'd.docs.page': '2', 'd.docs.sort': 'time' },
    200,
    200,
    {
      'a.matchDocs': 4,
      'd.docs': [expect.objectContaining({ name: 'L3', layer_date: '2002-03-01T00:00:00Z' })],
    },
  ],
  ['the exact originator', { 'q.user': 'maps.example.org' }, 200, 200, { 'a.matchDocs': 4 }],
  ['a part of an originator', { 'q.user': 'maps' }, 200, 200, { 'a.matchDocs': 0 }],
  [
    'a histogram of nothing',
    { 'q.time': '[1900 TO 1901]', 'a.time.limit': '1', 'a.time.gap': 'P1Y' },
    200,
    200,
    { 'a.time': { start: '*', end: '*', gap: 'P1Y', counts: [] } },
  ],
  ['a gap of two units', { 'a.time.gap': 'P1Y2M' }, 400, 400, { 'a.time.gap': [expect.any(String)] }],
  ['a gap of nothing', { 'a.time.gap': 'P0D' }, 400, 400, { 'a.time.gap': [expect.any(String)] }],
  [
    'a histogram without a time',
    { 'a.time.limit': '1', 'a.time.gap': 'P1Y' },
    400,
    200,
    { error: { msg: expect.stringContaining('q.time') } },
  ],
  [
    'sorting by distance',
    { 'd.docs.sort': 'distance' },
    400,
    200,
    { error: { msg: expect.stringContaining('distance') } },
  ],
  ['an unknown order', { 'd.docs.sort': 'size' }, 400, 400, { 'd.docs.sort': [expect.any(String)] }],
  ['the page 0', { 'd.docs.page': '0' }, 400, 400, { 'd.docs.page': [expect.any(String)] }],
  [
    'a page too far away',
    { 'd.docs.page': '101', 'd.docs.limit': '100' },
    400,
    400,
    { 'd.docs.page': [expect.any(String)] },
  ],
  ['a limit below 0', { 'd.docs.limit': '-1' }, 400, 400, { 'd.docs.limit': [expect.any(String)] }],
  ['a limit with letters', { 'a.user.limit': 'ten' }, 400, 400, { 'a.user.limit': [expect.any(String)] }],
  [
    'originators, types and words',
    { 'a.user.limit': '1', 'a.type.limit': '1', 'a.text.limit': '1' },
    200,
    200,
    {
      'a.user': [{ count: 4, value: 'maps.example.org' }],
      'a.type': [{ count: 4, value: 'OGC:WMS' }],
      'a.text': [{ count: 4, value: 'title' }],
    },
  ],
  [
    'a heat map',
    { 'a.hm.limit': '8', 'q.text': 'L2' },
    200,
    200,
    {
      'a.hm': {
        gridLevel: 2,
        columns: 4,
        rows: 2,
        minX: -180,
        maxX: 180,
        minY: -90,
        maxY: 90,
        projection: 'EPSG:4326',
        counts_ints2D: [[0, 1, 0, 0], null],
      },
    },
  ],
  [
    'a level too fine',
    { 'a.hm.limit': '1', 'a.hm.gridlevel': '99' },
    400,
    400,
    { 'a.hm.gridlevel': [expect.any(String)] },
  ],
  [
    'too many cells',
    { 'a.hm.limit': '1', 'a.hm.gridlevel': '20' },
    400,
    400,
    { 'a.hm.gridlevel': [expect.any(String)] },
  ],
  ['a quote without its other half', { 'q.text': '"river' }, 400, 400, { 'q.text': [expect.any(String)] }],
  [
    'a parenthesis without its other half',
    { 'q.text': '(river' },
    400,
    400,
    { 'q.text': [expect.any(String)] },
  ],
  ['a text with NUL', { 'q.text': 'a\0b' }, 400, 400, { 'q.text': [expect.any(String)] }],
  ['a text that is too long', { 'q.text': 'a'.repeat(1_001) }, 400, 400, { 'q.text': [expect.any(String)] }],
  ['a text of 300 words', { 'q.text': 'a '.repeat(300) }, 400, 400, { 'q.text': [expect.any(String)] }],
  ['an empty parameter', { 'q.geo': '', 'q.text': ' ' }, 200, 200, { 'a.matchDocs': 4 }],
  ['an unknown parameter', { foo: 'bar' }, 200, 200, { 'a.matchDocs': 4 }],
  ['an unknown engine', { search_engine: 'sphinx' }, 400, 400, { search_engine: [expect.any(String)] }],
  [
    'an engine somewhere else',
    { search_engine: 'solr', search_engine_endpoint: 'http://169.254.169.254/' },
    400,
    200,
    {},
  ],
  ['the reply of the engine itself', { original_response: '1' }, 200, 200, { matchCount: '4' }],
];

describe.each([true, false])('searches, strict: %s', (isStrict) => {
  let service: RegistryService;
  beforeAll(async () => {
    service = await RegistryService.start({ REGISTRY_STRICT: String(isStrict) });
    const { database } = service.platform;
    const four = await IndexedCatalog.create(database, new PostgresSearchEngine(database), 'four');
    const ids = [];
    for (const { name, box, created } of LAYERS) {
      const [minX, minY, maxX, maxY] = box;
      ids.push(
        await four.store({ name, title: `A title of ${name}`, box: { minX, minY, maxX, maxY }, created }),
      );
    }
    await four.index(ids);
  });
  afterAll(() => service.stop());

  const search = (slug: string, parameters: Record<string, string> = {}) =>
    service.send('GET', `/${slug}/api/?${new URLSearchParams(parameters)}`);

  it.each(TABLE)('reply to %s', async (_title, parameters, strictStatus, originalStatus, body) => {
    const reply = await search('four', parameters);
    expect({ status: reply.status, body: reply.json }).toEqual({
      status: isStrict ? strictStatus : originalStatus,
      body: expect.objectContaining(body),
    });
  });

  it('reply to a catalogue that does not exist', async () => {
    const reply = await search('nowhere');
    expect([reply.status, reply.json]).toEqual([404, { error: "catalog 'nowhere' not found" }]);
  });

  it('reply to a parameter that is given twice', async () => {
    const reply = await service.send('GET', '/four/api/?q.text=a&q_text=b');
    expect([reply.status, reply.json]).toEqual([400, { q_text: ['It is given more than once.'] }]);
  });

  it('say which request they reply to', async () => {
    const { json } = await search('four', { 'q.text': 'a' });
    expect(json.request_url).toContain('/registry/four/api/?q.text=a');
    expect(JSON.parse(json.request_body)).toMatchObject({ text: { kind: 'words', words: ['a'] } });
  });

  it('forward to a remote catalogue with the same parameters', async () => {
    await storeCatalog(service.platform.database, 'remote', `${service.url}/four/api/`);
    const found = await search('remote', { 'q.text': 'L3', 'd.docs.limit': '1' });
    expect([found.status, found.json]).toEqual([200, expect.objectContaining({ 'a.matchDocs': 1 })]);
    const refused = await search('remote', { 'q.geo': '[-5,-5 5,5]' });
    expect([refused.status, refused.json]).toEqual([400, { 'q.geo': [expect.any(String)] }]);
  });

  it('forward the status of a remote catalogue that is none, as text', async () => {
    await storeCatalog(service.platform.database, 'lost', `${service.url}/nowhere/api/`);
    const reply = await search('lost');
    expect([reply.status, reply.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('text/plain'),
    ]);
  });

  it('end where two remote catalogues name each other', async () => {
    await storeCatalog(service.platform.database, 'here', `${service.url}/there/api/`);
    await storeCatalog(service.platform.database, 'there', `${service.url}/here/api/`);
    const reply = await search('here');
    expect(reply.status).toBe(isStrict ? 502 : 500);
    expect(reply.text).toContain('forwarded already');
  });

  it('are not forwarded to addresses that requests may not go to', async () => {
    await storeCatalog(service.platform.database, 'inside', 'http://169.254.169.254/latest/');
    const reply = await search('inside');
    expect([reply.status, reply.json]).toEqual([
      isStrict ? 502 : 500,
      { error: { msg: expect.stringContaining('169.254.169.254') } },
    ]);
  });
});
