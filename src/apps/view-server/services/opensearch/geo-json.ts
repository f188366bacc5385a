import { intervalText, type Link, type ResultPage, type SearchResult } from './results.ts';

/** Returns a page as a collection of features of GeoJSON (RFC 7946). */
export function geoJson({ title, id, total, startIndex, count, links, results }: ResultPage): string {
  return JSON.stringify({
    type: 'FeatureCollection',
    id,
    properties: { title, totalResults: total, startIndex, itemsPerPage: count, links: links.map(linkObject) },
    features: results.map(feature),
  });
}

function feature(result: SearchResult) {
  const { identifier, title, begins, ends, footprint, boxes, properties, links } = result;
  return {
    type: 'Feature',
    id: identifier,
    ...(boxes.length > 0 ? { bbox: boundingBox(result) } : {}),
    geometry: footprint ?? null,
    properties: {
      ...properties,
      identifier,
      title,
      date: intervalText(result) ?? null,
      begin: begins?.toISOString() ?? null,
      end: ends?.toISOString() ?? null,
      links: links.map(linkObject),
    },
  };
}

/** Across the antimeridian, the west is greater than the east. */
function boundingBox({ boxes }: SearchResult): readonly number[] {
  const [first, second] = boxes;
  if (!first) return [];
  return [
    second?.minX ?? first.minX,
    Math.min(first.minY, second?.minY ?? 90),
    first.maxX,
    Math.max(first.maxY, second?.maxY ?? -90),
  ];
}

function linkObject({ relation, href, mediaType, title }: Link) {
  return { rel: relation, type: mediaType, href, ...(title === undefined ? {} : { title }) };
}
