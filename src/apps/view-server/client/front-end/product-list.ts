import { element, getJson, make } from '../../../../app-kit/client/front-end/page-elements.ts';
import type { TimeRange } from './time-range.ts';

/** A product, as the search returns it. */
export interface FoundProduct {
  readonly id: string;
  readonly bbox?: readonly number[];
  readonly properties: ProductProperties;
}

interface ProductProperties {
  readonly title: string;
  readonly begin: string | null;
  readonly end: string | null;
  readonly links?: readonly {
    readonly rel: string;
    readonly href: string;
    readonly title?: string;
    readonly type?: string;
  }[];
  readonly [name: string]: unknown;
}

/** A page of the search. */
export interface FoundPage {
  readonly properties: { readonly totalResults: number };
  readonly features: readonly FoundProduct[];
}

/** Products that are listed, at most. */
const MOST_PRODUCTS = 100;

/** Searches the products of a collection in a box. @throws {Error} */
export function searchProducts(
  collection: string,
  box: readonly number[],
  range: TimeRange | undefined,
  signal: AbortSignal,
): Promise<FoundPage> {
  const query = new URLSearchParams({ bbox: box.join(), count: String(MOST_PRODUCTS) });
  if (range) {
    query.set('start', range.begin);
    query.set('end', range.end);
  }
  return getJson(`/opensearch/collections/${encodeURIComponent(collection)}/json?${query}`, signal);
}

/** Lists products. @param onChoose called with the id of the one that was pressed. */
export function listProducts(
  { features, properties }: FoundPage,
  chosen: string | undefined,
  onChoose: (id: string) => void,
): void {
  const count = properties.totalResults;
  const shown = features.length < count ? `, the newest ${features.length} are listed` : '';
  element('product-count', HTMLElement).textContent =
    `${count} ${count === 1 ? 'product' : 'products'}${shown}.`;
  element('products', HTMLElement).replaceChildren(
    ...features.map(({ id, properties: { title, begin } }) => {
      const button = make('button', title);
      button.type = 'button';
      button.dataset['product'] = id;
      button.setAttribute('aria-pressed', String(id === chosen));
      button.append(make('small', begin === null ? '' : moment(begin)));
      button.addEventListener('click', () => onChoose(id));
      const item = make('li');
      item.append(button);
      return item;
    }),
  );
}

/** Marks the product that was chosen. */
export function markProduct(chosen: string | undefined): void {
  for (const button of element('products', HTMLElement).querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.dataset['product'] === chosen));
  }
}

/** Shows what is known of a product, with links to its services. */
export function showDetails({ id, bbox, properties }: FoundProduct): void {
  const { title, links = [], ...others } = properties;
  element('details-heading', HTMLElement).textContent = title;
  element('properties', HTMLElement).replaceChildren(
    ...Object.entries(others)
      .filter(([name, value]) => name !== 'date' && ['string', 'number'].includes(typeof value))
      .flatMap(([name, value]) => [make('dt', name), make('dd', String(value))]),
  );
  const described = links
    .filter(({ rel }) => rel !== 'self')
    .map(({ href, title: text, rel, type }) => ({ href, text: text ?? type ?? rel }));
  element('links', HTMLElement).replaceChildren(
    ...[...serviceLinks(id, bbox), ...described].map(({ href, text }) => {
      const link = make('a', text);
      link.href = href;
      const item = make('li');
      item.append(link);
      return item;
    }),
  );
  element('details', HTMLElement).hidden = false;
  element('details-heading', HTMLElement).focus();
}

/** Hides what is known of a product. */
export function hideDetails(): void {
  element('details', HTMLElement).hidden = true;
}

function serviceLinks(
  id: string,
  bbox: readonly number[] | undefined,
): readonly { href: string; text: string }[] {
  const coverages = new URLSearchParams({
    service: 'WCS',
    version: '2.0.1',
    request: 'DescribeEOCoverageSet',
    eoId: id,
  });
  const links = [{ href: `/ows?${coverages}`, text: 'Its images by WCS' }];
  const [west = 0, south = 0, east = 0, north = 0] = bbox ?? [];
  if (west < east && south < north) {
    const share = (north - south) / (east - west);
    const size =
      share > 1
        ? { width: Math.ceil(1_024 / share), height: 1_024 }
        : { width: 1_024, height: Math.ceil(1_024 * share) };
    const map = new URLSearchParams({
      service: 'WMS',
      version: '1.1.1',
      request: 'GetMap',
      layers: id,
      styles: '',
      srs: 'EPSG:4326',
      bbox: [west, south, east, north].join(),
      width: String(size.width),
      height: String(size.height),
      format: 'image/png',
      transparent: 'true',
    });
    links.unshift({ href: `/ows?${map}`, text: 'Its picture by WMS' });
  }
  return links;
}

function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
