import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpuSecondsOf } from '../../../support/cpu-seconds.ts';
import { RegistryService } from '../registry-service.ts';
import { CswClient, exceptionOf, getRecords, valuesAt } from './csw-client.ts';

let service: RegistryService;
let csw: CswClient;

beforeAll(async () => {
  service = await RegistryService.start();
  csw = new CswClient(service);
});

afterAll(() => service.stop());

const like = (text: string) =>
  `<f:PropertyIsLike wildCard="%" singleChar="_" escapeChar="!"><f:PropertyName>csw:AnyText</f:PropertyName><f:Literal>${text}</f:Literal></f:PropertyIsLike>`;

describe('a document that nobody means well with', () => {
  const bombs = Array.from(
    { length: 9 },
    (_, index) => `<!ENTITY b${index + 1} "${`&b${index};`.repeat(10)}">`,
  );

  it.each([
    ['entities that grow', `<!DOCTYPE a [<!ENTITY b0 "x">${bombs.join('')}]><GetRecords>&b9;</GetRecords>`],
    [
      'a file of the server',
      '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><GetRecords>&f;</GetRecords>',
    ],
    ['200,000 levels', `${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`],
    ['no XML', 'GetRecords'],
    ['an open element', '<GetRecords>'],
  ])('is refused for %s', async (_name, body) => {
    const reply = await csw.post(body);
    expect([reply.status, exceptionOf(reply)[0]]).toEqual([400, 'NoApplicableCode']);
    expect(reply.text).not.toContain('root:');
  });

  it('is refused where it is too large', async () => {
    const reply = await csw.post(getRecords('2.0.2', like('x'.repeat(4 * 1_024 * 1_024))));
    expect([reply.status, exceptionOf(reply)[0]]).toEqual([413, 'NoApplicableCode']);
  });

  it('is refused quickly where a stranger sends a thousand records, or tags without end', async () => {
    const record =
      '<csw:Record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>i</dc:identifier><dc:title>t</dc:title><dc:type>dataset</dc:type><dc:source>http://w.example/</dc:source></csw:Record>';
    const transaction = `<csw:Transaction xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2"><csw:Insert>${record.repeat(1_000)}</csw:Insert></csw:Transaction>`;
    const seconds = await cpuSecondsOf(async () => {
      expect((await csw.post(transaction)).status).toBe(401);
      for (const body of [
        `<GetRecords>${'<a/>'.repeat(900_000)}</GetRecords>`,
        `<GetRecords ${Array.from({ length: 250_000 }, (_, index) => `a${index}=""`).join(' ')}/>`,
      ]) {
        const reply = await csw.post(body);
        expect([reply.status, exceptionOf(reply)[0]]).toEqual([400, 'NoApplicableCode']);
      }
    });
    expect(seconds).toBeLessThan(5);
  });

  it.each([
    ['10,000 conditions', `<f:Or>${like('a').repeat(10_000)}</f:Or>`],
    ['100 levels', `${'<f:Not>'.repeat(100)}${like('a')}${'</f:Not>'.repeat(100)}`],
    ['a long value', like('a'.repeat(3_000))],
    [
      'a function',
      '<f:PropertyIsEqualTo><f:Function name="f"/><f:Literal>1</f:Literal></f:PropertyIsEqualTo>',
    ],
    ['an unknown property', like('a').replace('csw:AnyText', 'csw:Nothing')],
    ['an unknown operator', '<f:PropertyIsFunny/>'],
    ['no geometry', '<f:BBOX><f:PropertyName>ows:BoundingBox</f:PropertyName></f:BBOX>'],
    [
      'an unknown system',
      '<f:BBOX><gml:Envelope srsName="EPSG:31467"><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner></gml:Envelope></f:BBOX>',
    ],
    [
      'coordinates that are no numbers',
      '<f:BBOX><gml:Envelope><gml:lowerCorner>a b</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner></gml:Envelope></f:BBOX>',
    ],
  ])('is refused for a filter with %s', async (_name, filter) => {
    const reply = await csw.post(getRecords('2.0.2', filter));
    expect([reply.status, exceptionOf(reply)[0]]).toEqual([400, 'InvalidParameterValue']);
  });
});

describe('a wrong parameter', () => {
  it.each([
    [{ service: 'WMS' }, 'InvalidParameterValue'],
    [{ version: '1.0.0' }, 'InvalidParameterValue'],
    [{ request: 'GetNothing' }, 'OperationNotSupported'],
    [{ typeNames: 'ebrim' }, 'InvalidParameterValue'],
    [{ outputSchema: 'urn:nothing' }, 'InvalidParameterValue'],
    [{ outputFormat: 'text/csv' }, 'InvalidParameterValue'],
    [{ elementSetName: 'huge' }, 'InvalidParameterValue'],
    [{ resultType: 'some' }, 'InvalidParameterValue'],
    [{ startPosition: '0' }, 'InvalidParameterValue'],
    [{ maxRecords: '-1' }, 'InvalidParameterValue'],
    [{ sortBy: 'csw:AnyText' }, 'InvalidParameterValue'],
    [{ constraint: "dc:title = 'a' OR" }, 'InvalidParameterValue'],
    [{ constraint: "dc:title LIKE 'a'; DROP TABLE map_registry.records" }, 'InvalidParameterValue'],
    [{ constraint: "dc:date > 'yesterday'" }, 'InvalidParameterValue'],
    [{ constraint: `${'('.repeat(200)}dc:title = 'a'${')'.repeat(200)}` }, 'InvalidParameterValue'],
    [{ constraint: '<Filter', constraintLanguage: 'FILTER' }, 'NoApplicableCode'],
    [{ constraint: 'x', constraintLanguage: 'SQL' }, 'InvalidParameterValue'],
    [{ version: '3.0.0', bbox: '1,2,3' }, 'InvalidParameterValue'],
    [{ version: '3.0.0', bbox: '1,NaN,3,4' }, 'InvalidParameterValue'],
    [{ version: '3.0.0', time: 'soon/' }, 'InvalidParameterValue'],
    [{ version: '3.0.0', startPosition: '7' }, 'InvalidParameterValue'],
    [{ request: 'GetRecordById' }, 'MissingParameterValue'],
    [{ request: 'GetDomain' }, 'MissingParameterValue'],
    [{ request: 'Transaction' }, 'OperationNotSupported'],
    [{ acceptVersions: '9.9.9', request: 'GetCapabilities' }, 'VersionNegotiationFailed'],
  ])('%j: %s', async (parameters, code) => {
    const reply = await csw.get('2.0.2', { request: 'GetRecords', typeNames: 'csw:Record', ...parameters });
    expect([reply.status, exceptionOf(reply)[0]]).toEqual([400, code]);
  });

  it('is a missing service or version too', async () => {
    expect(exceptionOf(await csw.query({ request: 'GetRecords', version: '2.0.2' }))[0]).toBe(
      'MissingParameterValue',
    );
    expect(exceptionOf(await csw.query({ request: 'GetRecords', service: 'CSW' }))[0]).toBe(
      'MissingParameterValue',
    );
  });

  it('has SQL in it without effect', async () => {
    const hostile = "' OR 1=1; DROP TABLE map_registry.records; --";
    expect(await csw.countByCql(`dc:title = '${hostile.replaceAll("'", "''")}'`)).toBe(0);
    expect(await csw.count('2.0.2', like(hostile))).toBe(0);
    expect(await csw.countByCql(`dc:title LIKE '%'`)).toBe(0);
  });
});

describe('a report', () => {
  it('is in the version of the request', async () => {
    const old = await csw.get('2.0.2', { request: 'GetRecords', typeNames: 'none' });
    expect(valuesAt(old.text, '/ows:ExceptionReport/@version')).toEqual(['1.2.0']);
    const recent = await csw.get('3.0.0', { request: 'GetRecords', typeNames: 'none' });
    expect(valuesAt(recent.text, '/ows20:ExceptionReport/@version')).toEqual(['3.0.0']);
  });

  it('has the status 200 where the registry is not strict, but for an unknown catalogue', async () => {
    const lenient = await RegistryService.start({ REGISTRY_STRICT: 'False' });
    try {
      const client = new CswClient(lenient);
      const wrong = await client.get('2.0.2', { request: 'GetRecords', typeNames: 'none' });
      expect([wrong.status, exceptionOf(wrong)[0]]).toEqual([200, 'InvalidParameterValue']);
      const refused = await client.post(
        '<csw:Transaction xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" version="2.0.2"><csw:Insert><a/></csw:Insert></csw:Transaction>',
      );
      expect([refused.status, exceptionOf(refused)[0]]).toEqual([200, 'NoApplicableCode']);
      expect((await new CswClient(lenient, 'none').get('2.0.2', { request: 'GetCapabilities' })).status).toBe(
        404,
      );
    } finally {
      await lenient.stop();
    }
  });

  it.each(['none', 'hypermap%00'])('is 404 for the catalogue %s, which does not exist', async (slug) => {
    const reply = await new CswClient(service, slug).get('2.0.2', { request: 'GetCapabilities' });
    expect([reply.status, exceptionOf(reply)[0]]).toEqual([404, 'NotFound']);
  });
});

describe('a document', () => {
  const aliased = (typeName: string, property: string) =>
    `<a:GetRecords xmlns:a="http://www.opengis.net/cat/csw/2.0.2" xmlns:b="http://www.opengis.net/ogc" xmlns:d="http://purl.org/dc/elements/1.1/" service="CSW" version="2.0.2" resultType="hits">
      <a:Query typeNames="${typeName}"><a:Constraint version="1.1.0"><b:Filter><b:PropertyIsEqualTo><b:PropertyName>${property}</b:PropertyName><b:Literal>x</b:Literal></b:PropertyIsEqualTo></b:Filter></a:Constraint></a:Query></a:GetRecords>`;

  it.each([
    ['a:Record', 'd:title'],
    ['csw:Record', 'dc:title'],
    ['a:Record', 'a:AnyText'],
    ['a:Record', 'a:Record/d:title'],
  ])('names %s and %s by prefixes of its own', async (typeName, property) => {
    expect((await csw.post(aliased(typeName, property))).status).toBe(200);
  });

  it('does not have a name of another namespace', async () => {
    const reply = await csw.post(aliased('b:Record', 'd:title'));
    expect([reply.status, exceptionOf(reply)[0]]).toEqual([400, 'InvalidParameterValue']);
  });
});
