import type { Box } from '../../../map-kit/box.ts';
import { faultOfText } from '../../../platform/database/storable-text.ts';
import { parseMoment } from '../indexing/moment.ts';
import { cellCount, type GridWindow, gridWindow } from '../search-engines/heat-map-grid.ts';
import type { SearchQuery, TimeRange } from '../search-engines/search-query.ts';
import { parseTextQuery } from './parse-text-query.ts';
import { SearchParameterError, TextQueryError, UnsupportedSearchError } from './search-errors.ts';
import { type HistogramPlan, parseGap, planHistogram } from './time-histogram.ts';

const LONGEST_TEXT_CHARACTERS = 1_000;
const MOST_DOCUMENTS = 1_000;
/** Documents before the end of a page, as search engines have it. */
const LAST_DOCUMENT = 10_000;
const MOST_VALUES = 1_000;
const MOST_CELLS = 65_536;
const LARGEST_LIMIT = 1_000_000;

const SORTS = ['score', 'time', 'distance'] as const;
const ENGINES = ['postgres', 'elasticsearch', 'solr'] as const;

/** A search, as its parameters say. */
export interface SearchRequest {
  readonly query: SearchQuery;
  readonly histogram?: HistogramPlan;
  /** Whether the reply is what the engine itself has said. */
  readonly wantsOriginal: boolean;
}

/** What reading depends on. */
export interface ReadingOptions {
  /** The finest level of heat maps. */
  readonly finestGridLevel: number;
  readonly isStrict: boolean;
}

/**
 * Reads the parameters of a search. They have dots or underscores; those without a value, and unknown ones, have no effect.
 *
 * @throws {SearchParameterError}
 * @throws {UnsupportedSearchError}
 */
export function readSearchParameters(
  given: URLSearchParams,
  { finestGridLevel, isStrict }: ReadingOptions,
): SearchRequest {
  const parameters = new Parameters(given);
  const text = parameters.read('q.text', readText);
  const time = parameters.read('q.time', readTimeRange);
  const boxes = parameters.read('q.geo', readBoxes);
  const histogram = readHistogram(parameters, time);
  const heatMap = readHeatMap(parameters, boxes, finestGridLevel);
  const originator = parameters.read('q.user', (value) => value);
  const serviceType = parameters.read('q.type', (value) => value);
  parameters.read('search_engine', oneOf(ENGINES));
  if (isStrict) parameters.read('search_engine_endpoint', refuse('The search engine cannot be chosen.'));
  return {
    query: {
      ...(text?.query ? { text: text.query } : {}),
      ...(time ? { time } : {}),
      ...(boxes ? { boxes } : {}),
      ...(originator === undefined ? {} : { originator }),
      ...(serviceType === undefined ? {} : { serviceType }),
      documents: readDocuments(parameters),
      ...(histogram ? { histogram: { gap: histogram.gap, range: histogram.range } } : {}),
      ...(heatMap ? { heatMap } : {}),
      topWords: parameters.read('a.text.limit', wholeNumber(0, MOST_VALUES)) ?? 0,
      topOriginators: parameters.read('a.user.limit', wholeNumber(0, MOST_VALUES)) ?? 0,
      topServiceTypes: parameters.read('a.type.limit', wholeNumber(0, MOST_VALUES)) ?? 0,
    },
    ...(histogram ? { histogram } : {}),
    wantsOriginal: (parameters.read('original_response', wholeNumber(0, 1)) ?? 0) === 1,
  };
}

/** Reads each parameter by its name with dots, and reports it by the name that the caller used. */
class Parameters {
  readonly #values = new Map<string, { readonly sentAs: string; readonly value: string }>();

  constructor(given: URLSearchParams) {
    for (const [sentAs, value] of given) {
      const name = canonicalName(sentAs);
      if (this.#values.has(name)) throw new SearchParameterError(sentAs, 'It is given more than once.');
      const fault = faultOfText(value);
      if (fault) throw new SearchParameterError(sentAs, `It has ${fault}.`);
      if (value.length > LONGEST_TEXT_CHARACTERS) {
        throw new SearchParameterError(sentAs, `It has more than ${LONGEST_TEXT_CHARACTERS} characters.`);
      }
      this.#values.set(name, { sentAs, value });
    }
  }

  /** @returns `undefined` where it is not given, or empty. */
  read<Value>(name: string, read: (value: string) => Value): Value | undefined {
    const found = this.#values.get(canonicalName(name));
    if (!found || found.value.trim() === '') return undefined;
    try {
      return read(found.value.trim());
    } catch (error) {
      if (error instanceof ValueError) throw new SearchParameterError(found.sentAs, error.message);
      throw error;
    }
  }
}

/** A value is not of its form. */
class ValueError extends Error {
  override readonly name = 'ValueError';
}

function canonicalName(name: string): string {
  return name.replaceAll('.', '_');
}

function readText(value: string) {
  try {
    return { query: parseTextQuery(value) };
  } catch (error) {
    if (error instanceof TextQueryError) throw new ValueError(`It cannot be read: ${error.message}.`);
    throw error;
  }
}

function readDocuments(parameters: Parameters): SearchQuery['documents'] {
  const limit = parameters.read('d.docs.limit', wholeNumber(0, MOST_DOCUMENTS)) ?? 0;
  const page = parameters.read('d.docs.page', wholeNumber(1, LAST_DOCUMENT)) ?? 1;
  const sort = parameters.read('d.docs.sort', oneOf(SORTS)) ?? 'score';
  if (sort === 'distance') throw new UnsupportedSearchError('Sorting by distance is not available.');
  parameters.read('d.docs.page', () => {
    if (limit * page > LAST_DOCUMENT)
      throw new ValueError(`The page ends after the document ${LAST_DOCUMENT}; narrow the search instead.`);
  });
  return { limit, offset: (page - 1) * limit, sort };
}

function readHistogram(parameters: Parameters, time: TimeRange | undefined): HistogramPlan | undefined {
  const mostBuckets = parameters.read('a.time.limit', wholeNumber(0, LARGEST_LIMIT)) ?? 0;
  const gap = parameters.read('a.time.gap', (value) => {
    const parsed = parseGap(value);
    if (!parsed) throw new ValueError('It is one unit of ISO 8601: P1Y, P1M, P2W, P1D, PT6H, PT5M or PT1S.');
    return parsed;
  });
  const range = parameters.read('a.time.filter', readTimeRange) ?? time;
  if (mostBuckets === 0) return undefined;
  if (!range)
    throw new UnsupportedSearchError('If you want to use a.time.limit, q.time has to be given too.');
  return planHistogram({ mostBuckets, gap, range });
}

function readHeatMap(
  parameters: Parameters,
  boxes: readonly Box[] | undefined,
  finestGridLevel: number,
): GridWindow | undefined {
  const mostCells = parameters.read('a.hm.limit', wholeNumber(0, LARGEST_LIMIT)) ?? 0;
  const level = parameters.read('a.hm.gridlevel', wholeNumber(1, finestGridLevel));
  const [box, ...others] = parameters.read('a.hm.filter', readBoxes) ?? boxes ?? [WORLD];
  if (mostCells === 0 || !box) return undefined;
  // Across the date line, the heat map is of the whole band.
  const covered = others.length > 0 ? { ...box, minX: -180, maxX: 180 } : box;
  if (level === undefined) return finestWindow(covered, Math.min(mostCells, MOST_CELLS), finestGridLevel);
  const window = gridWindow(level, covered);
  parameters.read('a.hm.gridlevel', () => {
    if (cellCount(window) > MOST_CELLS)
      throw new ValueError(`The heat map has more than ${MOST_CELLS} cells.`);
  });
  return window;
}

const WORLD: Box = { minX: -180, minY: -90, maxX: 180, maxY: 90 };

/** The finest window that has no more cells; one of level 1 where even that has. */
function finestWindow(box: Box, mostCells: number, finestGridLevel: number): GridWindow {
  let finest = gridWindow(1, box);
  for (let level = 2; level <= finestGridLevel; level += 1) {
    const window = gridWindow(level, box);
    if (cellCount(window) > mostCells) break;
    finest = window;
  }
  return finest;
}

function readTimeRange(value: string): TimeRange {
  const [, first, last] = /^\[\s*(\S(?:.*\S)?)\s+TO\s+(\S(?:.*\S)?)\s*\]$/i.exec(value) ?? [];
  if (first === undefined || last === undefined) {
    throw new ValueError(
      'It has to be of the form [2000-01-01 TO 2001-01-01T00:00:00], with * for an open end.',
    );
  }
  const from = readEnd(first);
  const to = readEnd(last);
  if (from && to && from.seconds > to.seconds) throw new ValueError('It ends before it begins.');
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

function readEnd(text: string) {
  if (text === '*') return undefined;
  const moment = parseMoment(text);
  if (!moment) throw new ValueError(`${text.slice(0, 40)} is no date of ISO 8601.`);
  return moment;
}

const NUMBER = String.raw`\s*([+-]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20}))\s*`;
const BOX = new RegExp(String.raw`^\[${NUMBER},${NUMBER}\sTO\s${NUMBER},${NUMBER}\]$`, 'i');

/** One box; two across the date line. */
function readBoxes(value: string): readonly Box[] {
  const numbers = BOX.exec(value)?.slice(1).map(Number);
  const [minY = Number.NaN, minX = Number.NaN, maxY = Number.NaN, maxX = Number.NaN] = numbers ?? [];
  if (!numbers) throw new ValueError('It has to be of the form [latitude,longitude TO latitude,longitude].');
  if (Math.abs(minY) > 90 || Math.abs(maxY) > 90) throw new ValueError('Latitudes are from -90 to 90.');
  if (Math.abs(minX) > 180 || Math.abs(maxX) > 180) throw new ValueError('Longitudes are from -180 to 180.');
  if (minY > maxY) throw new ValueError('The lower left corner comes first.');
  if (minX <= maxX) return [{ minX, minY, maxX, maxY }];
  return [
    { minX, minY, maxX: 180, maxY },
    { minX: -180, minY, maxX, maxY },
  ];
}

function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^[+-]?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new ValueError(`It has to be a whole number from ${least} to ${most}.`);
  };
}

function oneOf<Value extends string>(values: readonly Value[]): (value: string) => Value {
  return (given) => {
    const value = values.find((known) => known === given);
    if (value === undefined) throw new ValueError(`It has to be one of ${values.join(', ')}.`);
    return value;
  };
}

function refuse(message: string): () => never {
  return () => {
    throw new ValueError(message);
  };
}
