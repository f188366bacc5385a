import { ATOM, DC } from '../csw-version.ts';
import type { PublishedRecord } from '../records/find-records.ts';
import { linksOf } from './record-links.ts';
import { element, textElement } from './xml-text.ts';

/** The namespaces of feeds, for the root of a document. */
export const ATOM_NAMESPACES: Readonly<Record<string, string>> = {
  'xmlns:atom': ATOM,
  'xmlns:dc': DC,
  'xmlns:os': 'http://a9.com/-/spec/opensearch/1.1/',
  'xmlns:georss': 'http://www.georss.org/georss',
};

/** Returns a record as an entry of a feed. @param recordUrl where the whole record is. */
export function atomEntry(record: PublishedRecord, catalogUrl: string, recordUrl: string): string {
  const { box } = record;
  return element(
    'atom:entry',
    {},
    ...record.subjects.map((subject) => element('atom:category', { term: subject })),
    textElement('atom:id', recordUrl),
    element('atom:link', { rel: 'alternate', type: 'application/xml', href: recordUrl }),
    ...[...linksOf(record, catalogUrl), { scheme: record.format, url: record.source }]
      .filter(({ url }) => url !== '')
      .map(({ scheme, url }) => element('atom:link', { rel: 'related', title: scheme, href: url })),
    textElement('atom:summary', record.abstract),
    textElement('atom:title', record.title === '' ? record.identifier : record.title),
    textElement('atom:updated', record.modified),
    textElement('dc:identifier', record.identifier),
    textElement('dc:date', record.date),
    box ? textElement('georss:box', `${box.minY} ${box.minX} ${box.maxY} ${box.maxX}`) : '',
  );
}

/** A page of a search, and the pages beside it. */
export interface FeedPage {
  readonly title: string;
  readonly url: string;
  readonly updated: string;
  readonly total: number;
  readonly startPosition: number;
  readonly perPage: number;
  /** `undefined` on the last page. */
  readonly nextUrl: string | undefined;
  readonly descriptionUrl: string;
}

/** Returns a page as a feed. */
export function atomFeed(page: FeedPage, entries: readonly string[]): string {
  return element(
    'atom:feed',
    ATOM_NAMESPACES,
    textElement('atom:id', page.url),
    textElement('atom:title', page.title),
    element('atom:author', {}, textElement('atom:name', page.title)),
    textElement('atom:updated', page.updated),
    element('atom:link', { rel: 'self', type: 'application/atom+xml', href: page.url }),
    page.nextUrl === undefined
      ? ''
      : element('atom:link', { rel: 'next', type: 'application/atom+xml', href: page.nextUrl }),
    element('atom:link', {
      rel: 'search',
      type: 'application/opensearchdescription+xml',
      href: page.descriptionUrl,
    }),
    textElement('os:totalResults', String(page.total)),
    textElement('os:startIndex', String(page.startPosition)),
    textElement('os:itemsPerPage', String(page.perPage)),
    ...entries,
  );
}
