import { XmlDocument } from 'libxml2-wasm';
import type { RegistryReply, RegistryService } from '../registry-service.ts';

const NAMESPACES = {
  csw: 'http://www.opengis.net/cat/csw/2.0.2',
  csw30: 'http://www.opengis.net/cat/csw/3.0',
  ows: 'http://www.opengis.net/ows',
  ows20: 'http://www.opengis.net/ows/2.0',
  dc: 'http://purl.org/dc/elements/1.1/',
  dct: 'http://purl.org/dc/terms/',
  gmd: 'http://www.isotc211.org/2005/gmd',
  gco: 'http://www.isotc211.org/2005/gco',
  atom: 'http://www.w3.org/2005/Atom',
  os: 'http://a9.com/-/spec/opensearch/1.1/',
  osd: 'http://a9.com/-/spec/opensearch/1.1/',
  registry: 'http://gis.harvard.edu/HHypermap/registry/0.1',
};

/** A version of CSW. */
export type Version = '2.0.2' | '3.0.0';

/** Returns the contents that an XPath finds in a document. */
export function valuesAt(xml: string, xpath: string): readonly string[] {
  const document = XmlDocument.fromString(xml);
  try {
    return document.find(xpath, NAMESPACES).map(({ content }) => content);
  } finally {
    document.dispose();
  }
}

/** A client of the CSW of one catalogue. */
export class CswClient {
  readonly #service: RegistryService;
  readonly #path: string;

  constructor(service: RegistryService, slug = 'hypermap') {
    this.#service = service;
    this.#path = `/${slug}/csw`;
  }

  /** Sends parameters; those of every request are added. */
  get(version: Version, parameters: Readonly<Record<string, string>>): Promise<RegistryReply> {
    return this.query({ service: 'CSW', version, ...parameters });
  }

  /** Sends parameters as they are. */
  query(parameters: Readonly<Record<string, string>>): Promise<RegistryReply> {
    return this.#service.send('GET', `${this.#path}?${new URLSearchParams(parameters)}`);
  }

  /** Sends a document. */
  post(body: string, headers: Record<string, string> = {}): Promise<RegistryReply> {
    return this.#service.send('POST', this.#path, {
      body,
      headers: { 'content-type': 'application/xml', ...headers },
    });
  }

  /** Sends GetRecords with a filter, and returns how many records fulfil it. */
  async count(version: Version, filter: string): Promise<number> {
    return matchedOf(await this.post(getRecords(version, filter)));
  }

  /** Likewise, by CQL. */
  async countByCql(cql: string, version: Version = '2.0.2'): Promise<number> {
    return matchedOf(
      await this.get(version, { request: 'GetRecords', typeNames: 'csw:Record', constraint: cql }),
    );
  }
}

/** Returns GetRecords with the content of a filter: of Filter Encoding 1.1 for 2.0.2, of 2.0 for 3.0.0. */
export function getRecords(
  version: Version,
  filter: string,
  attributes = '',
  elementSet = 'summary',
): string {
  const [csw, fes, filterVersion] =
    version === '2.0.2'
      ? ['http://www.opengis.net/cat/csw/2.0.2', 'http://www.opengis.net/ogc', '1.1.0']
      : ['http://www.opengis.net/cat/csw/3.0', 'http://www.opengis.net/fes/2.0', '2.0.0'];
  const constraint = filter
    ? `<Constraint version="${filterVersion}"><f:Filter>${filter}</f:Filter></Constraint>`
    : '';
  return `<GetRecords xmlns="${csw}" xmlns:f="${fes}" xmlns:gml="http://www.opengis.net/gml" service="CSW" version="${version}"
    resultType="results" ${attributes}><Query typeNames="csw:Record"><ElementSetName>${elementSet}</ElementSetName>
    ${constraint}</Query></GetRecords>`;
}

/** Returns how many records a reply says that there are. */
export function matchedOf(reply: RegistryReply): number {
  const [matched] = valuesAt(reply.text, '//@numberOfRecordsMatched');
  if (reply.status !== 200 || matched === undefined) throw new Error(`${reply.status} ${reply.text}`);
  return Number(matched);
}

/** Returns the titles of the records of a reply. */
export function titlesOf(reply: RegistryReply): readonly string[] {
  return valuesAt(reply.text, '//dc:title');
}

/** Returns the code and the text of an exception. */
export function exceptionOf(
  reply: RegistryReply,
): readonly [code: string | undefined, text: string | undefined] {
  return [
    valuesAt(reply.text, '//@exceptionCode')[0],
    valuesAt(reply.text, '//ows:ExceptionText | //ows20:ExceptionText')[0],
  ];
}
