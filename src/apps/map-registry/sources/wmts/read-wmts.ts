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
import {
  documentOf,
  elementOf,
  nameOf,
  readXmlDocument,
  rootOf,
  type XmlDocument,
  XmlElement,
} from '../description/xml-document.ts';
import { abstractText, keywordTexts, MOST_KEYWORDS, MOST_NAME, titleText } from '../plain-text.ts';

/** Sets of levels that are read of one service. */
const MOST_MATRIX_SETS = 1_000;

/** Parts of such a set: its levels, and what is said of all of them. */
const MOST_PARTS = MOST_LEVELS + 20;

const ROOT_PARTS = ['ServiceIdentification', 'OperationsMetadata', 'Contents'];

/** What of a layer may be large, and is not read. */
const UNUSED_PARTS = ['TileMatrixSetLimits', 'LegendURL', 'Metadata'];

/** Elements of which the first one counts. */
const READ_ONCE = ['Value', 'Values'];

/** Reads the capabilities of a WMTS 1.0.0. @throws {Error} where they are something else. */
export function readWmts(parts: Iterable<string>, maximumLayers: number): WmtsDescription {
  const layers = new Map<string, WmtsLayerDescription>();
  const matrixSets: WmtsMatrixSet[] = [];
  let layerCount = 0;
  const document = readXmlDocument(parts, {
    isUsed: (name, parentName) =>
      parentName === 'Capabilities' ? ROOT_PARTS.includes(name) : !UNUSED_PARTS.includes(name),
    isKept(element, name, parent) {
      const parentName = nameOf(parent);
      if (name === 'TileMatrix' && parentName === 'TileMatrixSet')
        return parent.children.length <= MOST_PARTS;
      if (name === 'Keyword') return parent.children.length <= MOST_KEYWORDS;
      if (READ_ONCE.includes(name)) return firstOf(parent, name) === element;
      if (parentName !== 'Contents') return true;
      if (name === 'Layer') {
        layerCount += 1;
        if (layers.size < maximumLayers) addLayer(layers, element);
      } else if (name === 'TileMatrixSet' && matrixSets.length < MOST_MATRIX_SETS) {
        matrixSets.push(...readMatrixSet(element));
      }
      return false;
    },
  });
  const root = rootOf(document);
  if (nameOf(root) !== 'Capabilities' || !findChildElement(root, 'Contents'))
    throw new Error('it is not of a WMTS with contents');
  const info = readInfoFromCapabilities(document);
  return {
    kind: 'wmts',
    title: titleText(info.title),
    abstract: abstractText(info.abstract),
    keywords: keywordTexts(info.keywords),
    tileUrl: info.getTileUrls.kvp ?? '',
    matrixSets,
    layers: [...layers.values()],
    isComplete: layerCount <= maximumLayers,
  };
}

function firstOf({ children }: XmlElement, name: string): XmlElement | undefined {
  return children.find((child): child is XmlElement => child instanceof XmlElement && nameOf(child) === name);
}

/** Makes capabilities of a part of the contents, for functions that read the whole. */
function capabilitiesOf(content: XmlElement): XmlDocument {
  return documentOf(elementOf('Capabilities', [elementOf('Contents', [content])]));
}

function addLayer(layers: Map<string, WmtsLayerDescription>, element: XmlElement): void {
  const [layer] = readLayersFromCapabilities(capabilitiesOf(element));
  const isNew =
    layer && layer.name.trim() !== '' && layer.name.length <= MOST_NAME && !layers.has(layer.name);
  if (isNew) layers.set(layer.name, describeLayer(layer, element));
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

function readMatrixSet(element: XmlElement): readonly WmtsMatrixSet[] {
  return readMatrixSetsFromCapabilities(capabilitiesOf(element)).map((set) => ({
    name: set.identifier,
    crs: set.crs,
    matrices: readMatrices(element, set),
  }));
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
