import { boxesMeet } from '../../../../map-kit/box.ts';
import type { Database } from '../../../../platform/database/connection.ts';
import { findCollectionExtent } from '../../catalogue/collection-extents.ts';
import { footprintOfBox, partsOfBox } from '../../catalogue/footprint.ts';
import type { CatalogueProduct, CollectionExtent } from '../../catalogue/product.ts';
import { searchProducts } from '../../catalogue/search-products.ts';
import type { Collections } from '../../collections/collections.ts';
import { DESCRIPTION_TYPE } from './description.ts';
import type { SearchParameters } from './parameters.ts';
import { type Page, readBox, readInterval, readSearch } from './read-search.ts';
import type { SearchResult } from './results.ts';

/** Results of one page, and how many there are of all pages. */
export interface FoundResults {
  readonly results: readonly SearchResult[];
  readonly total: number;
}

/** Finds collections. @throws {HttpError} 400 */
export async function findCollections(
  database: Database,
  { list }: Pick<Collections, 'list'>,
  parameters: SearchParameters,
  { startIndex, count }: Page,
  origin: string,
): Promise<FoundResults> {
  const [box, interval] = [readBox(parameters), readInterval(parameters)];
  const [uid, text] = [parameters.find('uid'), parameters.find('q')?.toLowerCase()];
  const named = list.filter(
    ({ id, title }) =>
      (uid === undefined || id === uid) &&
      (text === undefined || `${id}\n${title}`.toLowerCase().includes(text)),
  );
  const fitting: SearchResult[] = [];
  for (const { id, title } of named) {
    const extent = await findCollectionExtent(database, id);
    const isThere = !box || partsOfBox(box).some((part) => extent && boxesMeet(part, extent.box));
    const isThen = !interval || (extent && extent.begins <= interval.end && extent.ends >= interval.begin);
    if (isThere && isThen) fitting.push(collectionResult(id, title, extent, origin));
  }
  return { results: fitting.slice(startIndex - 1, startIndex - 1 + count), total: fitting.length };
}

/** Finds products of a collection. @throws {HttpError} 400 */
export async function findCollectionProducts(
  database: Database,
  collection: string,
  parameters: SearchParameters,
  { startIndex, count }: Page,
  origin: string,
): Promise<FoundResults> {
  const { products, total } = await searchProducts(database, readSearch(collection, parameters), {
    offset: startIndex - 1,
    limit: count,
  });
  return { results: products.map((product) => productResult(product, collection, origin)), total };
}

function collectionResult(
  id: string,
  title: string,
  extent: CollectionExtent | undefined,
  origin: string,
): SearchResult {
  const address = `${origin}/opensearch/collections/${encodeURIComponent(id)}`;
  const hasArea = extent && extent.box.minX < extent.box.maxX && extent.box.minY < extent.box.maxY;
  return {
    identifier: id,
    title,
    begins: extent?.begins,
    ends: extent?.ends,
    footprint: hasArea ? footprintOfBox(extent.box) : undefined,
    boxes: extent ? [extent.box] : [],
    properties: {},
    links: [
      {
        relation: 'self',
        href: `${origin}/opensearch/atom?uid=${encodeURIComponent(id)}`,
        mediaType: 'application/atom+xml',
        title: 'Feed',
      },
      { relation: 'search', href: address, mediaType: DESCRIPTION_TYPE, title: 'Search' },
      { relation: 'alternate', href: `${address}/html`, mediaType: 'text/html', title: 'Products' },
    ],
  };
}

/** Pixels of the longer side of a quicklook. */
const QUICKLOOK_PIXELS = 512;

function productResult(product: CatalogueProduct, collection: string, origin: string): SearchResult {
  const { identifier, type, level, footprint, boxes, begins, ends, properties } = product;
  const address = `${origin}/opensearch/collections/${encodeURIComponent(collection)}`;
  const name = encodeURIComponent(identifier);
  return {
    identifier,
    title: identifier,
    begins,
    ends,
    footprint,
    boxes,
    properties: { ...properties, productType: type, processingLevel: level },
    links: [
      {
        relation: 'self',
        href: `${address}/atom?uid=${name}`,
        mediaType: 'application/atom+xml',
        title: 'Feed',
      },
      { relation: 'icon', href: quicklook(product, origin), mediaType: 'image/png', title: 'Quicklook' },
      {
        relation: 'via',
        href: `${origin}/ows?service=WCS&version=2.0.1&request=DescribeEOCoverageSet&eoId=${name}`,
        mediaType: 'application/xml',
        title: 'Coverages',
      },
    ],
  };
}

function quicklook({ identifier, box }: CatalogueProduct, origin: string): string {
  const [wide, high] = [box.maxX - box.minX, box.maxY - box.minY];
  const scale = QUICKLOOK_PIXELS / Math.max(wide, high);
  const size = (degrees: number) => String(Math.max(1, Math.round(degrees * scale)));
  const query = new URLSearchParams({
    service: 'WMS',
    version: '1.3.0',
    request: 'GetMap',
    layers: identifier,
    styles: '',
    crs: 'EPSG:4326',
    bbox: [box.minY, box.minX, box.maxY, box.maxX].join(),
    width: size(wide),
    height: size(high),
    format: 'image/png',
    transparent: 'true',
  });
  return `${origin}/ows?${query}`;
}
