import { atomFeed } from './atom.ts';
import { geoJson } from './geo-json.ts';
import { htmlPage } from './html-page.ts';
import type { ResultPage } from './results.ts';
import { rssFeed } from './rss.ts';

/** A format that results are written in. */
export interface Format {
  readonly mediaType: string;
  readonly write: (page: ResultPage) => string;
}

/** The formats of results, by their names in addresses. */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['atom', { mediaType: 'application/atom+xml', write: atomFeed }],
  ['json', { mediaType: 'application/geo+json', write: geoJson }],
  ['rss', { mediaType: 'application/rss+xml', write: rssFeed }],
  ['html', { mediaType: 'text/html', write: htmlPage }],
]);
