import type { CatalogueProduct } from '../catalogue/product.ts';
import type { Link } from './shapes.ts';

/** The services of the site, as paths. */
export const SERVICES = {
  wms: '/ows?service=WMS&version=1.3.0&request=GetCapabilities',
  wcs: '/ows?service=WCS&version=2.0.1&request=GetCapabilities',
  wmts: '/cache/ows?service=WMTS&version=1.0.0&request=GetCapabilities',
} as const;

/** The side of a picture by the map service. */
const PICTURE_PIXELS = 800;

/** Returns what the services have of a product. */
export function linksOfProduct(
  { identifier, box }: Pick<CatalogueProduct, 'identifier' | 'box'>,
  collections: readonly string[],
): readonly Link[] {
  const map = new URLSearchParams({
    service: 'WMS',
    version: '1.1.1',
    request: 'GetMap',
    layers: identifier,
    styles: '',
    srs: 'EPSG:4326',
    bbox: [box.minX, box.minY, box.maxX, box.maxY].join(','),
    width: String(PICTURE_PIXELS),
    height: String(PICTURE_PIXELS),
    format: 'image/png',
    transparent: 'true',
  });
  const coverages = new URLSearchParams({
    service: 'WCS',
    version: '2.0.1',
    request: 'DescribeEOCoverageSet',
    eoId: identifier,
  });
  return [
    ...collections.map((collection) => ({ label: `Map of ${collection}`, path: mapPagePath(collection) })),
    { label: 'Picture by WMS', path: `/ows?${map}` },
    { label: 'Coverages by WCS', path: `/ows?${coverages}` },
    { label: 'Tiles by WMTS', path: SERVICES.wmts },
  ];
}

/** Returns what the services have of a collection. */
export function linksOfCollection(collection: string): readonly Link[] {
  const name = encodeURIComponent(collection);
  return [
    { label: 'Map', path: mapPagePath(collection) },
    { label: 'WMS', path: SERVICES.wms },
    { label: 'WMTS', path: SERVICES.wmts },
    { label: 'OpenSearch', path: `/opensearch/collections/${name}` },
  ];
}

function mapPagePath(collection: string): string {
  return `/view-server/${encodeURIComponent(collection)}`;
}
