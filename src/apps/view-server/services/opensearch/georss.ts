import type { XmlContent } from '../../../../map-kit/xml-document.ts';
import type { SearchResult } from './results.ts';

/** The namespaces that feeds share. */
export const FEED_NAMESPACES: XmlContent = {
  '@xmlns:os': 'http://a9.com/-/spec/opensearch/1.1/',
  '@xmlns:dc': 'http://purl.org/dc/elements/1.1/',
  '@xmlns:georss': 'http://www.georss.org/georss',
  '@xmlns:gml': 'http://www.opengis.net/gml',
  '@xmlns:eo': 'http://a9.com/-/opensearch/extensions/eo/1.0/',
};

/** The place of a result in GeoRSS: its polygons in GML, and the box of its first part. */
export function georss({ footprint, boxes }: SearchResult): XmlContent {
  const [box] = boxes;
  return {
    ...(box ? { 'georss:box': `${box.minY} ${box.minX} ${box.maxY} ${box.maxX}` } : {}),
    ...(footprint
      ? {
          'georss:where': {
            'gml:MultiSurface': {
              '@srsName': 'urn:ogc:def:crs:EPSG::4326',
              'gml:surfaceMember': footprint.coordinates.map(([outside = [], ...holes]) => ({
                'gml:Polygon': {
                  'gml:exterior': ring(outside),
                  'gml:interior': holes.map(ring),
                },
              })),
            },
          },
        }
      : {}),
  };
}

function ring(positions: readonly (readonly [number, number])[]): XmlContent {
  const list = positions.map(([longitude, latitude]) => `${latitude} ${longitude}`).join(' ');
  return { 'gml:LinearRing': { 'gml:posList': list } };
}

/** The properties of a result as elements of the EO extension, where their names can be those of elements. */
export function properties(result: SearchResult): XmlContent {
  const named = Object.entries(result.properties).filter(([name]) => /^[A-Za-z_][\w.-]*$/.test(name));
  return Object.fromEntries(named.map(([name, value]) => [`eo:${name}`, value]));
}
