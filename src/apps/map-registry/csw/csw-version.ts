/** The versions of CSW, the newest first. */
export const CSW_VERSIONS = ['3.0.0', '2.0.2'] as const;

/** One of {@link CSW_VERSIONS}. */
export type CswVersion = (typeof CSW_VERSIONS)[number];

/** The namespaces of each version. */
export const NAMESPACES = {
  '2.0.2': {
    prefix: 'csw',
    csw: 'http://www.opengis.net/cat/csw/2.0.2',
    ows: 'http://www.opengis.net/ows',
    filter: 'http://www.opengis.net/ogc',
    discoverySchema: 'http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd',
    publicationSchema: 'http://schemas.opengis.net/csw/2.0.2/CSW-publication.xsd',
  },
  '3.0.0': {
    prefix: 'csw30',
    csw: 'http://www.opengis.net/cat/csw/3.0',
    ows: 'http://www.opengis.net/ows/2.0',
    filter: 'http://www.opengis.net/fes/2.0',
    discoverySchema: 'http://schemas.opengis.net/cat/csw/3.0/cswAll.xsd',
    publicationSchema: 'http://schemas.opengis.net/cat/csw/3.0/cswAll.xsd',
  },
} as const;

/** Dublin Core. */
export const DC = 'http://purl.org/dc/elements/1.1/';

/** The terms of Dublin Core. */
export const DCT = 'http://purl.org/dc/terms/';

/** ISO 19139. */
export const GMD = 'http://www.isotc211.org/2005/gmd';

/** Atom. */
export const ATOM = 'http://www.w3.org/2005/Atom';
