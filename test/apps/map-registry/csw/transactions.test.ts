import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storeRecords } from '../../../../src/apps/map-registry/csw/records/store-records.ts';
import { noteToIndex } from '../../../../src/apps/map-registry/indexing/note-to-index.ts';
import { eventually } from '../../../support/eventually.ts';
import { RegistryService } from '../registry-service.ts';
import { CswClient, exceptionOf, titlesOf, type Version, valuesAt } from './csw-client.ts';
import { insertLayers } from './stored-layers.ts';

let service: RegistryService;
let csw: CswClient;
let operator: { readonly authorization: string };

beforeAll(async () => {
  service = await RegistryService.start();
  csw = new CswClient(service);
  operator = await service.signUp('operator', 'operator');
});

afterAll(() => service.stop());

function transaction(actions: string, version: Version = '2.0.2'): string {
  const namespace = `http://www.opengis.net/cat/csw/${version === '2.0.2' ? '2.0.2' : '3.0'}`;
  const ows = `http://www.opengis.net/ows${version === '2.0.2' ? '' : '/2.0'}`;
  return `<csw:Transaction xmlns:csw="${namespace}" xmlns:ows="${ows}" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:dct="http://purl.org/dc/terms/" service="CSW" version="${version}">${actions}</csw:Transaction>`;
}

function record(
  title: string,
  further = '',
  source = `http://layers.example.com/${encodeURIComponent(title)}`,
): string {
  return `<csw:Record>${further}<dc:title>${title}</dc:title><dc:format>OGC:WMS</dc:format><dc:source>${source}</dc:source></csw:Record>`;
}

const insert = (...records: readonly string[]) => `<csw:Insert>${records.join('')}</csw:Insert>`;
const where = (cql: string) =>
  `<csw:Constraint version="1.1.0"><csw:CqlText>${cql}</csw:CqlText></csw:Constraint>`;
const remove = (cql: string) => `<csw:Delete>${where(cql)}</csw:Delete>`;
const update = (name: string, value: string, cql: string) =>
  `<csw:Update><csw:RecordProperty><csw:Name>${name}</csw:Name><csw:Value>${value}</csw:Value></csw:RecordProperty>${where(cql)}</csw:Update>`;

async function titles(): Promise<readonly string[]> {
  return titlesOf(
    await csw.get('2.0.2', {
      request: 'GetRecords',
      typeNames: 'csw:Record',
      sortBy: 'dc:title',
      maxRecords: '100',
    }),
  );
}

/** How many transactions wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await service.platform.database.raw(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length;
}

describe('a transaction', () => {
  it('needs an operator in each request, whoever has come before', async () => {
    const body = transaction(insert(record('Refused')));
    const viewer = await service.signUp('viewer', 'viewer');
    const anonymous = await csw.post(body);
    expect([anonymous.status, exceptionOf(anonymous)[0]]).toEqual([401, 'NoApplicableCode']);
    expect(anonymous.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect((await csw.post(body, viewer)).status).toBe(403);
    expect((await csw.post(transaction(remove("dc:title = 'nothing'")), operator)).status).toBe(200);
    expect((await csw.post(body)).status).toBe(401);
    expect(await titles()).not.toContain('Refused');
  });

  it('inserts a record once, however many do so at the same time', async () => {
    const { sent } = await service.platform.database.transaction(async (locking) => {
      await locking.raw('LOCK TABLE map_registry.services IN SHARE MODE');
      const requests = Array.from({ length: 6 }, (_, index) =>
        csw.post(
          transaction(insert(record('At once', '', `http://layers.example.com/at-once/${index}`))),
          operator,
        ),
      );
      await eventually(async () => (await waiting()) === 6);
      return { sent: requests };
    });
    const replies = await Promise.all(sent);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect((await titles()).filter((title) => title === 'At once')).toHaveLength(1);
    expect((await csw.post(transaction(remove("dc:title = 'At once'")), operator)).status).toBe(200);
  });

  it('deletes a layer while its check is being stored', async () => {
    const { database } = service.platform;
    expect((await csw.post(transaction(insert(record('Checked'))), operator)).status).toBe(200);
    const { deleted } = await database.transaction(async (checking) => {
      const [layer] = await checking('map_registry.layers')
        .where({ title: 'Checked' })
        .update({ check_count: 1 })
        .returning<{ id: string; catalog_id: string }[]>(['id', 'catalog_id']);
      if (!layer) throw new Error('The layer is there');
      const reply = csw.post(transaction(remove("dc:title = 'Checked'")), operator);
      await eventually(async () => (await waiting()) === 1);
      await noteToIndex(checking, [{ layerId: layer.id, catalogId: layer.catalog_id }], 'index');
      return { deleted: reply };
    });
    expect((await deleted).status).toBe(200);
    expect(await titles()).not.toContain('Checked');
  });

  it('is taken as `curl -d` sends it', async () => {
    const body = transaction(insert(record('By curl')));
    const sent = await service.send('POST', '/hypermap/csw?service=CSW&request=Transaction&version=2.0.2', {
      body,
      headers: { ...operator, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(valuesAt(sent.text, '//csw:InsertResult/csw:BriefRecord/dc:title')).toEqual(['By curl']);
    await csw.post(transaction(remove("dc:title = 'By curl'")), operator);
  });

  it('is the template of the documentation, without line breaks as `curl -d @…` sends it', async () => {
    const template = await readFile('docs/apps/map-registry/cswt_insert.xml', 'utf8');
    const sent = await service.send('POST', '/hypermap/csw?service=CSW&request=Transaction&version=2.0.2', {
      body: template.replaceAll(/[\r\n]/g, ''),
      headers: { ...operator, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(valuesAt(sent.text, '//csw:totalInserted')).toEqual(['3']);
    expect(
      await service.platform
        .database('map_registry.layers')
        .join('map_registry.services', 'services.id', 'service_id')
        .where('services.host', 'like', '%.example.org')
        .orderBy('layers.id')
        .select('layers.name', 'type', 'min_x', 'max_y', 'layers.is_valid'),
    ).toEqual([
      { name: 'valley:roads', type: 'OGC:WMS', min_x: 6.9, max_y: 46.35, is_valid: true },
      { name: 'relief', type: 'OGC:WMTS', min_x: 5.9, max_y: 47.8, is_valid: true },
      { name: '0', type: 'ESRI:ArcGIS:MapServer', min_x: 5.9, max_y: 47.8, is_valid: true },
    ]);
    expect(await csw.countByCql("csw:AnyText LIKE '%valley%'")).toBe(2);
    await csw.post(transaction(remove("dc:identifier LIKE 'urn:example:%'")), operator);
    expect(await csw.countByCql("csw:AnyText LIKE '%valley%'")).toBe(0);
  });

  it.each<Version>(['2.0.2', '3.0.0'])(
    'inserts, updates and deletes a record by version %s',
    async (version) => {
      const prefix = version === '2.0.2' ? 'csw' : 'csw30';
      const send = async (actions: string) => {
        const reply = await csw.post(transaction(actions, version), operator);
        return ['Inserted', 'Updated', 'Deleted'].map((kind) =>
          Number(valuesAt(reply.text, `//${prefix}:total${kind}`)[0]),
        );
      };
      const get = () => csw.get(version, { request: 'GetRecordById', id: 'trip', elementSetName: 'full' });
      const box =
        '<ows:BoundingBox crs="urn:ogc:def:crs:EPSG::4326"><ows:LowerCorner>40 10</ows:LowerCorner><ows:UpperCorner>50 20</ows:UpperCorner></ows:BoundingBox>';
      const given = record('Round', '<dc:identifier>trip</dc:identifier>').replace(
        '</csw:Record>',
        `${box}</csw:Record>`,
      );
      expect(await send(insert(given))).toEqual([1, 0, 0]);
      expect(titlesOf(await get())).toEqual(['Round']);
      expect(await csw.countByCql("BBOX(ows:BoundingBox, 12, 42, 13, 43) AND dc:identifier = 'trip'")).toBe(
        1,
      );

      expect(await send(update('dc:title', 'Changed', "dc:identifier = 'trip'"))).toEqual([0, 1, 0]);
      expect(titlesOf(await get())).toEqual(['Changed']);
      expect(await csw.countByCql("dc:title LIKE '%round%'")).toBe(0);

      const whole = record('Whole', '<dc:identifier>trip</dc:identifier>', 'http://layers.example.com/Round');
      expect(await send(`<csw:Update>${whole}</csw:Update>`)).toEqual([0, 1, 0]);
      expect(titlesOf(await get())).toEqual(['Whole']);

      expect(await send(remove("dc:identifier = 'trip'"))).toEqual([0, 0, 1]);
      expect(await csw.countByCql("dc:identifier = 'trip'")).toBe(0);
      const services = await service.platform
        .database('map_registry.services')
        .where('url', 'like', '%Round');
      expect(services).toEqual([]);
    },
  );

  it('stores a layer that is not monitored, and notes it for the index', async () => {
    await csw.post(
      transaction(
        insert(
          record(
            'Stored',
            '<dc:identifier>stored</dc:identifier><dct:alternative>name</dct:alternative><dc:subject>a</dc:subject>',
          ),
        ),
      ),
      operator,
    );
    const layer = await service.platform.database('map_registry.layers').where({ title: 'Stored' }).first();
    expect(layer).toMatchObject({
      name: 'name',
      keywords: ['a'],
      is_monitored: false,
      min_x: -180,
      max_y: 90,
    });
    expect(
      await service.platform.database('map_registry.services').where({ id: layer.service_id }).first(),
    ).toMatchObject({
      type: 'OGC:WMS',
      url: 'http://layers.example.com/Stored',
      srs: ['EPSG:4326'],
      is_monitored: false,
      layer_count: 1,
    });
    const noted = () =>
      service.platform.database('map_registry.layers_to_index').where({ layer_id: layer.id }).first();
    expect(await noted()).toMatchObject({ action: 'index' });
    await csw.post(transaction(remove("dc:identifier = 'stored'")), operator);
    expect(await noted()).toMatchObject({ action: 'remove' });
  });

  it.each(['-500000000', '-0044-03-15', '99999', 'never'])(
    'returns a record in all forms that was last changed in %s',
    async (modified) => {
      const given = record('Dated', `<dct:modified>${modified}</dct:modified><dc:date>${modified}</dc:date>`);
      expect((await csw.post(transaction(insert(given)), operator)).status).toBe(200);
      for (const outputSchema of ['http://www.isotc211.org/2005/gmd', 'http://www.w3.org/2005/Atom']) {
        const reply = await csw.get('2.0.2', { request: 'GetRecords', outputSchema, maxRecords: '100' });
        expect(reply.status).toBe(200);
        expect(reply.text).not.toContain('>0045-03-15');
      }
      await csw.post(transaction(remove("dc:title = 'Dated'")), operator);
    },
  );

  it('says of which years before Christ its dates are', async () => {
    const given = record('Old', '<dc:date>-0044-03-15</dc:date>');
    await csw.post(transaction(insert(given)), operator);
    const reply = await csw.get('2.0.2', { request: 'GetDomain', propertyName: 'dc:date' });
    expect(valuesAt(reply.text, '//csw:MinValue')).toEqual(['-0044-03-15T00:00:00Z']);
    await csw.post(transaction(remove("dc:title = 'Old'")), operator);
  });

  it('keeps the namespaces of the document, also that without a prefix', async () => {
    const given =
      '<Record xmlns="http://www.opengis.net/cat/csw/2.0.2"><dc:identifier>kept</dc:identifier><dc:title>Größe &amp; <![CDATA[<b>]]></dc:title><dc:format>OGC:WMS</dc:format><dc:source>http://layers.example.com/kept</dc:source></Record>';
    expect((await csw.post(transaction(insert(given)), operator)).status).toBe(200);
    const full = await csw.get('2.0.2', { request: 'GetRecordById', id: 'kept', elementSetName: 'full' });
    expect(valuesAt(full.text, '//csw:Record/dc:title')).toEqual(['Größe & <b>']);
    await csw.post(transaction(remove("dc:identifier = 'kept'")), operator);
  });

  it('stores the dates of a layer: that of the record, and those that its texts mention', async () => {
    const { database } = service.platform;
    const dates = () =>
      database('map_registry.layer_dates')
        .join('map_registry.layers', 'layers.id', 'layer_id')
        .where({ service_id: database('map_registry.services').where('url', 'like', '%/dated').select('id') })
        .orderBy('year')
        .select('date', 'origin');
    const dated = record(
      'Walls in 160 BCE',
      '<dc:identifier>dated</dc:identifier><dc:date>1998-05</dc:date>',
      'http://layers.example.com/dated',
    );
    await csw.post(transaction(insert(dated)), operator);
    expect(await dates()).toEqual([
      { date: '-0160-01-01', origin: 'detected' },
      { date: '1998-05-01', origin: 'metadata' },
    ]);
    await csw.post(transaction(update('dc:title', 'Walls of the Tang', "dc:identifier = 'dated'")), operator);
    expect((await dates()).map(({ date }) => date)).toEqual(['0618-01-01', '0907-01-01', '1998-05-01']);
    await csw.post(transaction(remove("dc:identifier = 'dated'")), operator);
    expect(await dates()).toEqual([]);
  });

  it('runs no script of a record in the browser of a reader', async () => {
    const script = '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>';
    await csw.post(transaction(insert(record('Scripted', script))), operator);
    const reply = await csw.get('2.0.2', {
      request: 'GetRecords',
      elementSetName: 'full',
      constraint: "dc:title = 'Scripted'",
    });
    expect(reply.text).toContain('alert(1)');
    expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    await csw.post(transaction(remove("dc:title = 'Scripted'")), operator);
  });

  it('gives a record without an identifier one, in its document too', async () => {
    const reply = await csw.post(transaction(insert(record('Nameless'))), operator);
    const [id = ''] = valuesAt(reply.text, '//csw:BriefRecord/dc:identifier');
    const full = await csw.get('2.0.2', { request: 'GetRecordById', id, elementSetName: 'full' });
    expect(valuesAt(full.text, '//csw:Record/dc:identifier')).toEqual([id]);
    await csw.post(transaction(remove(`dc:identifier = '${id}'`)), operator);
  });

  it('is refused as a whole where a part of it is wrong, or it comes twice', async () => {
    const body = transaction(insert(record('Twice'), record('Twice too')));
    expect((await csw.post(body, operator)).status).toBe(200);
    const before = await titles();
    const again = await csw.post(body, operator);
    expect([again.status, exceptionOf(again)[1]]).toEqual([409, expect.stringContaining('already exists')]);
    for (const wrong of [
      insert(record('New'), record('Twice')),
      insert(record('New'), record('New')),
      insert(record('New')) + insert(record('Bad').replace('OGC:WMS', 'OGC:Teapot')),
      insert(record('New')) + insert(record('Bad', '', 'file:///etc/passwd')),
      insert(record('New')) + insert(record('Bad', '', 'http://user:hidden@layers.example.com/')),
      insert(record('New')) + insert(record('Bad', '', 'http://user@layers.example.com/')),
      insert(record('New')) + insert(record('Bad', '', 'http://layers.example.com/a b')),
      insert(record('New')) + remove('no:such = 1'),
      insert(record('New')) + update('dc:source', 'x', "dc:title = 'Twice'"),
      insert(record('New')) + insert('<dc:title>No record</dc:title>'),
      `${insert(record('New'))}<csw:Delete/>`,
    ]) {
      const reply = await csw.post(transaction(wrong), operator);
      expect([wrong, reply.status >= 400 && reply.status < 500]).toEqual([wrong, true]);
    }
    expect(await titles()).toEqual(before);
  });

  it('changes what was harvested, and its record stays changed after another harvest', async () => {
    const { database } = service.platform;
    const [layerId = ''] = await insertLayers(database, [{ name: 'harvested', title: 'Harvested' }]);
    const store = () => database.transaction((each) => storeRecords(each, [layerId]));
    await store();
    await csw.post(transaction(update('dct:abstract', 'Better words', "dc:title = 'Harvested'")), operator);
    await store();
    expect(await csw.countByCql("dct:abstract LIKE '%better words%'")).toBe(1);
    expect(await database('map_registry.layers').where({ id: layerId }).first()).toMatchObject({
      abstract: 'Better words',
    });
  });
});

describe('Harvest', () => {
  const harvest = (source: string, type: string) =>
    `<csw:Harvest xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2">
       <csw:Source>${source.replaceAll('&', '&amp;')}</csw:Source><csw:ResourceType>${type}</csw:ResourceType></csw:Harvest>`;
  const WMS = 'http://www.opengis.net/wms';

  it('stores a service, which is checked, once', async () => {
    const source = `${service.url}/opensearch?map=1`;
    expect((await csw.post(harvest(source, WMS))).status).toBe(401);
    const first = await csw.post(harvest(source, WMS), operator);
    expect(valuesAt(first.text, '//csw:totalInserted')).toEqual(['1']);
    const [id = ''] = valuesAt(first.text, '//csw:BriefRecord/dc:identifier');
    expect(
      await service.platform.database('map_registry.services').where({ uuid: id }).first(),
    ).toMatchObject({
      url: source,
      is_monitored: true,
    });
    const second = await csw.post(harvest(source, WMS), operator);
    expect(valuesAt(second.text, '//csw:totalInserted | //csw:BriefRecord/dc:identifier')).toEqual(['0', id]);
    const record = await csw.get('2.0.2', { request: 'GetRecordById', id });
    expect(valuesAt(record.text, '//dc:type | //dc:format')).toEqual(['service', 'OGC:WMS']);
  });

  it.each([
    ['http://www.opengis.net/wmts/1.0', 'OGC:WMTS'],
    ['https://wiki.osgeo.org/wiki/TMS', 'OSGeo:TMS'],
    ['urn:x-esri:serviceType:ArcGIS:MapServer', 'ESRI:ArcGIS:MapServer'],
    ['urn:x-esri:serviceType:ArcGIS:ImageServer', 'ESRI:ArcGIS:ImageServer'],
  ])('stores a service of the type %s', async (uri, type) => {
    const source = `${service.url}/opensearch?type=${type}`;
    const reply = await csw.post(harvest(source, uri), operator);
    expect(valuesAt(reply.text, '//csw:totalInserted')).toEqual(['1']);
    const [id = ''] = valuesAt(reply.text, '//csw:BriefRecord/dc:identifier');
    expect(
      await service.platform.database('map_registry.services').where({ uuid: id }).first('type'),
    ).toEqual({ type });
  });

  it('stores a catalogue as an endpoint', async () => {
    const source = `${service.url}/opensearch`;
    const reply = await csw.post(harvest(source, 'http://www.opengis.net/cat/csw/2.0.2'), operator);
    expect(valuesAt(reply.text, '//csw:BriefRecord/dc:title')).toEqual([source]);
    expect(await service.platform.database('map_registry.endpoints').where({ url: source })).toHaveLength(1);
  });

  it.each([
    ['http://example.com/', 'urn:nothing', 'Unsupported Service Type'],
    ['http://10.1.2.3/wms', WMS, '10.1.2.3'],
    ['http://127.0.0.1:1/wms', WMS, '127.0.0.1'],
    ['ftp://example.com/', WMS, 'http'],
  ])('is refused for %s as %s', async (source, type, reason) => {
    const reply = await csw.post(harvest(source, type), operator);
    expect([reply.status, exceptionOf(reply)[1]]).toEqual([400, expect.stringContaining(reason)]);
  });
});
