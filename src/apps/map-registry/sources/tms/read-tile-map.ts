import { parseTileMapXML } from '@camptocamp/ogc-client/dist/tms/parser.js';
import { MOST_LEVELS, type TileMapDescription } from '../description/descriptions.ts';
import { nameOf, readXmlDocument, rootOf } from '../description/xml-document.ts';
import { abstractText, keywordTexts, titleText } from '../plain-text.ts';

/** Reads a tile map. @throws {Error} where it is something else. */
export function readTileMap(parts: Iterable<string>): TileMapDescription {
  const document = readXmlDocument(parts, {
    isKept: (_element, name, parent) => name !== 'TileSet' || parent.children.length <= MOST_LEVELS,
  });
  if (nameOf(rootOf(document)) !== 'TileMap') throw new Error('it is no tile map');
  const { title, abstract, keywords, srs, boundingBox, origin, tileFormat, tileSets } =
    parseTileMapXML(document);
  const [minX, minY, maxX, maxY] = boundingBox;
  return {
    kind: 'tile-map',
    title: titleText(title),
    abstract: abstractText(abstract ?? ''),
    keywords: keywordTexts((keywords ?? []).flatMap((text) => text.split(/\s+/))),
    srs,
    box: { minX, minY, maxX, maxY },
    originX: origin.x,
    originY: origin.y,
    tileWidthPixels: tileFormat.width,
    tileHeightPixels: tileFormat.height,
    extension: tileFormat.extension,
    tileSets: tileSets.slice(0, MOST_LEVELS).map(({ href, unitsPerPixel }) => ({ href, unitsPerPixel })),
  };
}
