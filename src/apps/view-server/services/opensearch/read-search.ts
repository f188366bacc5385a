import type { Box } from '../../../../map-kit/box.ts';
import {
  boxesOf,
  FootprintError,
  footprintOf,
  footprintOfBox,
  type Position,
} from '../../catalogue/footprint.ts';
import {
  boxOfCircle,
  holdsPoint,
  isWithin,
  meetsLine,
  meetsPolygons,
} from '../../catalogue/footprint-meets.ts';
import type { Footprint, ProductFilter } from '../../catalogue/product.ts';
import type { ProductSearch, PropertyCondition, RangeEnd } from '../../catalogue/search-products.ts';
import { type Geometry, geometryOfWkt, WktError } from '../../catalogue/well-known-text.ts';
import { readMoment } from '../../metadata/moments.ts';
import {
  COUNT_LIMITS,
  MOST_START_INDEX,
  NUMBER_PROPERTIES,
  readNumber,
  refused,
  type SearchParameters,
  TEXT_PROPERTIES,
} from './parameters.ts';

/** A page of results. */
export interface Page {
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
}

/** Reads which page is asked for. @throws {HttpError} 400 */
export function readPage(parameters: SearchParameters): Page {
  return {
    startIndex: parameters.findWholeNumber('startIndex', 1, MOST_START_INDEX) ?? 1,
    count: parameters.findWholeNumber('count', 0, COUNT_LIMITS.most) ?? COUNT_LIMITS.default,
  };
}

/** Reads what products are searched for. @throws {HttpError} 400 */
export function readSearch(collection: string, parameters: SearchParameters): ProductSearch {
  const places = [boxPlace(parameters), geometryPlace(parameters), circlePlace(parameters)].filter(
    (place) => place !== undefined,
  );
  return {
    collection,
    box: places.toSorted((one, other) => widthOf(one.box) - widthOf(other.box))[0]?.box,
    interval: readInterval(parameters),
    identifier: parameters.find('uid'),
    text: parameters.find('q'),
    type: parameters.find('productType'),
    level: parameters.find('processingLevel'),
    conditions: [
      ...TEXT_PROPERTIES.flatMap((name) => textCondition(name, parameters.find(name))),
      ...NUMBER_PROPERTIES.flatMap((name) => numberCondition(name, parameters.find(name))),
    ],
    fits: places.length === 0 ? undefined : (footprint) => places.every((place) => place.fits(footprint)),
  };
}

/** Reads a time; one end may be left out. @throws {HttpError} 400 */
export function readInterval(parameters: SearchParameters): ProductFilter['interval'] {
  const begin = readTime(parameters, 'start');
  const end = readTime(parameters, 'end');
  if (!begin && !end) return undefined;
  if (begin && end && end < begin) throw refused('end', 'it is before "start"');
  return { begin: begin ?? new Date('0001-01-01T00:00:00Z'), end: end ?? new Date('9999-12-31T00:00:00Z') };
}

/** Reads a box. @throws {HttpError} 400 */
export function readBox(parameters: SearchParameters): Box | undefined {
  const text = parameters.find('bbox');
  if (text === undefined) return undefined;
  const numbers = text.split(',').map(readNumber);
  const [minX = Number.NaN, minY = Number.NaN, maxX = Number.NaN, maxY = Number.NaN] = numbers;
  if (numbers.length !== 4 || numbers.some(Number.isNaN)) {
    throw refused('bbox', 'it has to be four numbers: west,south,east,north');
  }
  if (Math.abs(minX) > 180 || Math.abs(maxX) > 180 || Math.abs(minY) > 90 || Math.abs(maxY) > 90) {
    throw refused('bbox', 'longitudes are from -180 to 180, and latitudes from -90 to 90');
  }
  if (minY > maxY) throw refused('bbox', 'its south is above its north');
  // The antimeridian may be written as either end of the map.
  const isEdge = minX > maxX;
  return {
    minX: isEdge && minX === 180 ? -180 : minX,
    minY,
    maxX: isEdge && minX !== 180 && maxX === -180 ? 180 : maxX,
    maxY,
  };
}

/** Where products are searched for: roughly, by a box, and exactly. */
interface Place {
  readonly box: Box;
  readonly fits: (footprint: Footprint) => boolean;
}

function boxPlace(parameters: SearchParameters): Place | undefined {
  const box = readBox(parameters);
  if (!box) return undefined;
  const area = areaOf(box);
  if (area) return { box, fits: (footprint) => meetsPolygons(footprint, area.coordinates) };
  const line: Position[] = [
    [box.minX, box.minY],
    [box.maxX, box.maxY],
  ];
  return { box, fits: (footprint) => meetsLine(footprint, line) };
}

/** Returns a box as a polygon; `undefined` if it is a line or a point, or as narrow as one. */
function areaOf(box: Box): Footprint | undefined {
  if (box.minX === box.maxX || box.minY === box.maxY) return undefined;
  try {
    return footprintOfBox(box);
  } catch (error) {
    if (error instanceof FootprintError) return undefined;
    throw error;
  }
}

function geometryPlace(parameters: SearchParameters): Place | undefined {
  const text = parameters.find('geom');
  if (text === undefined) return undefined;
  try {
    return placeOf(geometryOfWkt(text));
  } catch (error) {
    if (error instanceof WktError) throw refused('geom', error.message);
    if (error instanceof FootprintError) throw refused('geom', 'it has no area, or is not on the globe');
    throw error;
  }
}

function placeOf(geometry: Geometry): Place {
  if (geometry.type === 'polygons') {
    const whole = footprintOf(geometry.polygons);
    const [first, second] = boxesOf(whole);
    if (!first) throw new WktError('it is empty');
    // What is on both sides of the antimeridian begins in the east of the map.
    const box = second
      ? {
          minX: second.minX,
          maxX: first.maxX,
          minY: Math.min(first.minY, second.minY),
          maxY: Math.max(first.maxY, second.maxY),
        }
      : first;
    return { box, fits: (footprint) => meetsPolygons(footprint, whole.coordinates) };
  }
  const lines = geometry.type === 'lines' ? geometry.lines : geometry.points.map((point) => [point]);
  const positions = lines.flat();
  if (positions.length === 0) throw new WktError('it is empty');
  const [xs, ys] = [positions.map(([x]) => x), positions.map(([, y]) => y)];
  const box = { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
  if (box.minX < -180 || box.maxX > 180) throw new WktError('its longitudes are not from -180 to 180');
  return { box, fits: (footprint) => lines.some((line) => meetsLine(footprint, line)) };
}

/** The longest way on the globe. */
const MOST_RADIUS_METRES = 20_100_000;

function circlePlace(parameters: SearchParameters): Place | undefined {
  const latitude = parameters.findNumber('lat', -90, 90);
  const longitude = parameters.findNumber('lon', -180, 180);
  const radius = parameters.findNumber('radius', 0, MOST_RADIUS_METRES);
  if (latitude === undefined && longitude === undefined && radius === undefined) return undefined;
  if (latitude === undefined) throw refused('lat', 'it is required with "lon" and "radius"');
  if (longitude === undefined) throw refused('lon', 'it is required with "lat" and "radius"');
  const centre: Position = [longitude, latitude];
  if (radius === undefined) {
    const box = { minX: longitude, minY: latitude, maxX: longitude, maxY: latitude };
    return { box, fits: (footprint) => holdsPoint(footprint, centre) };
  }
  return { box: boxOfCircle(centre, radius), fits: (footprint) => isWithin(footprint, centre, radius) };
}

function widthOf({ minX, maxX }: Box): number {
  return maxX < minX ? maxX - minX + 360 : maxX - minX;
}

function readTime(parameters: SearchParameters, name: string): Date | undefined {
  const text = parameters.find(name);
  if (text === undefined) return undefined;
  const moment = readMoment(text);
  if (moment) return moment;
  throw refused(name, 'it has to be a day or a time of ISO 8601: 2018-06-10, 2018-06-10T10:00:00Z');
}

/** Texts that a parameter may name. */
const MOST_ALTERNATIVES = 50;

function textCondition(name: string, text: string | undefined): PropertyCondition[] {
  if (text === undefined) return [];
  const among = (/^\{(.*)\}$/s.exec(text)?.[1] ?? text).split(text.startsWith('{') ? ',' : /$^/);
  if (among.length > MOST_ALTERNATIVES) throw refused(name, `it has more than ${MOST_ALTERNATIVES} texts`);
  return [{ name, among: among.map((each) => each.trim()) }];
}

/** Reads a number, or a range: `[10,20]`, `]10,20[` without its ends, `[10` and `20]` with one end. */
function numberCondition(name: string, text: string | undefined): PropertyCondition[] {
  if (text === undefined) return [];
  const [, opening = '', first = '', comma = '', second = '', closing = ''] =
    /^([[\]]?)([^,[\]]*)(,?)([^,[\]]*)([[\]]?)$/.exec(text) ?? [];
  const end = (value: string, isIncluded: boolean): RangeEnd => {
    const number = readNumber(value);
    if (Number.isNaN(number)) {
      throw refused(name, 'it has to be a number, or a range of numbers: 10, [10,20], ]10,20[, [10, 20]');
    }
    return { value: number, isIncluded };
  };
  if (comma !== '') {
    if (opening === '' || closing === '') throw refused(name, 'a range has two brackets: [10,20]');
    const [from, to] = [end(first, opening === '['), end(second, closing === ']')];
    if (from.value > to.value) throw refused(name, 'its range ends before it begins');
    return [{ name, from, to }];
  }
  if (opening !== '' && closing !== '') throw refused(name, 'a range has two numbers: [10,20]');
  if (opening !== '') return [{ name, from: end(first, opening === '[') }];
  if (closing !== '') return [{ name, to: end(first, closing === ']') }];
  const exact = end(first, true);
  return [{ name, from: exact, to: exact }];
}
