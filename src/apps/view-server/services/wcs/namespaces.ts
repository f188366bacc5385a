import { XLINK, type XmlContent, XSI } from '../../../../map-kit/xml-document.ts';

/** The version of WCS, in all documents. */
export const WCS_VERSION = '2.0.1';

/** The namespaces of documents of the WCS and its EO profile. */
export const WCS_NAMESPACES: XmlContent = {
  '@xmlns:wcs': 'http://www.opengis.net/wcs/2.0',
  '@xmlns:ows': 'http://www.opengis.net/ows/2.0',
  '@xmlns:gml': 'http://www.opengis.net/gml/3.2',
  '@xmlns:gmlcov': 'http://www.opengis.net/gmlcov/1.0',
  '@xmlns:swe': 'http://www.opengis.net/swe/2.0',
  '@xmlns:wcseo': 'http://www.opengis.net/wcs/wcseo/1.0',
  '@xmlns:eop': 'http://www.opengis.net/eop/2.0',
  '@xmlns:om': 'http://www.opengis.net/om/2.0',
  '@xmlns:xlink': XLINK,
  '@xmlns:xsi': XSI,
};

/** Where the schemas of the core are. */
export const WCS_SCHEMA = 'http://www.opengis.net/wcs/2.0 http://schemas.opengis.net/wcs/2.0/wcsAll.xsd';

/** Where the schemas of the EO profile are, too. */
export const WCSEO_SCHEMA = `${WCS_SCHEMA} http://www.opengis.net/wcs/wcseo/1.0 http://schemas.opengis.net/wcs/wcseo/1.0/wcsEOAll.xsd`;

/** Returns the URI of a reference system: of `EPSG:4326`, `http://www.opengis.net/def/crs/EPSG/0/4326`. */
export function crsUri(srs: string): string {
  const [authority = '', code = ''] = srs.split(':');
  return `http://www.opengis.net/def/crs/${authority}/0/${code}`;
}

/** Returns an id for an element: letters, digits, `_`, `-` and `.`, with a letter first. */
export function xmlId(prefix: string, identifier: string): string {
  return `${prefix}_${identifier.replace(/[^\w.-]/gu, '_')}`;
}
