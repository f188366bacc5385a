import { parseTileMapServiceXML } from '@camptocamp/ogc-client/dist/tms/parser.js';
import type { TileMapServiceDescription } from '../description/descriptions.ts';
import { nameOf, readXmlDocument, rootOf } from '../description/xml-document.ts';
import { abstractText, keywordTexts, titleText } from '../plain-text.ts';

const ROOT_PARTS = ['Title', 'Abstract', 'KeywordList', 'TileMaps'];

/** Reads a list of tile maps. @throws {Error} where it is something else. */
export function readTileMapService(
  parts: Iterable<string>,
  maximumLayers: number,
): TileMapServiceDescription {
  const document = readXmlDocument(parts, {
    isUsed: (name, parentName) => parentName !== 'TileMapService' || ROOT_PARTS.includes(name),
    isKept: ({ attributes }, name, parent) =>
      // One more shows that there are more.
      name !== 'TileMap' || (Boolean(attributes['href']) && parent.children.length <= maximumLayers + 1),
  });
  if (nameOf(rootOf(document)) !== 'TileMapService') throw new Error('it is no list of tile maps');
  const { title, abstract, keywords, tileMaps } = parseTileMapServiceXML(document);
  return {
    kind: 'tile-map-service',
    title: titleText(title),
    abstract: abstractText(abstract ?? ''),
    keywords: keywordTexts((keywords ?? []).flatMap((text) => text.split(/\s+/))),
    tileMaps: (tileMaps ?? []).map(({ href, srs, title: titleOfMap }) => ({
      href,
      srs,
      title: titleText(titleOfMap),
    })),
  };
}
