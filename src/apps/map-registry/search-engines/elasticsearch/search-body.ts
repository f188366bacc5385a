import type { estypes } from '@elastic/elasticsearch';
import type { Box } from '../../../../map-kit/box.ts';
import type { SearchQuery, TimeGap, TimeRange } from '../search-query.ts';
import { STOP_WORDS } from '../stop-words.ts';
import type { TextQuery } from '../text-query.ts';
import { FIELDS, MOST_CORNERS, SEARCH_FIELD, wordsField } from './index-body.ts';

const SEARCH_TIMEOUT = '30s';

/** Words that may begin with what a phrase ends with. */
const MOST_EXPANSIONS = 1_000;

/** Returns the body of a search. */
export function searchBody(query: SearchQuery): estypes.SearchRequest {
  const { limit, offset, sort } = query.documents;
  const newest = [{ [FIELDS.moment]: 'desc' as const }, { [FIELDS.order]: 'asc' as const }];
  return {
    query: {
      bool: {
        must: query.text ? [textClause(query.text)] : [],
        filter: filtersOf(query),
      },
    },
    from: offset,
    size: limit,
    sort: sort === 'score' && query.text ? ['_score', ...newest] : newest,
    _source: { excludes: [SEARCH_FIELD] },
    track_total_hits: true,
    timeout: SEARCH_TIMEOUT,
    aggs: aggregationsOf(query),
  };
}

function filtersOf({ time, boxes, originator, serviceType }: SearchQuery): estypes.QueryDslQueryContainer[] {
  return [
    ...(time ? [timeClause(time)] : []),
    ...(boxes ? [{ bool: { should: boxes.map(boxClause), minimum_should_match: 1 } }] : []),
    ...(originator === undefined ? [] : [{ term: { [FIELDS.originator]: originator } }]),
    ...(serviceType === undefined ? [] : [{ term: { [FIELDS.serviceType]: serviceType } }]),
  ];
}

function textClause(query: TextQuery): estypes.QueryDslQueryContainer {
  switch (query.kind) {
    case 'everything':
      return { match_all: {} };
    case 'not':
      return { bool: { must_not: [textClause(query.part)] } };
    case 'and':
      return { bool: { must: query.parts.map(textClause) } };
    case 'or':
      return { bool: { should: query.parts.map(textClause), minimum_should_match: 1 } };
    default:
      return wordsClause(query);
  }
}

function wordsClause({ words, isPrefix, field }: Extract<TextQuery, { kind: 'words' }>) {
  const name = wordsField(field ?? 'all');
  const [first = ''] = words;
  if (words.length === 1) return isPrefix ? { prefix: { [name]: first } } : { term: { [name]: first } };
  const phrase = words.join(' ');
  return isPrefix
    ? { match_phrase_prefix: { [name]: { query: phrase, max_expansions: MOST_EXPANSIONS } } }
    : { match_phrase: { [name]: phrase } };
}

function timeClause({ from, to }: TimeRange): estypes.QueryDslQueryContainer {
  return {
    range: {
      [FIELDS.moment]: { ...(from ? { gte: from.seconds } : {}), ...(to ? { lte: to.seconds } : {}) },
    },
  };
}

function boxClause({ minX, minY, maxX, maxY }: Box): estypes.QueryDslQueryContainer {
  return {
    bool: {
      filter: [
        { range: { min_x: { lte: maxX } } },
        { range: { max_x: { gte: minX } } },
        { range: { min_y: { lte: maxY } } },
        { range: { max_y: { gte: minY } } },
      ],
    },
  };
}

function aggregationsOf({
  histogram,
  heatMap,
  topOriginators,
  topServiceTypes,
  topWords,
}: SearchQuery): Record<string, estypes.AggregationsAggregationContainer> {
  return {
    ...(topOriginators > 0 ? { originators: { terms: termsOf(FIELDS.originator, topOriginators) } } : {}),
    ...(topServiceTypes > 0 ? { serviceTypes: { terms: termsOf(FIELDS.serviceType, topServiceTypes) } } : {}),
    ...(topWords > 0
      ? { words: { terms: { ...termsOf(FIELDS.terms, topWords), exclude: [...STOP_WORDS] } } }
      : {}),
    ...(heatMap ? { corners: { terms: termsOf(FIELDS.corners, MOST_CORNERS) } } : {}),
    ...(histogram
      ? {
          timeBuckets: {
            filter: timeClause(histogram.range),
            aggs: { buckets: { histogram: histogramOf(histogram.gap) } },
          },
        }
      : {}),
  };
}

function termsOf(field: string, size: number): estypes.AggregationsTermsAggregation {
  return { field, size, order: [{ _count: 'desc' }, { _key: 'asc' }] };
}

function histogramOf({ unit, size, offset }: TimeGap): estypes.AggregationsHistogramAggregation {
  return {
    field: unit === 'month' ? FIELDS.month : FIELDS.moment,
    interval: size,
    // It has to be less than the interval.
    offset: offset % size,
    min_doc_count: 1,
  };
}
