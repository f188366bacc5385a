import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutsideRequestError } from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import { FAULTS, type Fault, sendFault } from '../../../../src/apps/map-registry/sandbox/stand-ins/faults.ts';
import { MAP_SOURCES, sourceOf } from '../../../../src/apps/map-registry/sources/index.ts';
import { type MapSource, SourceError } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { MapServer } from './map-server.ts';

/** Long enough that a busy machine does not take a good server for a silent one. */
const TIMEOUT_SECONDS = 3;
const MEBIBYTE = 1024 ** 2;
const TYPES = ['OGC:WMS', 'OGC:WMTS', 'OSGeo:TMS'] as const;

let server: MapServer;
beforeAll(async () => {
  server = await MapServer.start(TIMEOUT_SECONDS);
});
afterAll(() => server.close());

/** Faults that take all the time that they are given. */
const SILENT: readonly Fault[] = ['hang', 'drip'];

/** From now on a path is that of a fault. */
function serveFaults(): void {
  server.reply = ({ pathname }) => {
    const fault = FAULTS.find((each) => pathname === `/${each}`);
    return fault && ((request, response) => sendFault(fault, request, response));
  };
}

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    if (error instanceof OutsideRequestError) return `${error.fault}: ${error.message}`;
    if (error instanceof SourceError) return error.message;
    throw error;
  }
}

/** What a WMS with each fault has for a reason. */
const REASONS: Readonly<Record<Fault, RegExp>> = {
  hang: /^timeout: .* did not send a whole reply within 3 seconds\.$/,
  drip: /^timeout: .* did not send a whole reply within 3 seconds\.$/,
  error: /^status: .* replied with the status 500\.$/,
  'redirect-loop': /^redirects: .* redirects (in a loop|too many times)\.$/,
  huge: /^(too-large: .* sent more than the 32 MiB|timeout:)/,
  'huge-compressed': /^(too-large: .* sent more than the 32 MiB|timeout:)/,
  page: /does not send the capabilities of a WMS, but a web page\.$/,
  'wrong-encoding': /^no error$/,
  'xml-bomb': /cannot be read: .*entity/,
  'xml-file': /cannot be read: .*entity/,
  deep: /cannot be read: it is nested too deeply\.$/,
  attributes: /does not send the capabilities of a WMS, but something that is not XML\.$/,
  'cut-off': /^broken-reply: /,
};

describe('a WMS with a fault', () => {
  function harvest(fault: Fault) {
    const service = { type: 'OGC:WMS', url: `${server.url}/${fault}`, validators: {} } as const;
    return sourceOf('OGC:WMS').harvest(service, server.context);
  }

  async function expectReason(fault: Fault): Promise<void> {
    expect(await outcomeOf(harvest(fault))).toMatch(REASONS[fault]);
  }

  it.each(FAULTS.filter((fault) => !SILENT.includes(fault)))('%s: ends with a reason', async (fault) => {
    serveFaults();
    await expectReason(fault);
  });

  it(`${SILENT.join(' and ')}: end at the limit of time`, async () => {
    serveFaults();
    await Promise.all(SILENT.map(expectReason));
  });

  it('is read where its encoding is not the one that it names', async () => {
    serveFaults();
    expect(await harvest('wrong-encoding')).toMatchObject({
      title: 'Gewässer',
      layers: [{ name: 'fluesse', title: 'Flüsse' }],
    });
  });
});

describe('an endpoint with a fault', () => {
  async function detectAll(fault: Fault): Promise<void> {
    const url = new URL(`${server.url}/${fault}`);
    const detect = (source: MapSource) => source.detect({ url, isGreedy: false }, server.context);
    expect(await Promise.all(MAP_SOURCES.map((source) => outcomeOf(detect(source))))).not.toContain('');
  }

  it.each(FAULTS.filter((fault) => !fault.startsWith('huge') && !SILENT.includes(fault)))(
    '%s: is nothing, or has a reason, for each kind of source',
    async (fault) => {
      serveFaults();
      await detectAll(fault);
    },
  );

  it(`${SILENT.join(' and ')}: have a reason for each kind of source`, async () => {
    serveFaults();
    await Promise.all(SILENT.map(detectAll));
  });
});

/** Capabilities with one layer. */
function wmsOf(layer: string): string {
  return `<WMS_Capabilities version="1.3.0"><Capability><Layer><Name>a</Name>${layer}</Layer></Capability></WMS_Capabilities>`;
}

describe('a description', () => {
  async function readAs(type: (typeof TYPES)[number], body: string | Buffer): Promise<string> {
    server.reply = () => ({ body, headers: { 'content-type': 'text/xml' } });
    const service = { type, url: `${server.url}/ows`, validators: {} };
    return outcomeOf(sourceOf(type).harvest(service, server.context));
  }

  it.each<[string, RegExp, (body: string) => string]>([
    [
      'of more elements than fit into memory',
      /it has more than 500000 elements/,
      (root) => root.replace('/>', `>${'<a/>'.repeat(500_001)}`),
    ],
    ['that ends early', /cannot be read: /, (root) => root.replace('/>', '>')],
    ['of something after its end', /cannot be read: /, (root) => `${root}${root}`],
    ['with a character that XML does not have', /cannot be read: /, (root) => root.replace('/>', '>\u0000')],
  ])('%s is refused', async (_name, reason, build) => {
    expect(await readAs('OGC:WMS', build('<WMT_MS_Capabilities version="1.1.1"/>'))).toMatch(reason);
    expect(
      await readAs('OGC:WMTS', build('<Capabilities xmlns="http://www.opengis.net/wmts/1.0"/>')),
    ).toMatch(reason);
    expect(await readAs('OSGeo:TMS', build('<TileMapService version="1.0.0"/>'))).toMatch(reason);
  });

  it.each<[string, (index: number) => string]>([
    ['boxes in as many systems', (index) => `<BoundingBox CRS="EPSG:${index}" minx="1"/>`],
    ['names of the same system', (index) => `<BoundingBox CRS="EPSG:4326${' '.repeat(index % 100)}"/>`],
    ['equal boxes', () => '<BoundingBox CRS="EPSG:4326"/>'],
  ])('of a layer with 60,000 %s is read', async (_name, boxAt) => {
    const boxes = Array.from({ length: 60_000 }, (_unused, index) => boxAt(index)).join('');
    expect(await readAs('OGC:WMS', wmsOf(`<EX_GeographicBoundingBox/>${boxes}`))).toBe('no error');
  });

  it('of a layer with 150,000 keywords is read', async () => {
    const keywords = Array.from({ length: 150_000 }, (_unused, index) => `<Keyword>${index}</Keyword>`);
    const list = `<KeywordList>${keywords.join('')}</KeywordList>`;
    expect(await readAs('OGC:WMS', wmsOf(list))).toBe('no error');
  });

  it('without a layer is a service without layers, or none', async () => {
    expect(await readAs('OGC:WMS', '<WMS_Capabilities/>')).toMatch(/it has no capability/);
    expect(await readAs('OGC:WMS', '<WMS_Capabilities><Capability/></WMS_Capabilities>')).toBe('no error');
    expect(await readAs('OGC:WMTS', '<Capabilities xmlns="http://www.opengis.net/wmts/1.0"/>')).toMatch(
      /contents/,
    );
    expect(await readAs('OSGeo:TMS', '<TileMapService/>')).toBe('no error');
    expect(await readAs('OSGeo:TMS', '<TileMap/>')).toBe('no error');
  });

  it('with a text of more than a mebibyte is refused', async () => {
    expect(await readAs('OGC:WMS', wmsOf(`<Title>${'a'.repeat(2 * MEBIBYTE)}</Title>`))).toMatch(
      /cannot be read: it has a text or a tag of more than a mebibyte\.$/,
    );
  });

  it('of more layers than memory for them is refused', async () => {
    const layer = (index: number) => `<Layer><Name>${index}</Name><Title>${'é'.repeat(500)}</Title></Layer>`;
    const layers = Array.from({ length: 30_000 }, (_unused, index) => layer(index)).join('');
    expect(await readAs('OGC:WMS', wmsOf(layers))).toMatch(/it takes more than 24 MiB of memory\.$/);
  });

  it('of JSON, of more values than memory for them is refused', async () => {
    server.reply = () => ({ body: `{"layers":[${'{},'.repeat(300_000)}{}]}` });
    const url = `${server.url}/arcgis/rest/services/a/MapServer`;
    const service = { type: 'ESRI:ArcGIS:MapServer', url, validators: {} } as const;
    expect(await outcomeOf(sourceOf('ESRI:ArcGIS:MapServer').harvest(service, server.context))).toMatch(
      /sent JSON of more than 300000 values\.$/,
    );
  });

  it('of a catalogue, of more elements than memory for them is refused', async () => {
    const records = '<a/>'.repeat(50_001);
    server.reply = () => ({
      body: `<Capabilities xmlns="http://www.opengis.net/cat/csw/2.0.2">${records}</Capabilities>`,
    });
    const service = { type: 'OGC:CSW', url: `${server.url}/csw`, validators: {} } as const;
    expect(await outcomeOf(sourceOf('OGC:CSW').harvest(service, server.context))).toMatch(
      /sent XML of more than 50000 elements\.$/,
    );
  });

  it('that is an exception is quoted', async () => {
    const report =
      '<ServiceExceptionReport version="1.3.0"><ServiceException code="x"><![CDATA[No such map: a.map]]></ServiceException></ServiceExceptionReport>';
    expect(await readAs('OGC:WMS', report)).toMatch(
      /does not send the capabilities of a WMS, but an exception: No such map: a\.map\.$/,
    );
  });

  it('of 32 MiB and a byte is refused', async () => {
    expect(await readAs('OGC:WMS', Buffer.alloc(32 * MEBIBYTE + 1, ' '))).toMatch(/^too-large/);
  });

  it('is not waited for where the caller has ended', async () => {
    const stopped = new AbortController();
    server.serveFiles({ '/ows': 'mapserver-wms-1.3.0.xml' });
    const service = { type: 'OGC:WMS', url: `${server.url}/ows`, validators: {} } as const;
    const harvest = sourceOf('OGC:WMS').harvest(service, { ...server.context, signal: stopped.signal });
    stopped.abort(new Error('the engine stops'));
    await expect(harvest).rejects.toThrow('the engine stops');
  });
});
