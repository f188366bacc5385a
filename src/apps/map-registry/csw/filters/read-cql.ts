import type { Box } from '../../../../map-kit/box.ts';
import type { Comparison, Condition, SpatialRelation } from './condition.ts';
import { ConditionLimits, refused } from './condition-limits.ts';
import { CqlTokens } from './cql-tokens.ts';
import { boxOfCorners } from './crs-names.ts';
import { sqlPattern } from './like-pattern.ts';
import { type Queryable, queryableOf } from './queryables.ts';

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

const RELATIONS: ReadonlyMap<string, SpatialRelation> = new Map([
  ['BBOX', 'intersects'],
  ['INTERSECTS', 'intersects'],
  ['DISJOINT', 'disjoint'],
  ['WITHIN', 'within'],
  ['CONTAINS', 'contains'],
  ['EQUALS', 'equals'],
  ['OVERLAPS', 'overlaps'],
  ['TOUCHES', 'touches'],
  ['CROSSES', 'crosses'],
]);

/** `%` and `*` are any characters, `_` and `?` one. */
const WILD_CARDS = { wildCard: '%', singleCharacter: '_', escapeCharacter: '\\' };

/**
 * Reads a filter in the Common Query Language: comparisons, LIKE, ILIKE, BETWEEN, IN, IS NULL, BBOX and spatial relations to a geometry
 * of WKT, with AND, OR, NOT and brackets. Coordinates come with the longitude first.
 *
 * @throws {OgcError} `InvalidParameterValue`
 */
export function readCql(text: string): Condition {
  const tokens = new CqlTokens(text);
  const condition = readOr(tokens, new ConditionLimits());
  if (tokens.next.kind !== 'end') throw tokens.unexpected('AND, OR or the end');
  return condition;
}

function readOr(tokens: CqlTokens, limits: ConditionLimits): Condition {
  return readJoined(tokens, 'OR', () => readAnd(tokens, limits));
}

function readAnd(tokens: CqlTokens, limits: ConditionLimits): Condition {
  return readJoined(tokens, 'AND', () => readNot(tokens, limits));
}

function readJoined(tokens: CqlTokens, word: 'AND' | 'OR', read: () => Condition): Condition {
  const first = read();
  const parts = [first];
  while (tokens.skip(word)) parts.push(read());
  return parts.length === 1 ? first : { kind: word === 'AND' ? 'and' : 'or', parts };
}

function readNot(tokens: CqlTokens, limits: ConditionLimits): Condition {
  return limits.nested(() => {
    if (tokens.skip('NOT')) return { kind: 'not', part: readNot(tokens, limits) };
    if (tokens.skip('(')) {
      const condition = readOr(tokens, limits);
      tokens.expect(')');
      return condition;
    }
    return readPredicate(tokens);
  });
}

function readPredicate(tokens: CqlTokens): Condition {
  if (tokens.next.kind !== 'word') throw tokens.unexpected('the name of a property');
  const name = tokens.take().value;
  const relation = RELATIONS.get(name.toUpperCase());
  if (relation && tokens.skip('(')) return readSpatial(tokens, name.toUpperCase(), relation);
  const queryable = queryableOf(name);
  const comparison = COMPARISONS.get(tokens.next.value);
  if (comparison) {
    tokens.take();
    return { kind: 'compare', queryable, comparison, value: readValue(tokens), matchesCase: true };
  }
  if (tokens.skip('IS')) {
    const isNot = tokens.skip('NOT');
    tokens.expect('NULL');
    return negatedIf(isNot, { kind: 'null', queryable });
  }
  const isNot = tokens.skip('NOT');
  return negatedIf(isNot, readWordedPredicate(tokens, queryable));
}

function readWordedPredicate(tokens: CqlTokens, queryable: Queryable): Condition {
  if (tokens.skip('LIKE') || tokens.skip('ILIKE')) {
    return { kind: 'like', queryable, value: sqlPattern(readValue(tokens), WILD_CARDS), matchesCase: false };
  }
  if (tokens.skip('BETWEEN')) {
    const lower = readValue(tokens);
    tokens.expect('AND');
    return { kind: 'between', queryable, lower, upper: readValue(tokens) };
  }
  if (tokens.skip('IN')) {
    const parts = readList(tokens).map(
      (value): Condition => ({ kind: 'compare', queryable, comparison: '=', value, matchesCase: true }),
    );
    return { kind: 'or', parts };
  }
  throw tokens.unexpected('a comparison');
}

function readList(tokens: CqlTokens): readonly string[] {
  tokens.expect('(');
  const values = [readValue(tokens)];
  while (tokens.skip(',')) {
    values.push(readValue(tokens));
    if (values.length > 500) throw refused('IN has more than 500 values.');
  }
  tokens.expect(')');
  return values;
}

function readValue(tokens: CqlTokens): string {
  if (tokens.next.kind !== 'text' && tokens.next.kind !== 'number') throw tokens.unexpected('a value');
  return tokens.take().value;
}

function readSpatial(tokens: CqlTokens, name: string, relation: SpatialRelation): Condition {
  const property = tokens.take().value;
  if (queryableOf(property).kind !== 'bounds') {
    throw refused(`"${property.slice(0, 60)}" has no geometry; ows:BoundingBox has.`);
  }
  tokens.expect(',');
  const box = name === 'BBOX' ? readBboxArguments(tokens) : readWkt(tokens);
  tokens.expect(')');
  return { kind: 'spatial', relation, box };
}

function readBboxArguments(tokens: CqlTokens): Box {
  const numbers = [readCoordinate(tokens)];
  while (tokens.skip(',')) {
    if (tokens.next.kind !== 'number') {
      const crsName = tokens.take().value;
      // Whatever the system, CQL has x first; only its unit counts.
      return boxOfNumbers(numbers, /4326$/.test(crsName) ? 'CRS:84' : crsName);
    }
    numbers.push(readCoordinate(tokens));
  }
  return boxOfNumbers(numbers, 'CRS:84');
}

function boxOfNumbers(numbers: readonly number[], crsName: string): Box {
  const [minX, minY, maxX, maxY, more] = numbers;
  if (
    minX === undefined ||
    minY === undefined ||
    maxX === undefined ||
    maxY === undefined ||
    more !== undefined
  ) {
    throw refused('BBOX has four coordinates.');
  }
  return boxOfCorners([minX, minY, maxX, maxY], crsName);
}

/** Returns the box of POINT, POLYGON and the like, or of `ENVELOPE(west, east, north, south)`. */
function readWkt(tokens: CqlTokens): Box {
  const kind = tokens.take().value.toUpperCase();
  tokens.expect('(');
  const numbers: number[] = [];
  for (let level = 1; level > 0; ) {
    if (tokens.skip('(')) level += 1;
    else if (tokens.skip(')')) level -= 1;
    else if (!tokens.skip(',')) numbers.push(readCoordinate(tokens));
  }
  const isEnvelope = kind === 'ENVELOPE';
  const isLongitude = (index: number) => (isEnvelope ? index < 2 : index % 2 === 0);
  const longitudes = numbers.filter((_, index) => isLongitude(index));
  const latitudes = numbers.filter((_, index) => !isLongitude(index));
  if (
    longitudes.length === 0 ||
    longitudes.length !== latitudes.length ||
    (isEnvelope && numbers.length !== 4)
  ) {
    throw refused(`${kind.slice(0, 20)} has no pairs of coordinates.`);
  }
  return {
    minX: Math.min(...longitudes),
    minY: Math.min(...latitudes),
    maxX: Math.max(...longitudes),
    maxY: Math.max(...latitudes),
  };
}

function readCoordinate(tokens: CqlTokens): number {
  const value = tokens.next.kind === 'number' ? Number(tokens.next.value) : Number.NaN;
  if (!Number.isFinite(value)) throw tokens.unexpected('a number');
  tokens.take();
  return value;
}

function negatedIf(isNegated: boolean, part: Condition): Condition {
  return isNegated ? { kind: 'not', part } : part;
}
