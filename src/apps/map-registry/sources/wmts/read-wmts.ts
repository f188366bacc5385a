import {
  findChildElement,
  findChildrenElement,
  getElementText,
} from '@camptocamp/ogc-client/dist/shared/xml-utils.js';
import {
  readInfoFromCapabilities,
  readLayersFromCapabilities,
  readMatrixSetsFromCapabilities,
} from '@camptocamp/ogc-client/dist/wmts/capabilities.js';
import type { WmtsMatrixSet as OgcMatrixSet, WmtsLayer } from '@camptocamp/ogc-client/dist/wmts/model.js';
import type { Box } from '../../../../map-kit/box.ts';
import type {
  WmtsDescription,
  WmtsLayerDescription,
  WmtsMatrix,
  WmtsMatrixSet,
} from '../description/descriptions.ts';
import { MOST_LEVELS } from '../description/descriptions.ts';
import { nameOf, rootOf, type XmlDocument, type XmlElement } from '../description/xml-document.ts';
import { abstractText, keywordTexts, MOST_NAME, titleText } from '../plain-text.ts';

/** Sets of levels that are read of one service. */
const MOST_MATRIX_SETS = 1_000;

/** Reads the capabilities of a WMTS 1.0.0. @throws {Error} where they are something else. */
export function readWmts(document: XmlDocument, maximumLayers: number): WmtsDescription {
  const root = rootOf(document);
  const contents = findChildElement(root, 'Contents');
  if (nameOf(root) !== 'Capabilities' || !contents) throw new Error('it is not of a WMTS with contents');
  const elements = findChildrenElement(contents, 'Layer');
  const layers = new Map<string, WmtsLayerDescription>();
  for (const [index, layer] of readLayersFromCapabilities(document).entries()) {
    if (layers.size === maximumLayers) break;
    const element = elements[index];
    const isNew = layer.name.trim() !== '' && layer.name.length <= MOST_NAME && !layers.has(layer.name);
    if (element && isNew) layers.set(layer.name, describeLayer(layer, element));
  }
  const info = readInfoFromCapabilities(document);
  return {
    kind: 'wmts',
    title: titleText(info.title),
    abstract: abstractText(info.abstract),
    keywords: keywordTexts(info.keywords),
    tileUrl: info.getTileUrls.kvp ?? '',
    matrixSets: readMatrixSets(document, contents),
    layers: [...layers.values()],
    isComplete: elements.length <= maximumLayers,
  };
}

function describeLayer(layer: WmtsLayer, element: XmlElement): WmtsLayerDescription {
  const textOf = (name: string) => getElementText(findChildElement(element, name));
  return {
    name: layer.name,
    title: titleText(textOf('Title')) || layer.name,
    abstract: abstractText(textOf('Abstract')),
    keywords: keywordTexts(
      findChildrenElement(element, 'Keywords').flatMap((keywords) =>
        findChildrenElement(keywords, 'Keyword').map(getElementText),
      ),
    ),
    box: boxOf(findChildElement(element, 'WGS84BoundingBox')),
    formats: findChildrenElement(element, 'Format').map(getElementText),
    templates: layer.resourceLinks
      .filter(({ encoding }) => encoding === 'REST')
      .map(({ format, url }) => ({ format, url })),
    style: layer.defaultStyle || (layer.styles[0]?.name ?? ''),
    matrixSets: layer.matrixSets.map(({ identifier }) => identifier),
    dimensions: (layer.dimensions ?? []).map(({ identifier, defaultValue, values }) => ({
      name: identifier,
      value: defaultValue || (values[0] ?? ''),
    })),
  };
}

/** Of OWS: the longitude comes first. */
function boxOf(element: XmlElement): Box | undefined {
  const [minX, minY] = cornerOf(element, 'LowerCorner');
  const [maxX, maxY] = cornerOf(element, 'UpperCorner');
  return [minX, minY, maxX, maxY].every(Number.isFinite) ? { minX, minY, maxX, maxY } : undefined;
}

function readMatrixSets(document: XmlDocument, contents: XmlElement): readonly WmtsMatrixSet[] {
  const elements = findChildrenElement(contents, 'TileMatrixSet').slice(0, MOST_MATRIX_SETS);
  const sets = readMatrixSetsFromCapabilities(document);
  return elements.flatMap((element, index) => {
    const set = sets[index];
    return set ? [{ name: set.identifier, crs: set.crs, matrices: readMatrices(element, set) }] : [];
  });
}

function readMatrices(setElement: XmlElement, { tileMatrices }: OgcMatrixSet): readonly WmtsMatrix[] {
  const elements = findChildrenElement(setElement, 'TileMatrix').slice(0, MOST_LEVELS);
  return elements.flatMap((element, index) => {
    const matrix = tileMatrices[index];
    if (!matrix) return [];
    return [
      {
        name: matrix.identifier,
        scaleDenominator: matrix.scaleDenominator,
        corner: cornerOf(element, 'TopLeftCorner'),
        tileWidthPixels: matrix.tileWidth,
        tileHeightPixels: matrix.tileHeight,
        columns: matrix.matrixWidth,
        rows: matrix.matrixHeight,
      },
    ];
  });
}

/** ogc-client wants exactly one blank between the numbers. */
function cornerOf(element: XmlElement | null, name: string): readonly [number, number] {
  const text = element ? getElementText(findChildElement(element, name)) : '';
  const [first = NaN, second = NaN] = text
    .trim()
    .split(/[\s,]+/)
    .map(Number.parseFloat);
  return [first, second];
}
