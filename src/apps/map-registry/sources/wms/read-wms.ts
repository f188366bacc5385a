import { findChildElement, getElementAttribute } from '@camptocamp/ogc-client/dist/shared/xml-utils.js';
import {
  readInfoFromCapabilities,
  readLayersFromCapabilities,
  readOperationUrlsFromCapabilities,
  readOutputFormatsFromCapabilities,
} from '@camptocamp/ogc-client/dist/wms/capabilities.js';
import type { WmsLayerFull } from '@camptocamp/ogc-client/dist/wms/model.js';
import type { Box } from '../../../../map-kit/box.ts';
import { transformBox } from '../../../../map-kit/crs.ts';
import { drawableSrs, listSrs } from '../crs-codes.ts';
import type { WmsDescription, WmsLayerDescription } from '../description/descriptions.ts';
import { nameOf, rootOf, type XmlDocument, type XmlElement } from '../description/xml-document.ts';
import { numberOf } from '../number-of.ts';
import { abstractText, keywordTexts, MOST_NAME, titleText } from '../plain-text.ts';
import { trimKeywords, trimLayers } from './trim-layers.ts';

/** Codes that are kept of a layer, and of a service; GeoServer has thousands. */
const MOST_SRS_OF_LAYER = 50;
const MOST_SRS_OF_SERVICE = 10_000;

/** Root elements of capabilities: of 1.3.0, and of the versions before. */
export const WMS_ROOTS = ['WMS_Capabilities', 'WMT_MS_Capabilities'];

/** Reads the capabilities of a WMS of any version. @throws {Error} where they are something else. */
export function readWms(document: XmlDocument, maximumLayers: number): WmsDescription {
  const root = rootOf(document);
  if (!WMS_ROOTS.includes(nameOf(root))) throw new Error('it is not of a WMS');
  const version = versionOf(root);
  root.attributes['version'] = version;
  const capability = findChildElement(root, 'Capability');
  if (!capability) throw new Error('it has no capability');
  trimLayers(capability, version === '1.3.0' ? 'CRS' : 'SRS');
  const service = findChildElement(root, 'Service');
  if (service) trimKeywords(service);
  const layers = new Map<string, WmsLayerDescription>();
  const srs = new Set<string>();
  const isComplete = readLayersFromCapabilities(document).every((layer) =>
    addLayers(layer, NOTHING_INHERITED, { layers, srs, maximumLayers }),
  );
  const info = readInfoFromCapabilities(document);
  return {
    kind: 'wms',
    version,
    title: titleText(info.title),
    abstract: abstractText(info.abstract),
    keywords: keywordTexts(info.keywords),
    mapUrl: readOperationUrlsFromCapabilities(document)['GetMap']?.Get ?? '',
    formats: readOutputFormatsFromCapabilities(document),
    srs: listSrs(srs, MOST_SRS_OF_SERVICE),
    layers: [...layers.values()],
    isComplete,
  };
}

function versionOf(root: XmlElement): string {
  const version = getElementAttribute(root, 'version').trim();
  if (version.startsWith('1.3') || (version === '' && nameOf(root) === 'WMS_Capabilities')) return '1.3.0';
  return version === '' ? '1.1.1' : version;
}

interface Inherited {
  /** The names of systems that ogc-client gave the layer above. */
  readonly names: readonly string[];
  readonly srs: readonly string[];
  readonly drawableNames: readonly string[];
  readonly box: Box | undefined;
}

const NOTHING_INHERITED: Inherited = { names: [], srs: [], drawableNames: [], box: undefined };

interface Found {
  readonly layers: Map<string, WmsLayerDescription>;
  /** Of all layers. */
  readonly srs: Set<string>;
  readonly maximumLayers: number;
}

/** Adds a layer and those below it. Returns false where there are more than may be read. */
function addLayers(layer: WmsLayerFull, above: Inherited, found: Found): boolean {
  const inherited = inherit(layer, above);
  if (inherited.names !== above.names) for (const name of inherited.names) found.srs.add(name);
  const name = layer.name ?? '';
  if (name.trim() !== '' && name.length <= MOST_NAME && !found.layers.has(name)) {
    if (found.layers.size === found.maximumLayers) return false;
    found.layers.set(name, describeLayer(name, layer, inherited));
  }
  return (layer.children ?? []).every((child) => addLayers(child, inherited, found));
}

/** What is inherited is bounded: a server may have thousands of systems above thousands of layers. */
function inherit({ availableCrs, boundingBoxes }: WmsLayerFull, above: Inherited): Inherited {
  const box = boxOf(boundingBoxes) ?? above.box;
  // ogc-client gives a layer without systems the very list of the layer above.
  if (availableCrs === above.names) return { ...above, box };
  const written = availableCrs.flatMap((names) => names.split(/\s+/));
  const drawable = written.filter((name) => drawableSrs(name) !== undefined);
  return {
    names: availableCrs,
    srs: listSrs([...written, ...above.srs], MOST_SRS_OF_LAYER),
    drawableNames: [...new Set([...drawable, ...above.drawableNames])].slice(0, MOST_SRS_OF_LAYER),
    box,
  };
}

function describeLayer(
  name: string,
  { title, abstract, keywords }: WmsLayerFull,
  { box, srs, drawableNames }: Inherited,
): WmsLayerDescription {
  return {
    name,
    title: titleText(title) || name,
    abstract: abstractText(abstract ?? ''),
    keywords: keywordTexts(keywords ?? []),
    box,
    srs,
    drawableNames,
  };
}

/** Returns a box in longitude and latitude; `undefined` where there is none in a system that is known. */
function boxOf(boxes: WmsLayerFull['boundingBoxes']): Box | undefined {
  const written = Object.entries(boxes).flatMap(([name, corners]) => {
    const srs = drawableSrs(name);
    // ogc-client gives the text of the attributes.
    const [minX = NaN, minY = NaN, maxX = NaN, maxY = NaN] = corners.map(numberOf);
    if (!srs || ![minX, minY, maxX, maxY].every(Number.isFinite)) return [];
    return [{ srs, box: { minX, minY, maxX, maxY } }];
  });
  const [first] = written.toSorted((one, other) => Number(isProjected(one)) - Number(isProjected(other)));
  return first && transformBox(first.box, first.srs, 'EPSG:4326');
}

function isProjected({ srs }: { readonly srs: string }): boolean {
  return srs !== 'EPSG:4326';
}
