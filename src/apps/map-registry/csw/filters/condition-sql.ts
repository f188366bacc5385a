import type { Box } from '../../../../map-kit/box.ts';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import { faultOfText } from '../../../../platform/database/storable-text.ts';
import { lowerCase } from '../records/any-text.ts';
import { boxLiteral } from '../records/write-records.ts';
import type { ComparedValue, Comparison, Condition, SpatialRelation } from './condition.ts';
import { refused } from './condition-limits.ts';
import { containing, literalPattern } from './like-pattern.ts';
import { momentRange } from './moment-range.ts';
import type { Queryable, TextColumn } from './queryables.ts';

/** A part of a statement, with the values that it is bound to. */
export interface SqlCondition {
  readonly sql: string;
  readonly bindings: readonly string[];
}

/** Columns of few different values: the index of all texts would find half of the table for one of them. */
const FEW_VALUES: readonly TextColumn[] = ['type', 'format', 'language'];

/**
 * Makes SQL of a condition. Values are bound, never part of the text.
 *
 * @throws {OgcError} `InvalidParameterValue`, for a comparison that a queryable does not have.
 */
export function conditionSql(condition: Condition): SqlCondition {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts = condition.parts.map(conditionSql);
      return {
        sql: `(${parts.map(({ sql }) => sql).join(condition.kind === 'and' ? ' AND ' : ' OR ')})`,
        bindings: parts.flatMap(({ bindings }) => bindings),
      };
    }
    case 'not': {
      const { sql, bindings } = conditionSql(condition.part);
      return { sql: `NOT (${sql})`, bindings };
    }
    case 'compare':
      return compareSql(condition.queryable, condition.comparison, condition);
    case 'like':
      return likeSql(condition.queryable, condition);
    case 'between': {
      const bound = (comparison: Comparison, value: string) =>
        compareSql(condition.queryable, comparison, { value, matchesCase: true });
      return both(bound('>=', condition.lower), bound('<=', condition.upper));
    }
    case 'null':
      return { sql: nullSql(condition.queryable), bindings: [] };
    case 'spatial':
      return spatialSql(condition.relation, condition.box);
    case 'identifiers':
      return {
        sql: 'identifier = ANY(?::text[])',
        bindings: [arrayLiteral(condition.identifiers.map(storable))],
      };
  }
}

function compareSql(
  queryable: Queryable,
  comparison: Comparison,
  { value, matchesCase }: ComparedValue,
): SqlCondition {
  const text = storable(value);
  switch (queryable.kind) {
    case 'any':
      if (comparison !== '=')
        throw refused('AnyText can be compared by PropertyIsLike and PropertyIsEqualTo.');
      return anyTextSql(literalPattern(text));
    case 'moment':
      return momentSql(queryable.column, comparison, text);
    case 'bounds':
      throw refused('ows:BoundingBox can be compared by spatial conditions.');
    case 'subjects':
      return {
        sql: `EXISTS (SELECT FROM unnest(subjects) AS subject WHERE ${comparedSql('subject', comparison, matchesCase)})`,
        bindings: [matchesCase ? text : lowerCase(text)],
      };
    case 'text': {
      const exact = {
        sql: comparedSql(queryable.column, comparison, matchesCase),
        bindings: [matchesCase ? text : lowerCase(text)],
      };
      const isIndexed = queryable.column === 'identifier' && matchesCase;
      return comparison === '=' && !isIndexed
        ? withIndex(queryable.column, literalPattern(text), exact)
        : exact;
    }
  }
}

function comparedSql(expression: string, comparison: Comparison, matchesCase: boolean): string {
  const compared = matchesCase ? expression : `lower(${expression})`;
  if (comparison === '=' || comparison === '<>') return `${compared} ${comparison} ?`;
  // By code points, as identifiers and URLs have no order of a language.
  return `${compared} COLLATE "C" ${comparison} ?`;
}

function likeSql(queryable: Queryable, { value, matchesCase }: ComparedValue): SqlCondition {
  const pattern = storable(value);
  const operator = matchesCase ? 'LIKE' : 'ILIKE';
  switch (queryable.kind) {
    case 'any':
      return anyTextSql(pattern);
    case 'moment':
      return { sql: `${shownMoment(queryable.column)} ${operator} ?`, bindings: [pattern] };
    case 'bounds':
      throw refused('ows:BoundingBox can be compared by spatial conditions.');
    case 'subjects':
      return both(anyTextSql(pattern), {
        sql: `EXISTS (SELECT FROM unnest(subjects) AS subject WHERE subject ${operator} ?)`,
        bindings: [pattern],
      });
    case 'text':
      return withIndex(queryable.column, pattern, {
        sql: `${queryable.column} ${operator} ?`,
        bindings: [pattern],
      });
  }
}

/** What a text has, `any_text` has too; and that has an index for parts of words. */
function withIndex(column: TextColumn, pattern: string, exact: SqlCondition): SqlCondition {
  if (FEW_VALUES.includes(column) || !/[^%_\\]/.test(pattern)) return exact;
  return both(anyTextSql(pattern), exact);
}

function anyTextSql(pattern: string): SqlCondition {
  return { sql: 'any_text LIKE ?', bindings: [containing(lowerCase(pattern))] };
}

/** A date means the whole day, a year the whole year. */
function momentSql(column: 'dated' | 'modified', comparison: Comparison, text: string): SqlCondition {
  const range = momentRange(text);
  if (!range) throw refused(`"${text.slice(0, 40)}" is no date of ISO 8601.`);
  const { begin, end } = range;
  switch (comparison) {
    case '=':
      return { sql: `(${column} >= ?::timestamptz AND ${column} < ?::timestamptz)`, bindings: [begin, end] };
    case '<>':
      return { sql: `(${column} < ?::timestamptz OR ${column} >= ?::timestamptz)`, bindings: [begin, end] };
    case '<':
    case '>=':
      return { sql: `${column} ${comparison} ?::timestamptz`, bindings: [begin] };
    case '<=':
      return { sql: `${column} < ?::timestamptz`, bindings: [end] };
    case '>':
      return { sql: `${column} >= ?::timestamptz`, bindings: [end] };
  }
}

function shownMoment(column: 'dated' | 'modified'): string {
  return column === 'dated' ? 'date' : `to_char(modified, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}

function nullSql(queryable: Queryable): string {
  switch (queryable.kind) {
    case 'text':
      return `${queryable.column} = ''`;
    case 'subjects':
      return `subjects = '{}'`;
    case 'moment':
      return queryable.column === 'dated' ? `date = ''` : 'false';
    case 'any':
    case 'bounds':
      return 'false';
  }
}

function spatialSql(relation: SpatialRelation, box: Box): SqlCondition {
  if (![box.minX, box.minY, box.maxX, box.maxY].every(Number.isFinite) || box.minY > box.maxY) {
    throw refused('The box of the filter has its lower corner above the upper one.');
  }
  if (box.minX <= box.maxX) return oneBoxSql(relation, boxLiteral(box));
  const halves = [
    { ...box, maxX: 180 },
    { ...box, minX: -180 },
  ].map((half) => oneBoxSql('intersects', boxLiteral(half)));
  const [west, east] = halves;
  if (!west || !east || (relation !== 'intersects' && relation !== 'disjoint')) {
    throw refused('A box across the 180th meridian can be used for BBOX, Intersects and Disjoint.');
  }
  const sql = `(${west.sql} OR ${east.sql})`;
  return {
    sql: relation === 'intersects' ? sql : `NOT ${sql}`,
    bindings: [...west.bindings, ...east.bindings],
  };
}

/** Operators of Postgres for boxes, which all know the GiST index. `&&` counts borders that touch. */
function oneBoxSql(relation: SpatialRelation, box: string): SqlCondition {
  // Interiors meet where boxes do on both axes by more than a border.
  const interiorsMeet =
    '((bounds[0])[0] > (given[1])[0] AND (bounds[1])[0] < (given[0])[0] AND (bounds[0])[1] > (given[1])[1] AND (bounds[1])[1] < (given[0])[1])';
  const compared = `(SELECT ${interiorsMeet} FROM (SELECT ?::box AS given) AS query)`;
  switch (relation) {
    case 'intersects':
      return { sql: 'bounds && ?::box', bindings: [box] };
    case 'disjoint':
      return { sql: 'NOT bounds && ?::box', bindings: [box] };
    case 'within':
      return { sql: 'bounds <@ ?::box', bindings: [box] };
    case 'contains':
      return { sql: 'bounds @> ?::box', bindings: [box] };
    case 'equals':
      return { sql: 'bounds ~= ?::box', bindings: [box] };
    case 'touches':
      return { sql: `(bounds && ?::box AND NOT ${compared})`, bindings: [box, box] };
    case 'overlaps':
      return {
        sql: `(bounds && ?::box AND ${compared} AND NOT bounds <@ ?::box AND NOT bounds @> ?::box)`,
        bindings: [box, box, box, box],
      };
    case 'crosses':
      // Areas never cross each other.
      return { sql: 'false', bindings: [] };
  }
}

function both(one: SqlCondition, other: SqlCondition): SqlCondition {
  return { sql: `(${one.sql} AND ${other.sql})`, bindings: [...one.bindings, ...other.bindings] };
}

function storable(text: string): string {
  const fault = faultOfText(text);
  if (fault) throw refused(`A value of the filter has ${fault}.`);
  return text;
}
