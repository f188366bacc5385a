/** A box of the map, in longitude and latitude. */
export interface SearchBox {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Years, both included; negative ones are before the common era. */
export interface YearRange {
  readonly from: number;
  readonly to: number;
}

/** What is searched. The address of the page has all of it, so that it can be shared. */
export interface SearchState {
  readonly text: string;
  readonly years: YearRange | undefined;
  /** Whose layers: a host or a user. Empty for all. */
  readonly originator: string;
  /** A type of services. Empty for all. */
  readonly serviceType: string;
  /** `undefined` for the whole world. */
  readonly box: SearchBox | undefined;
  readonly sort: 'score' | 'time';
  /** From 1. */
  readonly page: number;
}

/** Everything. */
export const EMPTY_STATE: SearchState = {
  text: '',
  years: undefined,
  originator: '',
  serviceType: '',
  box: undefined,
  sort: 'score',
  page: 1,
};

/** Layers of one page. */
export const PAGE_LAYERS = 20;

/** The search returns no layers beyond this one. */
export const MOST_LAYERS = 10_000;

const LAST_PAGE = MOST_LAYERS / PAGE_LAYERS;

/** Decimals of degrees in addresses: about ten metres. */
const BOX_DECIMALS = 4;

/** Reads the query of an address. What is wrong in it is left out. */
export function readSearchState(query: URLSearchParams): SearchState {
  const page = Number(query.get('page') ?? '1');
  return {
    text: query.get('q') ?? '',
    years: readYears(query.get('years')),
    originator: query.get('source') ?? '',
    serviceType: query.get('type') ?? '',
    box: readBox(query.get('box')),
    sort: query.get('sort') === 'time' ? 'time' : 'score',
    page: Number.isInteger(page) && page >= 1 && page <= LAST_PAGE ? page : 1,
  };
}

/** Returns the query of the address that {@link readSearchState} reads; what is as in {@link EMPTY_STATE} is left out. */
export function writeSearchState(state: SearchState): string {
  const { text, years, originator, serviceType, box, sort, page } = state;
  const query = new URLSearchParams();
  if (text !== '') query.set('q', text);
  if (years) query.set('years', `${years.from}~${years.to}`);
  if (originator !== '') query.set('source', originator);
  if (serviceType !== '') query.set('type', serviceType);
  if (box) {
    const numbers = [box.west, box.south, box.east, box.north];
    query.set('box', numbers.map((each) => String(Number(each.toFixed(BOX_DECIMALS)))).join('~'));
  }
  if (sort !== 'score') query.set('sort', sort);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `?${query}` : '';
}

function readYears(text: string | null): YearRange | undefined {
  const [from = Number.NaN, to = Number.NaN] = (text ?? '').split('~').map(asNumber);
  return Number.isInteger(from) && Number.isInteger(to) && from <= to ? { from, to } : undefined;
}

function readBox(text: string | null): SearchBox | undefined {
  const numbers = (text ?? '').split('~').map(asNumber);
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = numbers;
  const isInside = west >= -180 && south >= -90 && east <= 180 && north <= 90;
  return isInside && west < east && south < north ? { west, south, east, north } : undefined;
}

function asNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
