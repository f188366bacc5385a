import type { Box } from '../../../../../map-kit/box.ts';
import { type XmlContent, xmlDocument } from '../../../../../map-kit/xml-document.ts';
import { type StandInKind, type StandInReply, type StandInRequest, xmlReply } from '../stand-in-kind.ts';

/** A catalogue of services. */
export interface CswStandIn {
  /** Where it is: `/csw`. */
  readonly path: string;
  readonly title: string;
  readonly version: '2.0.2' | '3.0.0';
  readonly records: readonly StandInRecord[];
}

/** A record of a catalogue. */
export interface StandInRecord {
  readonly identifier: string;
  readonly title: string;
  readonly box?: Box;
  /** Links to services; `/path` is one of the stand-in itself. */
  readonly references: readonly { readonly scheme?: string; readonly url: string }[];
}

/** Records of a reply to a client that does not say how many. */
const DEFAULT_RECORDS = 10;

const NAMESPACES = {
  '2.0.2': {
    csw: 'http://www.opengis.net/cat/csw/2.0.2',
    ows: 'http://www.opengis.net/ows',
  },
  '3.0.0': {
    csw: 'http://www.opengis.net/cat/csw/3.0',
    ows: 'http://www.opengis.net/ows/2.0',
  },
} as const;

/** Replies as a CSW: its capabilities, and pages of records, by GET and POST. */
export function cswStandIn(catalog: CswStandIn): StandInKind {
  return (request) => {
    if (request.url.pathname !== catalog.path) return undefined;
    const asked =
      request.query.get('request')?.toLowerCase() ??
      /<(?:\w+:)?(Get\w+)/.exec(request.body)?.[1]?.toLowerCase();
    const isForThis = (request.query.get('service') ?? 'CSW').toUpperCase() === 'CSW';
    if (asked === 'getcapabilities' && isForThis) return capabilitiesReply(catalog, request);
    if (asked === 'getrecords') return recordsReply(catalog, request);
    return exceptionReply(catalog);
  };
}

function capabilitiesReply({ title, version, path }: CswStandIn, { url }: StandInRequest): StandInReply {
  const address = { '@xlink:href': `${url.origin}${path}` };
  const operation = (name: string): XmlContent => ({
    '@name': name,
    'ows:DCP': { 'ows:HTTP': { 'ows:Get': address, 'ows:Post': address } },
  });
  return xmlReply(
    xmlDocument({
      'csw:Capabilities': {
        ...namespaces(version),
        '@version': version,
        'ows:ServiceIdentification': {
          'ows:Title': title,
          'ows:ServiceType': 'CSW',
          'ows:ServiceTypeVersion': version,
        },
        'ows:OperationsMetadata': { 'ows:Operation': ['GetCapabilities', 'GetRecords'].map(operation) },
      },
    }),
  );
}

function recordsReply({ version, records }: CswStandIn, request: StandInRequest): StandInReply {
  const parameter = (name: string) =>
    request.query.get(name.toLowerCase()) ?? new RegExp(`${name}="(\\d+)"`).exec(request.body)?.[1];
  const start = Number(parameter('startPosition') ?? 1);
  const count = Number(parameter('maxRecords') ?? DEFAULT_RECORDS);
  const page = records.slice(start - 1, start - 1 + count);
  const next = start + page.length;
  return xmlReply(
    xmlDocument({
      'csw:GetRecordsResponse': {
        ...namespaces(version),
        '@version': version,
        'csw:SearchStatus': { '@timestamp': '2026-01-01T00:00:00Z' },
        'csw:SearchResults': {
          '@numberOfRecordsMatched': records.length,
          '@numberOfRecordsReturned': page.length,
          '@nextRecord': next > records.length ? 0 : next,
          '@elementSet': 'full',
          'csw:Record': page.map((record) => recordContent(record, request.url.origin)),
        },
      },
    }),
  );
}

function recordContent({ identifier, title, box, references }: StandInRecord, origin: string): XmlContent {
  return {
    'dc:identifier': identifier,
    'dc:title': title,
    'dc:type': 'service',
    'dct:references': references.map(({ scheme, url }) => ({
      ...(scheme === undefined ? {} : { '@scheme': scheme }),
      '#': new URL(url, origin).href,
    })),
    'ows:BoundingBox': box && {
      '@crs': 'urn:x-ogc:def:crs:EPSG:6.11:4326',
      'ows:LowerCorner': `${box.minY} ${box.minX}`,
      'ows:UpperCorner': `${box.maxY} ${box.maxX}`,
    },
  };
}

function namespaces(version: CswStandIn['version']): XmlContent {
  return {
    '@xmlns:csw': NAMESPACES[version].csw,
    '@xmlns:ows': NAMESPACES[version].ows,
    '@xmlns:dc': 'http://purl.org/dc/elements/1.1/',
    '@xmlns:dct': 'http://purl.org/dc/terms/',
    '@xmlns:xlink': 'http://www.w3.org/1999/xlink',
  };
}

function exceptionReply({ version }: CswStandIn): StandInReply {
  return xmlReply(
    xmlDocument({
      'ows:ExceptionReport': {
        '@xmlns:ows': NAMESPACES[version].ows,
        '@version': version,
        'ows:Exception': {
          '@exceptionCode': 'OperationNotSupported',
          'ows:ExceptionText': 'There is no such request',
        },
      },
    }),
  );
}
