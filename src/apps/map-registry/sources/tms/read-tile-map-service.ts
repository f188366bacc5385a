import { parseTileMapServiceXML } from '@camptocamp/ogc-client/dist/tms/parser.js';
import type { TileMapServiceDescription } from '../description/descriptions.ts';
import { nameOf, rootOf, type XmlDocument } from '../description/xml-document.ts';
import { abstractText, keywordTexts, titleText } from '../plain-text.ts';

/** Reads a list of tile maps. @throws {Error} where it is something else. */
export function readTileMapService(document: XmlDocument, maximumLayers: number): TileMapServiceDescription {
  if (nameOf(rootOf(document)) !== 'TileMapService') throw new Error('it is no list of tile maps');
  const { title, abstract, keywords, tileMaps } = parseTileMapServiceXML(document);
  return {
    kind: 'tile-map-service',
    title: titleText(title),
    abstract: abstractText(abstract ?? ''),
    keywords: keywordTexts((keywords ?? []).flatMap((text) => text.split(/\s+/))),
    tileMaps: (tileMaps ?? [])
      .filter(({ href }) => href !== '')
      // One more shows that there are more.
      .slice(0, maximumLayers + 1)
      .map(({ href, srs, title: titleOfMap }) => ({ href, srs, title: titleText(titleOfMap) })),
  };
}
