import './client.css';
import { element, make, say } from '../../../../app-kit/client/front-end/page-elements.ts';
import { CollectionMap } from './collection-map.ts';
import {
  type FoundPage,
  type FoundProduct,
  hideDetails,
  listProducts,
  markProduct,
  searchProducts,
  showDetails,
} from './product-list.ts';
import { showTimeRange, type TimeRange } from './time-range.ts';

/** How long the map and the sliders have to rest before products are searched. */
const REST_MILLISECONDS = 250;

const { collection = '', address = '' } = document.body.dataset;

show().catch((error: unknown) => say(`The collection cannot be shown: ${messageOf(error)}`));

async function show(): Promise<void> {
  const map = await CollectionMap.open(element('map', HTMLElement), collection);
  let range: TimeRange | undefined;
  let chosen: string | undefined;
  let products: ReadonlyMap<string, FoundProduct> = new Map();
  let searching = new AbortController();
  let resting: ReturnType<typeof setTimeout> | undefined;

  const choose = (id: string | undefined): void => {
    const product = id === undefined ? undefined : products.get(id);
    chosen = product?.id;
    map.choose(chosen);
    markProduct(chosen);
    if (product) showDetails(product);
    else hideDetails();
  };

  const search = async (): Promise<void> => {
    searching.abort();
    searching = new AbortController();
    const { signal } = searching;
    try {
      const page: FoundPage = await searchProducts(collection, map.box, range, signal);
      products = new Map(page.features.map((product) => [product.id, product]));
      map.showProducts(page);
      listProducts(page, chosen, choose);
      say('');
    } catch (error) {
      if (!signal.aborted) say(`Products cannot be searched: ${messageOf(error)}`);
    }
  };

  const searchSoon = (): void => {
    clearTimeout(resting);
    resting = setTimeout(() => void search(), REST_MILLISECONDS);
  };

  showLayers(map);
  const footprints = element('footprints', HTMLInputElement);
  footprints.addEventListener('change', () => map.showFootprints(footprints.checked));
  element('close', HTMLButtonElement).addEventListener('click', () => {
    const button = document.querySelector<HTMLButtonElement>('#products button[aria-pressed="true"]');
    choose(undefined);
    (button ?? element('product-heading', HTMLElement)).focus();
  });
  map.onPressed(choose);
  map.onMoved(searchSoon);
  const hasProducts = await showTimeRange(address, (chosenRange) => {
    range = chosenRange;
    map.showTime(range);
    searchSoon();
  });
  if (!hasProducts) say('The collection has no products yet.');
  await search();
}

function showLayers(map: CollectionMap): void {
  const list = element('layers', HTMLElement);
  for (const [index, { name, title }] of map.layers.entries()) {
    const choice = make('input');
    choice.type = 'radio';
    choice.name = 'layer';
    choice.value = name;
    choice.checked = index === 0;
    choice.addEventListener('change', () => map.showLayer(name));
    const label = make('label');
    label.append(choice, ` ${title}`);
    list.append(label);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
