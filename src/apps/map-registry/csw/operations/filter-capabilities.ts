import type { XmlContent } from '../../../../map-kit/xml-document.ts';
import type { CswVersion } from '../csw-version.ts';

const SPATIAL = [
  'BBOX',
  'Contains',
  'Crosses',
  'Disjoint',
  'Equals',
  'Intersects',
  'Overlaps',
  'Touches',
  'Within',
];

const GEOMETRIES = ['Envelope', 'Point', 'LineString', 'Polygon'];

/** The comparisons of Filter Encoding 1.1, and what 2.0 calls them. */
const COMPARISONS: Readonly<Record<string, string>> = {
  Between: 'PropertyIsBetween',
  EqualTo: 'PropertyIsEqualTo',
  GreaterThan: 'PropertyIsGreaterThan',
  GreaterThanEqualTo: 'PropertyIsGreaterThanOrEqualTo',
  LessThan: 'PropertyIsLessThan',
  LessThanEqualTo: 'PropertyIsLessThanOrEqualTo',
  Like: 'PropertyIsLike',
  NotEqualTo: 'PropertyIsNotEqualTo',
  NullCheck: 'PropertyIsNull',
};

/** What of Filter Encoding 2.0 there is. */
const CONFORMANCE: Readonly<Record<string, boolean>> = {
  ImplementsQuery: true,
  ImplementsAdHocQuery: true,
  ImplementsFunctions: false,
  ImplementsResourceld: true,
  ImplementsMinStandardFilter: true,
  ImplementsStandardFilter: true,
  ImplementsMinSpatialFilter: true,
  ImplementsSpatialFilter: true,
  ImplementsMinTemporalFilter: false,
  ImplementsTemporalFilter: false,
  ImplementsVersionNav: false,
  ImplementsSorting: true,
  ImplementsExtendedOperators: false,
};

/** Returns what filters may have: Filter Encoding 1.1 for CSW 2.0.2, 2.0 for 3.0.0. */
export function filterCapabilities(version: CswVersion): XmlContent {
  return version === '3.0.0' ? fesCapabilities() : ogcCapabilities();
}

function ogcCapabilities(): XmlContent {
  return {
    'ogc:Spatial_Capabilities': {
      'ogc:GeometryOperands': { 'ogc:GeometryOperand': GEOMETRIES.map((name) => `gml:${name}`) },
      'ogc:SpatialOperators': { 'ogc:SpatialOperator': SPATIAL.map((name) => ({ '@name': name })) },
    },
    'ogc:Scalar_Capabilities': {
      'ogc:LogicalOperators': {},
      'ogc:ComparisonOperators': { 'ogc:ComparisonOperator': Object.keys(COMPARISONS) },
    },
    'ogc:Id_Capabilities': { 'ogc:EID': {}, 'ogc:FID': {} },
  };
}

function fesCapabilities(): XmlContent {
  return {
    'fes:Conformance': {
      // Filter Encoding 2.0 uses OWS Common 1.1, and CSW 3.0.0 uses 2.0.
      '@xmlns:ows11': 'http://www.opengis.net/ows/1.1',
      'fes:Constraint': Object.entries(CONFORMANCE).map(([name, isHad]) => ({
        '@name': name,
        'ows11:NoValues': {},
        'ows11:DefaultValue': isHad ? 'TRUE' : 'FALSE',
      })),
    },
    'fes:Id_Capabilities': { 'fes:ResourceIdentifier': { '@name': 'csw30:id' } },
    'fes:Scalar_Capabilities': {
      'fes:LogicalOperators': {},
      'fes:ComparisonOperators': {
        'fes:ComparisonOperator': Object.values(COMPARISONS).map((name) => ({ '@name': name })),
      },
    },
    'fes:Spatial_Capabilities': {
      'fes:GeometryOperands': {
        'fes:GeometryOperand': GEOMETRIES.map((name) => ({ '@name': `gml:${name}` })),
      },
      'fes:SpatialOperators': { 'fes:SpatialOperator': SPATIAL.map((name) => ({ '@name': name })) },
    },
  };
}
