import type { XmlContent } from '../../../../map-kit/xml-document.ts';
import type { Footprint, ListedCoverage } from '../../catalogue/product.ts';
import { axesOf, inOrder } from './coverage-axes.ts';
import { crsUri, xmlId } from './namespaces.ts';

/** The format of coverages. */
export const COVERAGE_FORMAT = 'image/tiff';

/** Returns the name of a band, from 1. */
export function bandName(band: number): string {
  return `band${band}`;
}

/** Describes a coverage as an element `wcs:CoverageDescription`. */
export function describeCoverage(coverage: ListedCoverage): XmlContent {
  const { identifier, srs, box } = coverage;
  const axes = axesOf(srs);
  return {
    '@gml:id': xmlId('coverage', identifier),
    'gml:boundedBy': {
      'gml:Envelope': {
        '@axisLabels': axes.labels.join(' '),
        '@srsDimension': 2,
        '@srsName': crsUri(srs),
        '@uomLabels': axes.units,
        'gml:lowerCorner': inOrder(box.minX, box.minY, axes),
        'gml:upperCorner': inOrder(box.maxX, box.maxY, axes),
      },
    },
    'wcs:CoverageId': identifier,
    'gmlcov:metadata': {
      'gmlcov:Extension': { 'wcseo:EOMetadata': { 'eop:EarthObservation': earthObservation(coverage) } },
    },
    'gml:domainSet': { 'gml:RectifiedGrid': grid(coverage) },
    'gmlcov:rangeType': { 'swe:DataRecord': { 'swe:field': fields(coverage.bandCount) } },
    'wcs:ServiceParameters': {
      'wcs:CoverageSubtype': 'RectifiedDataset',
      'wcs:nativeFormat': COVERAGE_FORMAT,
    },
  };
}

function grid({ identifier, srs, box, widthPixels, heightPixels }: ListedCoverage): XmlContent {
  const axes = axesOf(srs);
  const stepX = (box.maxX - box.minX) / widthPixels;
  const stepY = (box.maxY - box.minY) / heightPixels;
  const vector = (x: number, y: number) => ({ '@srsName': crsUri(srs), '#': inOrder(x, y, axes) });
  return {
    '@gml:id': xmlId('grid', identifier),
    '@dimension': 2,
    'gml:limits': {
      'gml:GridEnvelope': { 'gml:low': '0 0', 'gml:high': `${widthPixels - 1} ${heightPixels - 1}` },
    },
    'gml:axisLabels': axes.labels.join(' '),
    'gml:origin': {
      'gml:Point': {
        '@gml:id': xmlId('origin', identifier),
        '@srsName': crsUri(srs),
        // The middle of the left upper pixel.
        'gml:pos': inOrder(box.minX + stepX / 2, box.maxY - stepY / 2, axes),
      },
    },
    'gml:offsetVector': [vector(stepX, 0), vector(0, -stepY)],
  };
}

function fields(bandCount: number): readonly XmlContent[] {
  return Array.from({ length: bandCount }, (_, index) => ({
    '@name': bandName(index + 1),
    'swe:Quantity': {
      '@definition': 'http://www.opengis.net/def/property/OGC/0/Radiance',
      'swe:description': `Band ${index + 1}`,
      'swe:uom': { '@code': '1' },
    },
  }));
}

function earthObservation({ identifier, product }: ListedCoverage): XmlContent {
  return {
    '@gml:id': xmlId('observation', identifier),
    'om:phenomenonTime': {
      'gml:TimePeriod': {
        '@gml:id': xmlId('time', identifier),
        'gml:beginPosition': product.begins.toISOString(),
        'gml:endPosition': product.ends.toISOString(),
      },
    },
    'om:resultTime': {
      'gml:TimeInstant': {
        '@gml:id': xmlId('result_time', identifier),
        'gml:timePosition': product.ends.toISOString(),
      },
    },
    'om:procedure': '',
    'om:observedProperty': '',
    'om:featureOfInterest': {
      'eop:Footprint': {
        '@gml:id': xmlId('footprint', identifier),
        'eop:multiExtentOf': { 'gml:MultiSurface': multiSurface(product.footprint, identifier) },
      },
    },
    'om:result': '',
    'eop:metaDataProperty': {
      'eop:EarthObservationMetaData': {
        'eop:identifier': product.identifier,
        'eop:acquisitionType': 'NOMINAL',
        'eop:productType': product.type === '' ? undefined : product.type,
        'eop:status': 'ARCHIVED',
      },
    },
  };
}

function multiSurface({ coordinates }: Footprint, identifier: string): XmlContent {
  const ring = (positions: readonly (readonly [number, number])[]): XmlContent => ({
    'gml:LinearRing': { 'gml:posList': positions.map(([x, y]) => `${y} ${x}`).join(' ') },
  });
  return {
    '@gml:id': xmlId('surface', identifier),
    '@srsName': crsUri('EPSG:4326'),
    'gml:surfaceMember': coordinates.map(([outside = [], ...holes], index) => ({
      'gml:Polygon': {
        '@gml:id': xmlId(`polygon${index}`, identifier),
        'gml:exterior': ring(outside),
        'gml:interior': holes.map(ring),
      },
    })),
  };
}
