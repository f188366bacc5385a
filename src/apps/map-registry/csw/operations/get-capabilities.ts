import { XLINK, type XmlContent, XSI, xmlDocument } from '../../../../map-kit/xml-document.ts';
import type { CatalogueMetadata } from '../csw-variables.ts';
import { CSW_VERSIONS, type CswVersion, NAMESPACES } from '../csw-version.ts';
import { ISO_QUERYABLES, QUERYABLES } from '../filters/queryables.ts';
import { jsonOfXml } from '../outputs/json-of-xml.ts';
import type { ReadRequest } from '../requests/csw-request.ts';
import { RECORD_LIMITS } from '../requests/parameter-values.ts';
import type { CswContext, CswReply } from './csw-context.ts';
import { filterCapabilities } from './filter-capabilities.ts';
import { operationsOf } from './parameter-domains.ts';

type GetCapabilities = Extract<ReadRequest, { operation: 'GetCapabilities' }>;

/** Operations that are sent as XML alone, and those that are sent as parameters alone. */
const POST_ONLY = ['Transaction'];
const GET_ONLY = ['GetRepositoryItem'];

/** What version 3.0.0 has a server say of itself, by the classes of its standard. */
const CLASSES_OF_CONFORMANCE = [
  'OpenSearch',
  'GetCapabilities-XML',
  'GetRecordById-XML',
  'GetRecords-Basic-XML',
  'GetRecords-Distributed-XML',
  'GetRecords-Distributed-KVP',
  'GetRecords-Async-XML',
  'GetRecords-Async-KVP',
  'GetDomain-XML',
  'GetDomain-KVP',
  'Transaction',
  'Harvest-Basic-XML',
  'Harvest-Basic-KVP',
  'Harvest-Async-XML',
  'Harvest-Async-KVP',
  'Harvest-Periodic-XML',
  'Harvest-Periodic-KVP',
  'Filter-CQL',
  'Filter-FES-XML',
  'Filter-FES-KVP-Advanced',
  'SupportedGMLVersions',
  'DefaultSortingAlgorithm',
  'CoreQueryables',
  'CoreSortables',
];

const NOT_HAD = /Distributed|Async|Periodic/;

/** Returns the description of a catalogue. */
export function getCapabilities(request: GetCapabilities, context: CswContext): CswReply {
  const { version, sections } = request;
  const { prefix, csw, ows, filter, discoverySchema } = NAMESPACES[version];
  const filterPrefix = version === '3.0.0' ? 'fes' : 'ogc';
  const has = (section: string) =>
    sections.length === 0 || sections.some((each) => each === section || each.toLowerCase() === 'all');
  const xml = xmlDocument({
    [`${prefix}:Capabilities`]: {
      '@version': version,
      [`@xmlns:${prefix}`]: csw,
      '@xmlns:ows': ows,
      [`@xmlns:${filterPrefix}`]: filter,
      '@xmlns:gml': version === '3.0.0' ? 'http://www.opengis.net/gml/3.2' : 'http://www.opengis.net/gml',
      '@xmlns:xlink': XLINK,
      '@xmlns:xsi': XSI,
      '@xsi:schemaLocation': `${csw} ${discoverySchema}`,
      'ows:ServiceIdentification': has('ServiceIdentification')
        ? identification(version, context)
        : undefined,
      'ows:ServiceProvider': has('ServiceProvider') ? provider(context) : undefined,
      'ows:OperationsMetadata': has('OperationsMetadata') ? operations(version, context) : undefined,
      [`${filterPrefix}:Filter_Capabilities`]:
        version === '2.0.2' || has('Filter_Capabilities') ? filterCapabilities(version) : undefined,
    },
  });
  return request.format === 'json'
    ? { contentType: 'application/json', body: jsonOfXml(xml) }
    : { contentType: 'application/xml; charset=utf-8', body: xml };
}

function identification(version: CswVersion, { catalog, metadata }: CswContext): XmlContent {
  const title = metadata['identification_title'] ?? catalog.name;
  const keywords = metadata['identification_keywords'] ?? 'catalogue,discovery,map services';
  return {
    'ows:Title': title,
    'ows:Abstract':
      metadata['identification_abstract'] ?? `Layers of map services in the catalogue ${catalog.name}.`,
    'ows:Keywords': {
      'ows:Keyword': keywords.split(',').map((keyword) => keyword.trim()),
      'ows:Type': metadata['identification_keywords_type'],
    },
    'ows:ServiceType': { '@codeSpace': 'OGC', '#': 'CSW' },
    'ows:ServiceTypeVersion': version === '2.0.2' ? ['2.0.2'] : [...CSW_VERSIONS],
    'ows:Fees': metadata['identification_fees'] ?? 'None',
    'ows:AccessConstraints': metadata['identification_accessconstraints'] ?? 'None',
  };
}

function provider({ catalog, catalogUrl, metadata }: CswContext): XmlContent {
  return {
    'ows:ProviderName': metadata['provider_name'] ?? catalog.name,
    'ows:ProviderSite': {
      '@xlink:type': 'simple',
      '@xlink:href': metadata['provider_url'] ?? `${catalogUrl}/`,
    },
    'ows:ServiceContact': {
      'ows:IndividualName': metadata['contact_name'] ?? catalog.name,
      'ows:PositionName': metadata['contact_position'],
      'ows:ContactInfo': contact(metadata),
      'ows:Role': metadata['contact_role'],
    },
  };
}

/** The schema has its elements in this order, and none that is empty. */
function contact(metadata: CatalogueMetadata): XmlContent | undefined {
  const url = metadata['contact_url'];
  return unlessEmpty({
    'ows:Phone': unlessEmpty({
      'ows:Voice': metadata['contact_phone'],
      'ows:Facsimile': metadata['contact_fax'],
    }),
    'ows:Address': unlessEmpty({
      'ows:DeliveryPoint': metadata['contact_address'],
      'ows:City': metadata['contact_city'],
      'ows:AdministrativeArea': metadata['contact_stateorprovince'],
      'ows:PostalCode': metadata['contact_postalcode'],
      'ows:Country': metadata['contact_country'],
      'ows:ElectronicMailAddress': metadata['contact_email'],
    }),
    'ows:OnlineResource': url === undefined ? undefined : { '@xlink:type': 'simple', '@xlink:href': url },
    'ows:HoursOfService': metadata['contact_hours'],
    'ows:ContactInstructions': metadata['contact_instructions'],
  });
}

function unlessEmpty(content: XmlContent): XmlContent | undefined {
  return Object.values(content).some((value) => value !== undefined) ? content : undefined;
}

function operations(version: CswVersion, { url, descriptionUrl }: CswContext): XmlContent {
  const values = (list: readonly string[]): XmlContent =>
    version === '3.0.0' ? { 'ows:AllowedValues': { 'ows:Value': [...list] } } : { 'ows:Value': [...list] };
  const one = (value: string): XmlContent =>
    version === '3.0.0' ? { 'ows:NoValues': {}, 'ows:DefaultValue': value } : { 'ows:Value': value };
  const link = { '@xlink:type': 'simple', '@xlink:href': url };
  const queryables: XmlContent[] =
    version === '2.0.2'
      ? [
          { '@name': 'SupportedDublinCoreQueryables', ...values(Object.keys(QUERYABLES)) },
          { '@name': 'SupportedISOQueryables', ...values(Object.keys(ISO_QUERYABLES)) },
        ]
      : [{ '@name': 'CoreQueryables', ...values(Object.keys(QUERYABLES)) }];
  return {
    'ows:Operation': operationsOf(version).map(({ name, parameters }) => ({
      '@name': name,
      'ows:DCP': {
        'ows:HTTP': {
          'ows:Get': POST_ONLY.includes(name) ? undefined : link,
          'ows:Post': GET_ONLY.includes(name) ? undefined : link,
        },
      },
      'ows:Parameter': Object.entries(parameters).map(([parameter, list]) => ({
        '@name': parameter,
        ...values(list),
      })),
      'ows:Constraint': name === 'GetRecords' ? queryables : undefined,
    })),
    'ows:Parameter': [
      { '@name': 'service', ...values(['CSW']) },
      { '@name': 'version', ...values([...CSW_VERSIONS].reverse()) },
    ],
    'ows:Constraint': [
      { '@name': 'MaxRecordDefault', ...one(String(RECORD_LIMITS.default)) },
      { '@name': 'PostEncoding', ...values(['XML']) },
      ...(version === '3.0.0'
        ? [
            { '@name': 'OpenSearchDescriptionDocument', ...one(descriptionUrl) },
            ...CLASSES_OF_CONFORMANCE.map((name) => ({
              '@name': `http://www.opengis.net/spec/csw/3.0/conf/${name}`,
              ...one(NOT_HAD.test(name) ? 'FALSE' : 'TRUE'),
            })),
          ]
        : []),
    ],
  };
}
