import { type XmlContent, xmlDocument } from '../../../../map-kit/xml-document.ts';
import { linkElement } from './atom.ts';
import { FEED_NAMESPACES, georss, properties } from './georss.ts';
import { intervalText, type ResultPage, type SearchResult } from './results.ts';

/** Returns a page as RSS 2.0. */
export function rssFeed({ title, id, total, startIndex, count, links, results }: ResultPage): string {
  return xmlDocument({
    rss: {
      '@version': '2.0',
      ...FEED_NAMESPACES,
      '@xmlns:atom': 'http://www.w3.org/2005/Atom',
      channel: {
        title,
        link: id,
        description: `${total} results`,
        'os:totalResults': total,
        'os:startIndex': startIndex,
        'os:itemsPerPage': count,
        'atom:link': links.map(linkElement),
        item: results.map(item),
      },
    },
  });
}

function item(result: SearchResult): XmlContent {
  const self = result.links.find(({ relation }) => relation === 'self');
  return {
    title: result.title,
    link: self?.href,
    description: intervalText(result) ?? result.title,
    guid: { '@isPermaLink': 'false', '#': result.identifier },
    pubDate: result.ends?.toUTCString(),
    'dc:identifier': result.identifier,
    'dc:date': intervalText(result),
    ...georss(result),
    ...properties(result),
    'atom:link': result.links.map(linkElement),
  };
}
