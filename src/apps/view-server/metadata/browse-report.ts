import type { XmlElement } from 'libxml2-wasm';
import type { Footprint } from '../catalogue/product.ts';
import { readInterval } from './earth-observation.ts';
import { checkedFootprint, positionsOf, readNumbers } from './gml-footprint.ts';
import { MetadataError } from './metadata-error.ts';
import type { ProductMetadata } from './product-metadata.ts';
import { elementsAt, textAt } from './xml-text.ts';

/**
 * Reads metadata of a browse (`rep:browseReport`, of ESA's browse servers): one browse with its place and its time.
 *
 * @throws {MetadataError}
 */
export function readBrowseReport(root: XmlElement): ProductMetadata {
  const browses = elementsAt(root, 'browse');
  const [browse] = browses;
  if (!browse || browses.length > 1) {
    throw new MetadataError(`The browse report has ${browses.length} browses; one is expected`);
  }
  const name = textAt(browse, 'fileName');
  return {
    identifier: textAt(browse, 'browseIdentifier') ?? name?.replace(/\.[^.]*$/, ''),
    type: textAt(root, 'browseType'),
    footprint: footprintIn(browse),
    ...readInterval(textAt(browse, 'startTime'), textAt(browse, 'endTime')),
    properties: {},
  };
}

function footprintIn(browse: XmlElement): Footprint | undefined {
  const system = textAt(browse, 'referenceSystemIdentifier');
  if (system !== undefined && system !== 'EPSG:4326') return undefined;
  const corners = textAt(browse, 'rectifiedBrowse/coordList');
  if (corners !== undefined) {
    const [south = Number.NaN, west = Number.NaN, north = Number.NaN, east = Number.NaN] =
      readNumbers(corners);
    return checkedFootprint([
      [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
        ],
      ],
    ]);
  }
  const list = textAt(browse, 'footprint/coordList');
  return list === undefined ? undefined : checkedFootprint([[positionsOf(readNumbers(list), 2, false)]]);
}
