import type { Polygon, Position, Ring } from './footprint.ts';

/** A text is no geometry of WKT; the message says why. */
export class WktError extends Error {
  override readonly name = 'WktError';
}

/** A geometry, as searches are made with. */
export type Geometry =
  | { readonly type: 'points'; readonly points: readonly Position[] }
  | { readonly type: 'lines'; readonly lines: readonly Ring[] }
  | { readonly type: 'polygons'; readonly polygons: readonly Polygon[] };

/** Characters of a text, at most. */
const LONGEST_TEXT = 100_000;

/** Reads WKT: points, lines and polygons, one or several, of longitude and latitude. @throws {WktError} */
export function geometryOfWkt(text: string): Geometry {
  if (text.length > LONGEST_TEXT) throw new WktError(`it has more than ${LONGEST_TEXT} characters`);
  const [, kind = '', body = ''] =
    /^\s*(?:SRID=4326;)?\s*([A-Z]+)(?:\s+Z)?\s*(\(.*\))\s*$/is.exec(text) ?? [];
  const nested = readNested(body);
  switch (kind.toUpperCase()) {
    case 'POINT':
      return { type: 'points', points: [oneOf(positionsOf(nested))] };
    case 'MULTIPOINT':
      return {
        type: 'points',
        points: nested.every(isPosition)
          ? positionsOf(nested)
          : nested.map((each) => oneOf(positionsOf(each))),
      };
    case 'LINESTRING':
      return { type: 'lines', lines: [lineOf(nested)] };
    case 'MULTILINESTRING':
      return { type: 'lines', lines: nested.map(lineOf) };
    case 'POLYGON':
      return { type: 'polygons', polygons: [polygonOf(nested)] };
    case 'MULTIPOLYGON':
      return { type: 'polygons', polygons: nested.map(polygonOf) };
    default:
      throw new WktError('it is no POINT, LINESTRING, POLYGON, or several of them');
  }
}

/** Reads a POLYGON or a MULTIPOLYGON. @throws {WktError} */
export function polygonsOfWkt(text: string): readonly Polygon[] {
  const geometry = geometryOfWkt(text);
  if (geometry.type === 'polygons') return geometry.polygons;
  throw new WktError('it is neither a POLYGON nor a MULTIPOLYGON');
}

/** What is between brackets: brackets, and positions as text. */
type Nested = string | readonly Nested[];

const DEEPEST = 4;

function readNested(text: string): readonly Nested[] {
  const root: Nested[] = [];
  const open: Nested[][] = [root];
  for (const token of text.match(/[(),]|[^(),]+/g) ?? []) {
    if (token === '(') {
      const inner: Nested[] = [];
      open.at(-1)?.push(inner);
      open.push(inner);
      if (open.length > DEEPEST + 1) throw new WktError('its brackets are nested too deep');
    } else if (token === ')') {
      open.pop();
      if (open.length === 0) throw new WktError('a bracket is closed that was not opened');
    } else if (token !== ',' && token.trim() !== '') open.at(-1)?.push(token.trim());
  }
  if (open.length !== 1) throw new WktError('a bracket is not closed');
  const [outer] = root;
  if (outer === undefined || typeof outer === 'string' || root.length > 1)
    throw new WktError('it has no coordinates');
  return outer;
}

function isPosition(nested: Nested): nested is string {
  return typeof nested === 'string';
}

function positionsOf(nested: Nested): Position[] {
  if (typeof nested === 'string') throw new WktError('brackets are missing');
  return nested.map((each): Position => {
    if (!isPosition(each)) throw new WktError('it has too many brackets');
    const numbers = each.split(/\s+/).map(Number);
    const [longitude = Number.NaN, latitude = Number.NaN] = numbers;
    if (numbers.length > 4 || !Number.isFinite(longitude) || !Number.isFinite(latitude)) {
      throw new WktError(`"${each.slice(0, 50)}" is no position`);
    }
    if (Math.abs(longitude) > 360 || Math.abs(latitude) > 90) {
      throw new WktError(`"${each.slice(0, 50)}" is not on the globe: the longitude is first`);
    }
    return [longitude, latitude];
  });
}

function oneOf(positions: readonly Position[]): Position {
  const [first] = positions;
  if (!first || positions.length > 1) throw new WktError('a point has one position');
  return first;
}

function lineOf(nested: Nested): Ring {
  const line = positionsOf(nested);
  if (line.length < 2) throw new WktError('a line has two positions at least');
  return line;
}

function polygonOf(nested: Nested): Polygon {
  if (typeof nested === 'string') throw new WktError('brackets are missing');
  if (nested.length === 0) throw new WktError('a polygon has no ring');
  return nested.map(positionsOf);
}
