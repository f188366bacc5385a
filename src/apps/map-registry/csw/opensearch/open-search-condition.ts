import { type OgcRequest, readNumber } from '../../../../map-kit/ogc-request.ts';
import type { Condition } from '../filters/condition.ts';
import { limitedValue } from '../filters/condition-limits.ts';
import { boxOfCorners } from '../filters/crs-names.ts';
import { literalPattern } from '../filters/like-pattern.ts';
import { momentRange } from '../filters/moment-range.ts';
import { queryableOf } from '../filters/queryables.ts';
import { invalid } from '../requests/parameter-values.ts';

/** Words of one search. */
const MOST_WORDS = 50;

/**
 * Returns what the parameters of an OpenSearch have records fulfil: `q`, `bbox`, `time` and `recordIds`. `undefined` where none is given.
 *
 * @throws {OgcError} `InvalidParameterValue`
 */
export function openSearchCondition(parameters: OgcRequest): Condition | undefined {
  const [q, bbox, time, recordIds] = ['q', 'bbox', 'time', 'recordIds'].map((name) => parameters.find(name));
  const parts = [
    ...(q === undefined ? [] : wordConditions(q)),
    ...(bbox === undefined ? [] : [boxCondition(bbox)]),
    ...(time === undefined ? [] : timeConditions(time)),
    ...(recordIds === undefined ? [] : [identifierCondition(recordIds)]),
  ];
  return parts.length > 1 ? { kind: 'and', parts } : parts[0];
}

/** Each word has to be in the record; what is in double quotes, as it is. */
function wordConditions(q: string): readonly Condition[] {
  const words = [...limitedValue(q).matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, phrase, word]) => phrase ?? word ?? '')
    .filter((word) => word !== '' && word !== '*');
  if (words.length > MOST_WORDS) throw invalid('q', `q has more than ${MOST_WORDS} words.`);
  return words.map((word) => ({
    kind: 'like',
    queryable: queryableOf('csw:AnyText'),
    value: literalPattern(word),
    matchesCase: false,
  }));
}

/** West, south, east, north, in degrees; a system may follow. */
function boxCondition(bbox: string): Condition {
  const parts = bbox.split(',');
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = parts
    .slice(0, 4)
    .map(readNumber);
  if (parts.length > 5 || ![west, south, east, north].every(Number.isFinite) || south > north) {
    throw invalid('bbox', 'bbox has to be west,south,east,north in degrees.');
  }
  const crsName = parts[4] ?? 'CRS:84';
  const isPlain = /4326$/.test(crsName) && !crsName.startsWith('urn');
  const corners = [west, south, east, north] as const;
  return {
    kind: 'spatial',
    relation: 'intersects',
    box: boxOfCorners(corners, isPlain ? 'CRS:84' : crsName),
  };
}

/** `begin/end`, where one may be empty, or one date. */
function timeConditions(time: string): readonly Condition[] {
  const [begin = '', end = begin, more] = time.split('/').map((part) => part.trim());
  const isOpen = (part: string) => part === '' || part === '..';
  if (more !== undefined || [begin, end].some((part) => !isOpen(part) && !momentRange(part))) {
    throw invalid('time', 'time has to be begin/end in ISO 8601; one of both may be empty.');
  }
  const queryable = queryableOf('dc:date');
  const bound = (comparison: '>=' | '<=', value: string): Condition => ({
    kind: 'compare',
    queryable,
    comparison,
    value,
    matchesCase: true,
  });
  return [...(isOpen(begin) ? [] : [bound('>=', begin)]), ...(isOpen(end) ? [] : [bound('<=', end)])];
}

function identifierCondition(recordIds: string): Condition {
  const identifiers = recordIds
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return { kind: 'identifiers', identifiers };
}
