import type { Box } from '../../../../map-kit/box.ts';
import type { SearchQuery, TimeRange } from '../search-query.ts';
import type { TextQuery } from '../text-query.ts';
import { wordsQuery } from './words-vector.ts';

/** A part of a statement, and its values. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Joins parts of a statement. */
export function joinSql(parts: readonly Sql[], separator: string): Sql {
  return {
    sql: parts.map(({ sql }) => sql).join(separator),
    values: parts.flatMap(({ values }) => values),
  };
}

/** Whether a search has no condition but the catalogue. */
export function isForEverything({ text, time, boxes, originator, serviceType }: SearchQuery): boolean {
  const hasText = wordsCondition(text) !== undefined;
  const hasTime = time?.from !== undefined || time?.to !== undefined;
  return !hasText && !hasTime && !boxes && originator === undefined && serviceType === undefined;
}

/** Returns a text as a `tsquery`; `undefined` where every layer is like that. */
export function wordsCondition(text: TextQuery | undefined): string | undefined {
  return text === undefined || text.kind === 'everything' ? undefined : wordsQuery(text);
}

/** Returns `FROM … WHERE …` for the rows `i` of `layer_index` that a search matches. */
export function matchingLayers(catalogId: string, query: SearchQuery): Sql {
  const conditions: Sql[] = [];
  const words = wordsCondition(query.text);
  if (words === undefined) {
    conditions.push({ sql: 'i.catalog_id = ?', values: [catalogId] });
  } else {
    // No index has the sum. By an index that begins with the catalogue, Postgres would read the words of layer after layer.
    conditions.push({ sql: 'i.catalog_id + 0 = ?::bigint', values: [catalogId] });
    conditions.push({
      sql: 'map_registry.words_of_layer(i.layer_id, i.words_version) @@ ?::tsquery',
      values: [words],
    });
  }
  if (query.time) conditions.push(...timeConditions(query.time));
  if (query.boxes) conditions.push(boxCondition(query.boxes));
  if (query.originator !== undefined) conditions.push(nameCondition('originator_id', query.originator));
  if (query.serviceType !== undefined) conditions.push(nameCondition('type_id', query.serviceType));
  const { sql, values } = joinSql(conditions, ' AND ');
  return { sql: `FROM map_registry.layer_index i WHERE ${sql}`, values };
}

/** Returns the conditions that a moment `i.moment` is in a range. */
export function timeConditions({ from, to }: TimeRange): readonly Sql[] {
  return [
    ...(from ? [{ sql: 'i.moment >= ?::bigint', values: [from.seconds] }] : []),
    ...(to ? [{ sql: 'i.moment <= ?::bigint', values: [to.seconds] }] : []),
  ];
}

function boxCondition(boxes: readonly Box[]): Sql {
  const { sql, values } = joinSql(
    boxes.map(({ minX, minY, maxX, maxY }) => ({
      sql: 'i.box && ?::box',
      values: [`(${maxX},${maxY}),(${minX},${minY})`],
    })),
    ' OR ',
  );
  return { sql: `(${sql})`, values };
}

/** A name that was never indexed has no id, and matches nothing. */
function nameCondition(column: 'originator_id' | 'type_id', name: string): Sql {
  return {
    sql: `i.${column} = (SELECT id FROM map_registry.indexed_names WHERE name = ?)`,
    values: [name],
  };
}
