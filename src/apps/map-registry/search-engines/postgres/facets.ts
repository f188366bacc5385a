import { unpackCorner } from '../heat-map-grid.ts';
import type { SearchResult, ValueCount } from '../search-engine.ts';
import type { SearchQuery } from '../search-query.ts';
import { COUNTED_GRID_LEVEL } from './counted-layers.ts';
import {
  bucketColumn,
  COUNTED_WORDS_LAYERS,
  cornerColumn,
  countedMoments,
  countedNames,
  nameColumn,
  newestLayers,
  newestMatches,
  storedCornerColumn,
  storedCounts,
  wordColumn,
} from './facet-columns.ts';
import { isForEverything, joinSql, matchingLayers, type Sql } from './matching-layers.ts';

/** A row of {@link facetsStatement}. Lists of numbers are texts, as these are read faster than arrays. */
export interface FacetsRow {
  readonly matchCount: string;
  readonly timeBuckets?: string | null;
  readonly corners?: string | null;
  readonly originators?: readonly ValueCount[] | null;
  readonly serviceTypes?: readonly ValueCount[] | null;
  readonly words?: readonly ValueCount[] | null;
}

/**
 * Returns the statement that counts what a search matches, and all its facets, in one pass over these layers. Where the
 * search has no condition, the stored counts make the pass needless.
 */
export function facetsStatement(catalogId: string, query: SearchQuery): Sql {
  const isEverything = isForEverything(query);
  const columns = [
    aliased('matchCount', countColumn(catalogId, isEverything)),
    ...histogramColumns(catalogId, query, isEverything),
    ...heatMapColumns(catalogId, query, isEverything),
    ...nameColumns(catalogId, query, isEverything),
    ...(query.topWords > 0
      ? [
          aliased(
            'words',
            wordColumn(isEverything ? newestLayers(catalogId) : newestMatches(), query.topWords),
          ),
        ]
      : []),
  ];
  const { sql, values } = joinSql(columns, ', ');
  const readsMatches = /\bFROM i\b/.test(sql);
  if (!readsMatches) return { sql: `SELECT ${sql}`, values };
  const matching = matchingLayers(catalogId, query);
  return {
    // Where they are only counted, they need not be kept.
    sql: `WITH i AS ${columns.length > 1 ? 'MATERIALIZED' : 'NOT MATERIALIZED'} (
        SELECT i.layer_id, i.moment, i.month, i.originator_id, i.type_id, i.box ${matching.sql}
      ) SELECT ${sql}`,
    values: [...matching.values, ...values],
  };
}

/** Reads the row of {@link facetsStatement}. */
export function readFacets(query: SearchQuery, row: FacetsRow): Omit<SearchResult, 'documents' | 'original'> {
  const matchCount = Number(row.matchCount);
  return {
    matchCount,
    ...(query.histogram ? { timeBuckets: readBuckets(row) } : {}),
    ...(query.heatMap ? { corners: readCorners(query, query.heatMap.level, row) } : {}),
    ...(query.topOriginators > 0 ? { originators: row.originators ?? [] } : {}),
    ...(query.topServiceTypes > 0 ? { serviceTypes: row.serviceTypes ?? [] } : {}),
    ...(query.topWords > 0 ? { words: { counts: row.words ?? [], ...sampleOf(matchCount) } } : {}),
  };
}

function countColumn(catalogId: string, isEverything: boolean): Sql {
  if (!isEverything) return { sql: 'SELECT count(*) FROM i', values: [] };
  const { sql, values } = storedCounts(catalogId, 'all');
  return { sql: `SELECT coalesce(sum(count), 0) FROM (${sql}) counts`, values };
}

function histogramColumns(
  catalogId: string,
  { histogram }: SearchQuery,
  isEverything: boolean,
): readonly Sql[] {
  if (!histogram) return [];
  const { gap, range } = histogram;
  const isStored = isEverything && gap.unit === 'month' && !range.from && !range.to;
  const counts = isStored ? storedCounts(catalogId, 'month') : countedMoments(gap, range);
  return [aliased('timeBuckets', bucketColumn(gap, counts))];
}

function heatMapColumns(catalogId: string, { heatMap }: SearchQuery, isEverything: boolean): readonly Sql[] {
  if (!heatMap) return [];
  const isStored = isEverything && heatMap.level <= COUNTED_GRID_LEVEL;
  return [aliased('corners', isStored ? storedCornerColumn(catalogId) : cornerColumn(heatMap))];
}

function nameColumns(
  catalogId: string,
  { topOriginators, topServiceTypes }: SearchQuery,
  isEverything: boolean,
): readonly Sql[] {
  const counts = (kind: 'originator' | 'type') =>
    isEverything ? storedCounts(catalogId, kind) : countedNames(`${kind}_id`);
  return [
    ...(topOriginators > 0 ? [aliased('originators', nameColumn(counts('originator'), topOriginators))] : []),
    ...(topServiceTypes > 0 ? [aliased('serviceTypes', nameColumn(counts('type'), topServiceTypes))] : []),
  ];
}

function aliased(alias: keyof FacetsRow, { sql, values }: Sql): Sql {
  return { sql: `(${sql}) AS "${alias}"`, values };
}

function readBuckets({ timeBuckets }: FacetsRow) {
  return readPairs(timeBuckets).map(([start, count]) => ({ start, count }));
}

function readCorners(query: SearchQuery, windowLevel: number, { corners }: FacetsRow) {
  const isStored = isForEverything(query) && windowLevel <= COUNTED_GRID_LEVEL;
  const level = isStored ? COUNTED_GRID_LEVEL : windowLevel;
  return {
    level,
    counts: readPairs(corners).map(([packed, count]) => ({ ...unpackCorner(level, packed), count })),
  };
}

function sampleOf(matchCount: number) {
  return matchCount > COUNTED_WORDS_LAYERS ? { sampleSize: COUNTED_WORDS_LAYERS } : {};
}

function readPairs(text: string | null | undefined): readonly (readonly [number, number])[] {
  if (!text) return [];
  return text.split(',').map((pair) => {
    const colon = pair.indexOf(':');
    return [Number(pair.slice(0, colon)), Number(pair.slice(colon + 1))] as const;
  });
}
