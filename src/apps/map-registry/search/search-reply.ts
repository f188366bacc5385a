import { formatMoment } from '../indexing/moment.ts';
import { type HeatMap, heatMapOf, windowBox } from '../search-engines/heat-map-grid.ts';
import { MOST_TIME_BUCKETS, type SearchResult } from '../search-engines/search-engine.ts';
import type { SearchQuery, TimeRange } from '../search-engines/search-query.ts';
import { SearchParameterError } from './search-errors.ts';
import type { SearchRequest } from './search-parameters.ts';
import { histogramOf } from './time-histogram.ts';

/**
 * Writes what a search has found as the API returns it.
 *
 * @throws {SearchParameterError} where the histogram has too many buckets.
 */
export function searchReply({ query, histogram }: SearchRequest, result: SearchResult): object {
  const { timeBuckets, corners, words } = result;
  if (timeBuckets && timeBuckets.length > MOST_TIME_BUCKETS) {
    throw new SearchParameterError(
      'a.time.gap',
      `It is too small: there are more than ${MOST_TIME_BUCKETS} buckets.`,
    );
  }
  return {
    'a.matchDocs': result.matchCount,
    'd.docs': result.documents,
    ...(result.originators ? { 'a.user': result.originators } : {}),
    ...(result.serviceTypes ? { 'a.type': result.serviceTypes } : {}),
    ...(words ? { 'a.text': words.counts } : {}),
    ...(words?.sampleSize === undefined ? {} : { 'a.text.newest': words.sampleSize }),
    ...(timeBuckets && histogram ? { 'a.time': histogramOf(histogram, timeBuckets) } : {}),
    ...(corners && query.heatMap
      ? { 'a.hm': describeHeatMap(heatMapOf(query.heatMap, corners.level, corners.counts)) }
      : {}),
  };
}

/** Writes a query as JSON, for people who wonder how their parameters were read. */
export function describeQuery({ time, histogram, ...query }: SearchQuery): string {
  return JSON.stringify({
    ...query,
    ...(time ? { time: describeRange(time) } : {}),
    ...(histogram ? { histogram: { gap: histogram.gap, range: describeRange(histogram.range) } } : {}),
  });
}

function describeRange({ from, to }: TimeRange): { readonly from: string; readonly to: string } {
  return { from: from ? formatMoment(from) : '*', to: to ? formatMoment(to) : '*' };
}

function describeHeatMap({ window, rows }: HeatMap): object {
  const lines = rows.map((line) => (line.some((count) => count > 0) ? line : null));
  return {
    gridLevel: window.level,
    columns: window.lastColumn - window.firstColumn + 1,
    rows: window.lastRow - window.firstRow + 1,
    ...windowBox(window),
    projection: 'EPSG:4326',
    counts_ints2D: lines.some((line) => line !== null) ? lines : null,
  };
}
