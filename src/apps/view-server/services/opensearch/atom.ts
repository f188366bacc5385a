import { type XmlContent, xmlDocument } from '../../../../map-kit/xml-document.ts';
import { FEED_NAMESPACES, georss, properties } from './georss.ts';
import { intervalText, type Link, type ResultPage, type SearchResult } from './results.ts';

/** Returns a page as a feed of Atom. */
export function atomFeed({ title, id, total, startIndex, count, links, results }: ResultPage): string {
  const newest = results
    .map(({ ends }) => ends?.getTime() ?? 0)
    .reduce((one, other) => Math.max(one, other), 0);
  return xmlDocument({
    feed: {
      '@xmlns': 'http://www.w3.org/2005/Atom',
      ...FEED_NAMESPACES,
      id,
      title,
      updated: new Date(newest).toISOString(),
      author: { name: title },
      'os:totalResults': total,
      'os:startIndex': startIndex,
      'os:itemsPerPage': count,
      link: links.map(linkElement),
      entry: results.map(entry),
    },
  });
}

function entry(result: SearchResult): XmlContent {
  const self = result.links.find(({ relation }) => relation === 'self');
  return {
    id: self?.href ?? result.identifier,
    title: result.title,
    updated: (result.ends ?? new Date(0)).toISOString(),
    summary: result.title,
    'dc:identifier': result.identifier,
    'dc:date': intervalText(result),
    ...georss(result),
    ...properties(result),
    link: result.links.map(linkElement),
  };
}

/** A link as Atom has it. */
export function linkElement({ relation, href, mediaType, title }: Link): XmlContent {
  return { '@rel': relation, '@type': mediaType, '@href': href, '@title': title };
}
