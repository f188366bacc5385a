import { cellDegrees, type GridWindow } from '../heat-map-grid.ts';
import { MOST_TIME_BUCKETS } from '../search-engine.ts';
import type { TimeGap, TimeRange } from '../search-query.ts';
import { STOP_WORDS } from '../stop-words.ts';
import { joinSql, type Sql, timeConditions } from './matching-layers.ts';
import { PROSE_WEIGHTS } from './words-vector.ts';

// Each facet is a column: a subselect that reads the layers that match, as rows of `i`, or the stored counts of all layers.

/** Layers whose words are counted: of more, the newest. */
export const COUNTED_WORDS_LAYERS = 1_000;

/** What the stored counts of a catalogue are of. */
export type CountKind = 'all' | 'month' | 'originator' | 'type' | 'corner';

/** Returns the stored counts of a catalogue: rows of `key` and `count`. */
export function storedCounts(catalogId: string, kind: CountKind): Sql {
  return {
    sql: `SELECT key, count FROM map_registry.layer_counts WHERE catalog_id = ? AND kind = '${kind}' AND count > 0`,
    values: [catalogId],
  };
}

/** Returns the buckets of a histogram as `12:3,13:1`: the beginning, and how many. Buckets are of a unit of `counts`. */
export function bucketColumn({ size, offset }: TimeGap, counts: Sql): Sql {
  // The remainder of Postgres is negative for negative numbers.
  const start = 'key - ((((key - ?::bigint) % ?::bigint) + ?::bigint) % ?::bigint)';
  return {
    sql: `SELECT string_agg(start || ':' || count, ',' ORDER BY start) FROM (
      SELECT ${start} AS start, sum(count) AS count FROM (${counts.sql}) counts
      GROUP BY 1 ORDER BY 1 LIMIT ${MOST_TIME_BUCKETS + 1}) buckets`,
    values: [offset, size, size, size, ...counts.values],
  };
}

/** Returns how many rows of `i` each month or second of a range has. */
export function countedMoments({ unit }: TimeGap, range: TimeRange): Sql {
  const column = unit === 'month' ? 'month' : 'moment';
  const { sql, values } = joinSql(timeConditions(range), ' AND ');
  return {
    sql: `SELECT ${column} AS key, count(*) AS count FROM i ${sql === '' ? '' : `WHERE ${sql}`} GROUP BY 1`,
    values,
  };
}

/** Returns how many rows of `i` have a name. */
export function countedNames(column: 'originator_id' | 'type_id'): Sql {
  return { sql: `SELECT ${column} AS key, count(*) AS count FROM i GROUP BY 1`, values: [] };
}

/** Returns the most frequent names as JSON. */
export function nameColumn(counts: Sql, limit: number): Sql {
  return {
    sql: `SELECT json_agg(json_build_object('value', name, 'count', count) ORDER BY count DESC, name) FROM (
      SELECT name, count FROM (${counts.sql}) counts JOIN map_registry.indexed_names ON id = key
      ORDER BY count DESC, name LIMIT ?) frequent`,
    values: [...counts.values, limit],
  };
}

/** Returns the corners of what the boxes of `i` have of a window, packed at its level, as `12:3,13:1`. */
export function cornerColumn({ level, firstColumn, lastColumn, firstRow, lastRow }: GridWindow): Sql {
  const columns = 2 ** level;
  const rows = 2 ** (level - 1);
  const degrees = cellDegrees(level);
  const cell = (position: string, least: number, greatest: number) =>
    `least(greatest(floor((${position}) / ${degrees})::int, ${least}), ${greatest})`;
  // A box has its north-eastern corner first. Large boxes are alike, once they are cut at the window.
  const west = cell('(box[1])[0] + 180', firstColumn, columns - 1);
  const north = cell('90 - (box[0])[1]', firstRow, rows - 1);
  const east = cell('(box[0])[0] + 180', 0, lastColumn);
  const south = cell('90 - (box[1])[1]', 0, lastRow);
  const pack = (corner: number, y: string, x: string) =>
    `((${corner * rows}::bigint + ${y}) * ${columns} + ${x}, count)`;
  return {
    // Boxes are put together before they are taken apart into corners.
    sql: `SELECT string_agg(packed || ':' || count, ',') FROM (
      SELECT packed, sum(corners.count) AS count FROM (
        SELECT west, north, east, south, count(*) AS count FROM (
          SELECT ${west} AS west, ${north} AS north, ${east} AS east, ${south} AS south FROM i
        ) cells
        WHERE west <= ${lastColumn} AND east >= ${firstColumn} AND north <= ${lastRow} AND south >= ${firstRow}
        GROUP BY 1, 2, 3, 4
      ) boxes, LATERAL (VALUES ${pack(0, 'north', 'west')}, ${pack(1, 'north', 'east')},
        ${pack(2, 'south', 'west')}, ${pack(3, 'south', 'east')}) corners (packed, count)
      GROUP BY 1) packed`,
    values: [],
  };
}

/** Returns stored corners, packed, as `12:3,13:1`. */
export function storedCornerColumn(catalogId: string): Sql {
  const { sql, values } = storedCounts(catalogId, 'corner');
  return { sql: `SELECT string_agg(key || ':' || count, ',') FROM (${sql}) corners`, values };
}

/** Returns the most frequent words of the newest layers as JSON, without English stop words. */
export function wordColumn(newestLayers: Sql, limit: number): Sql {
  return {
    sql: `SELECT json_agg(json_build_object('value', word, 'count', ndoc) ORDER BY ndoc DESC, word) FROM (
      SELECT word, ndoc FROM (
        SELECT word, ndoc FROM (
          SELECT format('SELECT words FROM map_registry.layer_words WHERE layer_id = ANY (%L::bigint[])',
            ARRAY(${newestLayers.sql})) AS statement
        ) newest, ts_stat(newest.statement, '${PROSE_WEIGHTS}')
        ORDER BY ndoc DESC, word LIMIT ?
      ) frequent
      WHERE word <> ALL (string_to_array(?, ' ')) ORDER BY ndoc DESC, word LIMIT ?) chosen`,
    values: [...newestLayers.values, limit + STOP_WORDS.length, STOP_WORDS.join(' '), limit],
  };
}

/** Returns the ids of the newest rows of `i`. */
export function newestMatches(): Sql {
  return {
    sql: `SELECT layer_id FROM i ORDER BY moment DESC, layer_id LIMIT ${COUNTED_WORDS_LAYERS}`,
    values: [],
  };
}

/** Returns the ids of the newest layers of a catalogue. */
export function newestLayers(catalogId: string): Sql {
  return {
    sql: `SELECT layer_id FROM map_registry.layer_index WHERE catalog_id = ? ORDER BY moment DESC, layer_id LIMIT ${COUNTED_WORDS_LAYERS}`,
    values: [catalogId],
  };
}
