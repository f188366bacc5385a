import { PAGE_LAYERS, type SearchBox, type SearchState, type YearRange } from './search-state.ts';
import type { YearCount } from './time-bins.ts';

/** A layer, as the search returns it. */
export interface FoundLayer {
  readonly id: string;
  readonly title: string;
  readonly name: string;
  readonly abstract: string;
  readonly layer_originator: string;
  readonly service_type: string;
  readonly layer_date?: string;
  /** How the date was found; without it, the date is when the layer was added. */
  readonly layer_datetype?: string;
  /** From 0 to 100; null before the first check. */
  readonly reliability: number | null;
  readonly min_x: number;
  readonly min_y: number;
  readonly max_x: number;
  readonly max_y: number;
  readonly tile_url?: string;
  readonly location: { readonly layer_info: string };
}

/** A value, and how many of the layers that were found have it. */
export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

/** Counts of layers in the cells of a grid. */
export interface HeatGrid {
  readonly columns: number;
  readonly rows: number;
  readonly minX: number;
  readonly maxX: number;
  readonly minY: number;
  readonly maxY: number;
  /** From the north; a row without layers is null. */
  readonly counts_ints2D: readonly (readonly number[] | null)[] | null;
}

/** What was found. */
export interface SearchResult {
  readonly total: number;
  readonly layers: readonly FoundLayer[];
  readonly originators: readonly FacetCount[];
  readonly words: readonly FacetCount[];
  readonly heat: HeatGrid | undefined;
}

/** The search refused a request, or could not be reached. The message is for people. */
export class SearchFault extends Error {
  override readonly name = 'SearchFault';
}

/** Cells of the heat map at most. */
const MOST_CELLS = 8_192;

/** Values of a facet. */
const FACET_VALUES = 12;

/** Searches layers. @throws {SearchFault} */
export async function searchLayers(
  api: string,
  state: SearchState,
  signal: AbortSignal,
): Promise<SearchResult> {
  const query = queryOf(state);
  if (state.years) query.set('q.time', timeText(state.years));
  query.set('d.docs.limit', String(PAGE_LAYERS));
  query.set('d.docs.page', String(state.page));
  query.set('d.docs.sort', state.sort);
  query.set('a.hm.limit', String(MOST_CELLS));
  query.set('a.user.limit', String(FACET_VALUES));
  query.set('a.text.limit', String(FACET_VALUES));
  const reply = await requestSearch<SearchReply>(api, query, signal);
  return {
    total: reply['a.matchDocs'],
    layers: reply['d.docs'],
    originators: reply['a.user'] ?? [],
    words: reply['a.text'] ?? [],
    heat: reply['a.hm'],
  };
}

/** Counts what is found by year, in all years. @throws {SearchFault} */
export async function countByYear(
  api: string,
  state: SearchState,
  signal: AbortSignal,
): Promise<readonly YearCount[]> {
  const query = queryOf(state);
  query.set('q.time', '[* TO *]');
  query.set('a.time.limit', '1');
  query.set('a.time.gap', 'P1Y');
  const reply = await requestSearch<SearchReply>(api, query, signal);
  return (reply['a.time']?.counts ?? []).map(({ value, count }) => ({ year: yearOf(value), count }));
}

/** Returns what {@link countByYear} depends on, as a text. */
export function countKeyOf(state: SearchState): string {
  return String(queryOf(state));
}

/** Returns the year of a moment of ISO 8601, whose years may have any number of digits and a sign. */
export function yearOf(moment: string): number {
  return Number(/^[+-]?\d+/.exec(moment)?.[0] ?? Number.NaN);
}

interface SearchReply {
  readonly 'a.matchDocs': number;
  readonly 'd.docs': readonly FoundLayer[];
  readonly 'a.user'?: readonly FacetCount[];
  readonly 'a.text'?: readonly FacetCount[];
  readonly 'a.time'?: { readonly counts: readonly FacetCount[] };
  readonly 'a.hm'?: HeatGrid;
  readonly error?: { readonly msg?: string } | string;
}

/** What narrows all requests: the text, the box, the originator and the type. */
function queryOf({ text, originator, serviceType, box }: SearchState): URLSearchParams {
  const query = new URLSearchParams();
  const type = serviceType === '' ? '' : `service_type:"${serviceType.replaceAll('"', '')}"`;
  // What was typed may have an OR: it keeps to itself.
  const words = text.trim() === '' || type === '' ? text.trim() : `(${text.trim()})`;
  if (words !== '' || type !== '') query.set('q.text', `${words} ${type}`.trim());
  if (originator !== '') query.set('q.user', originator);
  if (box) query.set('q.geo', boxText(box));
  return query;
}

function boxText({ west, south, east, north }: SearchBox): string {
  return `[${south},${west} TO ${north},${east}]`;
}

function timeText({ from, to }: YearRange): string {
  return `[${yearText(from)}-01-01T00:00:00 TO ${yearText(to)}-12-31T23:59:59]`;
}

function yearText(year: number): string {
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`;
}

async function requestSearch<Reply extends Pick<SearchReply, 'error'>>(
  api: string,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<Reply> {
  let response: Response;
  try {
    response = await fetch(`${api}?${query}`, { headers: { accept: 'application/json' }, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new SearchFault('The server cannot be reached. Check the connection, and try again.');
  }
  const text = await response.text();
  const reply: Reply | undefined = asJson(text);
  if (response.ok && reply && reply.error === undefined) return reply;
  throw new SearchFault(faultOf(reply, response.status));
}

function asJson<Reply>(text: string): Reply | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the server says is wrong: `{"error": …}`, or `{"q.text": ["…"]}`. */
function faultOf(reply: object | undefined, status: number): string {
  const [first] = Object.values(reply ?? {});
  if (typeof first === 'string') return first;
  if (Array.isArray(first)) return String(first[0]);
  if (typeof first === 'object' && first !== null && 'msg' in first) return String(first.msg);
  return `The search returned status ${status}.`;
}
