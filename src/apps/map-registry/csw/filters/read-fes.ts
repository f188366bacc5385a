import type { XmlElement } from 'libxml2-wasm';
import type { Comparison, Condition, SpatialRelation } from './condition.ts';
import { ConditionLimits, limitedValue, refused } from './condition-limits.ts';
import { sqlPattern } from './like-pattern.ts';
import { type Queryable, queryableOf } from './queryables.ts';
import { boxOfGml } from './read-gml.ts';
import { attributeOf, childElements, childNamed } from './xml-elements.ts';
import { ownName } from './xml-namespaces.ts';

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['PropertyIsEqualTo', '='],
  ['PropertyIsNotEqualTo', '<>'],
  ['PropertyIsLessThan', '<'],
  ['PropertyIsLessThanOrEqualTo', '<='],
  ['PropertyIsLessThanEqualTo', '<='],
  ['PropertyIsGreaterThan', '>'],
  ['PropertyIsGreaterThanOrEqualTo', '>='],
  ['PropertyIsGreaterThanEqualTo', '>='],
]);

/** What a comparison means when its sides are exchanged. */
const EXCHANGED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const RELATIONS: ReadonlyMap<string, SpatialRelation> = new Map([
  ['BBOX', 'intersects'],
  ['Intersects', 'intersects'],
  ['Disjoint', 'disjoint'],
  ['Within', 'within'],
  ['Contains', 'contains'],
  ['Equals', 'equals'],
  ['Overlaps', 'overlaps'],
  ['Touches', 'touches'],
  ['Crosses', 'crosses'],
]);

const PROPERTY = ['PropertyName', 'ValueReference'];

/**
 * Reads a filter of Filter Encoding 1.1 or 2.0.
 *
 * @returns `undefined` where it is empty.
 * @throws {OgcError} `InvalidParameterValue`, for what is no filter, is not supported, or exceeds the limits.
 */
export function readFes(filter: XmlElement): Condition | undefined {
  const limits = new ConditionLimits();
  const [first, ...more] = childElements(filter).map((element) => readCondition(element, limits));
  if (!first || more.length === 0) return first;
  const all = [first, ...more];
  if (!all.every((condition) => condition.kind === 'identifiers'))
    throw refused('A filter has one condition.');
  return { kind: 'identifiers', identifiers: all.flatMap(({ identifiers }) => identifiers) };
}

function readCondition(element: XmlElement, limits: ConditionLimits): Condition {
  return limits.nested(() => {
    const { name } = element;
    const comparison = COMPARISONS.get(name);
    if (comparison) return readComparison(element, comparison);
    const relation = RELATIONS.get(name);
    if (relation) return readSpatial(element, relation);
    switch (name) {
      case 'And':
      case 'Or': {
        const parts = childElements(element).map((part) => readCondition(part, limits));
        if (parts.length === 0) throw refused(`${name} has no conditions.`);
        return { kind: name === 'And' ? 'and' : 'or', parts };
      }
      case 'Not': {
        const [part, ...more] = childElements(element);
        if (!part || more.length > 0) throw refused('Not has one condition.');
        return { kind: 'not', part: readCondition(part, limits) };
      }
      case 'PropertyIsLike':
        return readLike(element);
      case 'PropertyIsBetween':
        return {
          kind: 'between',
          queryable: propertyOf(element),
          lower: boundaryOf(element, 'LowerBoundary'),
          upper: boundaryOf(element, 'UpperBoundary'),
        };
      case 'PropertyIsNull':
      case 'PropertyIsNil':
        return { kind: 'null', queryable: propertyOf(element) };
      case 'FeatureId':
      case 'GmlObjectId':
      case 'ResourceId':
        return { kind: 'identifiers', identifiers: [identifierOf(element)] };
      default:
        throw refused(`The filter has "${name.slice(0, 60)}", which is not supported.`);
    }
  });
}

function readComparison(element: XmlElement, comparison: Comparison): Condition {
  const isLiteralFirst = childElements(element)[0]?.name === 'Literal';
  return {
    kind: 'compare',
    queryable: propertyOf(element),
    comparison: isLiteralFirst ? EXCHANGED[comparison] : comparison,
    value: literalOf(element),
    matchesCase: attributeOf(element, 'matchCase') !== 'false',
  };
}

function readLike(element: XmlElement): Condition {
  const pattern = sqlPattern(literalOf(element), {
    wildCard: attributeOf(element, 'wildCard') ?? '%',
    singleCharacter: attributeOf(element, 'singleChar') ?? '_',
    escapeCharacter: attributeOf(element, 'escapeChar', 'escape') ?? '\\',
  });
  return {
    kind: 'like',
    queryable: propertyOf(element),
    value: pattern,
    matchesCase: attributeOf(element, 'matchCase') === 'true',
  };
}

function readSpatial(element: XmlElement, relation: SpatialRelation): Condition {
  const named = childNamed(element, ...PROPERTY);
  if (named && queryableOf(ownName(named, named.content)).kind !== 'bounds') {
    throw refused(`"${named.content.trim().slice(0, 60)}" has no geometry; ows:BoundingBox has.`);
  }
  const geometry = childElements(element).find(({ name }) => !PROPERTY.includes(name));
  if (!geometry) throw refused(`${element.name} has no geometry.`);
  return { kind: 'spatial', relation, box: boxOfGml(geometry) };
}

function propertyOf(element: XmlElement): Queryable {
  const property = childNamed(element, ...PROPERTY);
  if (!property) throw refused(`${element.name} names no property.`);
  return queryableOf(ownName(property, property.content));
}

function literalOf(element: XmlElement): string {
  const literal = childNamed(element, 'Literal');
  if (!literal) throw refused(`${element.name} has no Literal.`);
  return limitedValue(literal.content);
}

function boundaryOf(element: XmlElement, name: string): string {
  const boundary = childNamed(element, name);
  if (!boundary) throw refused(`${element.name} has no ${name}.`);
  return literalOf(boundary).trim();
}

function identifierOf(element: XmlElement): string {
  const identifier = attributeOf(element, 'fid', 'rid', 'id') ?? element.get('@*')?.content;
  if (!identifier) throw refused(`${element.name} has no identifier.`);
  return limitedValue(identifier);
}
