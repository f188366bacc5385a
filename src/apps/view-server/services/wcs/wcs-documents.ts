import type { Box } from '../../../../map-kit/box.ts';
import { type XmlContent, xmlDocument } from '../../../../map-kit/xml-document.ts';
import type { ListedCoverage } from '../../catalogue/product.ts';
import { SERVICE_TITLE } from '../service-title.ts';
import type { DescribedCollection } from '../wms/describe-service.ts';
import { COVERAGE_FORMAT, describeCoverage } from './coverage-description.ts';
import { WCS_NAMESPACES, WCS_SCHEMA, WCS_VERSION, WCSEO_SCHEMA, xmlId } from './namespaces.ts';

/** What the service follows. */
const PROFILES = [
  'http://www.opengis.net/spec/WCS/2.0/conf/core',
  'http://www.opengis.net/spec/WCS_protocol-binding_get-kvp/1.0/conf/get-kvp',
  'http://www.opengis.net/spec/WCS_application-profile_earth-observation/1.0/conf/eowcs',
  'http://www.opengis.net/spec/WCS_application-profile_earth-observation/1.0/conf/eowcs_get-kvp',
  'http://www.opengis.net/spec/GMLCOV/1.0/conf/gml-coverage',
  'http://www.opengis.net/spec/GMLCOV_geotiff-coverages/1.0/conf/geotiff-coverage',
  'http://www.opengis.net/spec/WCS_service-extension_range-subsetting/1.0/conf/record-subsetting',
  'http://www.opengis.net/spec/WCS_service-extension_scaling/1.0/conf/scaling',
];

const OPERATIONS = ['GetCapabilities', 'DescribeCoverage', 'GetCoverage', 'DescribeEOCoverageSet'];

/** The sections of the capabilities that a client may ask for. */
export const CAPABILITIES_SECTIONS = [
  'All',
  'ServiceIdentification',
  'ServiceProvider',
  'OperationsMetadata',
  'ServiceMetadata',
  'Contents',
  'CoverageSummary',
  'DatasetSeriesSummary',
] as const;

/** A section of the capabilities. */
export type CapabilitiesSection = (typeof CAPABILITIES_SECTIONS)[number];

/** What the capabilities describe. */
export interface WcsDescription {
  readonly url: string;
  readonly sections: readonly CapabilitiesSection[];
  readonly collections: readonly DescribedCollection[];
  /** Some of the coverages: the others are found by `DescribeEOCoverageSet`. */
  readonly coverages: readonly ListedCoverage[];
  /** Coverages that `DescribeEOCoverageSet` describes by default. */
  readonly countDefault: number;
}

/** Returns the capabilities. */
export function wcsCapabilities(service: WcsDescription): string {
  const has = (...sections: readonly CapabilitiesSection[]) =>
    ['All' as const, ...sections].some((section) => service.sections.includes(section));
  return xmlDocument({
    'wcs:Capabilities': {
      ...WCS_NAMESPACES,
      '@xsi:schemaLocation': WCSEO_SCHEMA,
      '@version': WCS_VERSION,
      'ows:ServiceIdentification': has('ServiceIdentification') ? identification() : undefined,
      'ows:ServiceProvider': has('ServiceProvider')
        ? { 'ows:ProviderName': SERVICE_TITLE, 'ows:ServiceContact': {} }
        : undefined,
      'ows:OperationsMetadata': has('OperationsMetadata') ? operations(service) : undefined,
      'wcs:ServiceMetadata': has('ServiceMetadata') ? { 'wcs:formatSupported': COVERAGE_FORMAT } : undefined,
      'wcs:Contents': has('Contents', 'CoverageSummary', 'DatasetSeriesSummary')
        ? contents(
            has('Contents', 'CoverageSummary') ? service.coverages : [],
            has('Contents', 'DatasetSeriesSummary') ? service.collections : [],
          )
        : undefined,
    },
  });
}

function identification(): XmlContent {
  return {
    'ows:Title': SERVICE_TITLE,
    'ows:Abstract': 'Images of earth-observation products.',
    'ows:Keywords': { 'ows:Keyword': ['WCS', 'earth observation'] },
    'ows:ServiceType': { '@codeSpace': 'OGC', '#': 'OGC WCS' },
    'ows:ServiceTypeVersion': WCS_VERSION,
    'ows:Profile': PROFILES,
    'ows:Fees': 'none',
    'ows:AccessConstraints': 'none',
  };
}

function operations({ url, countDefault }: WcsDescription): XmlContent {
  return {
    'ows:Operation': OPERATIONS.map((name) => ({
      '@name': name,
      'ows:DCP': {
        'ows:HTTP': {
          'ows:Get': {
            '@xlink:type': 'simple',
            '@xlink:href': `${url}?`,
            'ows:Constraint': {
              '@name': 'GetEncoding',
              'ows:AllowedValues': { 'ows:Value': 'KVP' },
            },
          },
        },
      },
      'ows:Constraint':
        name === 'DescribeEOCoverageSet'
          ? { '@name': 'CountDefault', 'ows:NoValues': {}, 'ows:DefaultValue': countDefault }
          : undefined,
    })),
  };
}

function contents(
  coverages: readonly ListedCoverage[],
  collections: readonly DescribedCollection[],
): XmlContent {
  const series = collections.map(({ collection, extent }) => ({
    'ows:Title': collection.title,
    'ows:WGS84BoundingBox': worldBox(extent?.box ?? { minX: -180, minY: -90, maxX: 180, maxY: 90 }),
    'wcseo:DatasetSeriesId': collection.id,
    'gml:TimePeriod': timePeriod(collection.id, extent?.begins, extent?.ends),
  }));
  return {
    'wcs:CoverageSummary': coverages.map(({ identifier, product }) => ({
      'ows:WGS84BoundingBox': worldBox(product.box),
      'wcs:CoverageId': identifier,
      'wcs:CoverageSubtype': 'RectifiedDataset',
    })),
    'wcs:Extension': series.length > 0 ? { 'wcseo:DatasetSeriesSummary': series } : undefined,
  };
}

function worldBox({ minX, minY, maxX, maxY }: Box): XmlContent {
  return { 'ows:LowerCorner': `${minX} ${minY}`, 'ows:UpperCorner': `${maxX} ${maxY}` };
}

function timePeriod(identifier: string, begins: Date | undefined, ends: Date | undefined): XmlContent {
  const position = (time: Date | undefined) =>
    time ? time.toISOString() : { '@indeterminatePosition': 'unknown' };
  return {
    '@gml:id': xmlId('series_time', identifier),
    'gml:beginPosition': position(begins),
    'gml:endPosition': position(ends),
  };
}

/** Returns the reply to `DescribeCoverage`. */
export function coverageDescriptions(coverages: readonly ListedCoverage[]): string {
  return xmlDocument({
    'wcs:CoverageDescriptions': {
      ...WCS_NAMESPACES,
      '@xsi:schemaLocation': WCS_SCHEMA,
      'wcs:CoverageDescription': coverages.map(describeCoverage),
    },
  });
}

/** What `DescribeEOCoverageSet` found; `undefined` is a section that is not wanted. */
export interface CoverageSet {
  readonly numberMatched: number;
  readonly coverages: readonly ListedCoverage[] | undefined;
  readonly collections: readonly DescribedCollection[] | undefined;
}

/** Returns the reply to `DescribeEOCoverageSet`. */
export function coverageSetDescription({ numberMatched, coverages, collections }: CoverageSet): string {
  return xmlDocument({
    'wcseo:EOCoverageSetDescription': {
      ...WCS_NAMESPACES,
      '@xsi:schemaLocation': WCSEO_SCHEMA,
      '@numberMatched': numberMatched,
      '@numberReturned': coverages?.length ?? 0,
      'wcs:CoverageDescriptions': coverages && { 'wcs:CoverageDescription': coverages.map(describeCoverage) },
      'wcseo:DatasetSeriesDescriptions': collections && {
        'wcseo:DatasetSeriesDescription': collections.map(describeSeries),
      },
    },
  });
}

function describeSeries({ collection, extent }: DescribedCollection): XmlContent {
  return {
    '@gml:id': xmlId('series', collection.id),
    'gml:boundedBy': extent && {
      'gml:Envelope': {
        '@axisLabels': 'Lat Long',
        '@srsDimension': 2,
        '@srsName': 'http://www.opengis.net/def/crs/EPSG/0/4326',
        '@uomLabels': 'deg deg',
        'gml:lowerCorner': `${extent.box.minY} ${extent.box.minX}`,
        'gml:upperCorner': `${extent.box.maxY} ${extent.box.maxX}`,
      },
    },
    'wcseo:DatasetSeriesId': collection.id,
    'gml:TimePeriod': timePeriod(collection.id, extent?.begins, extent?.ends),
  };
}
