import { unpackCorner } from '../heat-map-grid.ts';
import type { SearchResult, ValueCount } from '../search-engine.ts';
import type { SearchQuery } from '../search-query.ts';
import { INDEXED_GRID_LEVEL } from './index-body.ts';

interface Buckets<Key> {
  readonly buckets: readonly { readonly key: Key; readonly doc_count: number }[];
}

/** The aggregations of a search, as the engine returns them. */
export interface LayerAggregations {
  readonly originators?: Buckets<string>;
  readonly serviceTypes?: Buckets<string>;
  readonly words?: Buckets<string>;
  readonly corners?: Buckets<number>;
  readonly timeBuckets?: { readonly buckets?: Buckets<number> };
}

/** Reads what a query asks for; what there is no aggregation of is empty. */
export function readAggregations(
  query: SearchQuery,
  aggregations: LayerAggregations = {},
): Pick<SearchResult, 'originators' | 'serviceTypes' | 'words' | 'corners' | 'timeBuckets'> {
  return {
    ...(query.topOriginators > 0 ? { originators: valuesOf(aggregations.originators) } : {}),
    ...(query.topServiceTypes > 0 ? { serviceTypes: valuesOf(aggregations.serviceTypes) } : {}),
    ...(query.topWords > 0 ? { words: { counts: valuesOf(aggregations.words) } } : {}),
    ...(query.heatMap ? { corners: cornersIn(aggregations) } : {}),
    ...(query.histogram ? { timeBuckets: timeBucketsIn(aggregations) } : {}),
  };
}

function valuesOf(counted: Buckets<string> | undefined): readonly ValueCount[] {
  return (counted?.buckets ?? []).map(({ key, doc_count }) => ({ value: key, count: doc_count }));
}

function cornersIn({ corners }: LayerAggregations) {
  return {
    level: INDEXED_GRID_LEVEL,
    counts: (corners?.buckets ?? []).map(({ key, doc_count }) => ({
      ...unpackCorner(INDEXED_GRID_LEVEL, key),
      count: doc_count,
    })),
  };
}

function timeBucketsIn({ timeBuckets }: LayerAggregations) {
  return (timeBuckets?.buckets?.buckets ?? []).map(({ key, doc_count }) => ({
    start: key,
    count: doc_count,
  }));
}
