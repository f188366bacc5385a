import { findChildElement, getElementAttribute } from '@camptocamp/ogc-client/dist/shared/xml-utils.js';
import {
  readInfoFromCapabilities,
  readOperationUrlsFromCapabilities,
  readOutputFormatsFromCapabilities,
} from '@camptocamp/ogc-client/dist/wms/capabilities.js';
import type { Box } from '../../../../map-kit/box.ts';
import { drawableSrs, listSrs } from '../crs-codes.ts';
import type { WmsDescription, WmsLayerDescription } from '../description/descriptions.ts';
import {
  type DocumentRules,
  nameOf,
  readXmlDocument,
  rootOf,
  type XmlElement,
} from '../description/xml-document.ts';
import { abstractText, keywordTexts, MOST_KEYWORDS, titleText } from '../plain-text.ts';
import { LayerTree, type WrittenLayer } from './layer-tree.ts';

/** Codes that are kept of a layer, and of a service; GeoServer has thousands. */
const MOST_SRS_OF_LAYER = 50;
const MOST_SRS_OF_SERVICE = 10_000;

/** Root elements of capabilities: of 1.3.0, and of the versions before. */
export const WMS_ROOTS = ['WMS_Capabilities', 'WMT_MS_Capabilities'];

const LAYER_PARTS = [
  'Layer',
  'Name',
  'Title',
  'Abstract',
  'KeywordList',
  'CRS',
  'SRS',
  'BoundingBox',
  'EX_GeographicBoundingBox',
  'LatLonBoundingBox',
];

const ROOT_PARTS = ['Service', 'Capability'];

/** What is read of some elements; all of the others. */
const USED_PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['WMS_Capabilities', ROOT_PARTS],
  ['WMT_MS_Capabilities', ROOT_PARTS],
  ['Service', ['Title', 'Abstract', 'KeywordList']],
  ['Capability', ['Request', 'Layer']],
  ['Request', ['GetMap']],
  ['Layer', LAYER_PARTS],
]);

/** Reads the capabilities of a WMS of any version. @throws {Error} where they are something else. */
export function readWms(parts: Iterable<string>, maximumLayers: number): WmsDescription {
  let version = '';
  const tree = new LayerTree(() => version);
  const document = readXmlDocument(parts, {
    isUsed: (name, parentName) => USED_PARTS.get(parentName)?.includes(name) ?? true,
    onStart(element, name) {
      if (name === 'Layer') tree.start();
      else if (version === '') {
        if (!WMS_ROOTS.includes(name)) throw new Error('it is not of a WMS');
        version = versionOf(element);
        element.attributes['version'] = version;
      }
    },
    isKept: (element, name, parent) => isKept(tree, element, name, parent),
  });
  const root = rootOf(document);
  if (!findChildElement(root, 'Capability')) throw new Error('it has no capability');
  const info = readInfoFromCapabilities(document);
  return {
    kind: 'wms',
    version,
    title: titleText(info.title),
    abstract: abstractText(info.abstract),
    keywords: keywordTexts(info.keywords),
    mapUrl: readOperationUrlsFromCapabilities(document)['GetMap']?.Get ?? '',
    formats: readOutputFormatsFromCapabilities(document),
    ...describeLayers(tree.layers, maximumLayers),
  };
}

function isKept(
  tree: LayerTree,
  ...[element, name, parent]: Parameters<NonNullable<DocumentRules['isKept']>>
): boolean {
  switch (name) {
    case 'Layer':
      tree.end(element);
      return false;
    case 'BoundingBox':
      return tree.takeBox(element);
    case 'CRS':
    case 'SRS':
      return tree.takeSystem();
    case 'Keyword':
      return parent.children.length <= MOST_KEYWORDS;
    default:
      return true;
  }
}

function versionOf(root: XmlElement): string {
  const version = getElementAttribute(root, 'version').trim();
  if (version.startsWith('1.3') || (version === '' && nameOf(root) === 'WMS_Capabilities')) return '1.3.0';
  return version === '' ? '1.1.1' : version;
}

/** What the layers below inherit of a layer. */
interface Inherited {
  readonly srs: readonly string[];
  readonly drawableNames: readonly string[];
  readonly box: Box | undefined;
}

const NOTHING_INHERITED: Inherited = { srs: [], drawableNames: [], box: undefined };

/** @param written layers, each behind the one that it is in. */
function describeLayers(
  written: readonly WrittenLayer[],
  maximumLayers: number,
): Pick<WmsDescription, 'layers' | 'srs' | 'isComplete'> {
  const layers = new Map<string, WmsLayerDescription>();
  const srs = new Set<string>();
  const inheritances = new Map<WrittenLayer, Inherited>();
  const inherit = inheriting();
  let isComplete = true;
  for (const layer of written) {
    const above = layer.above && inheritances.get(layer.above);
    const inherited = inherit(layer, above ?? NOTHING_INHERITED);
    inheritances.set(layer, inherited);
    for (const name of layer.systems) srs.add(name);
    if (layer.name === '' || layers.has(layer.name)) continue;
    if (layers.size === maximumLayers) {
      isComplete = false;
      break;
    }
    const { name, title, abstract, keywords } = layer;
    layers.set(name, { name, title, abstract, keywords, ...inherited });
  }
  return { layers: [...layers.values()], srs: listSrs(srs, MOST_SRS_OF_SERVICE), isComplete };
}

/** Layers with the same systems below the same layer share what they inherit, as there may be thousands. */
function inheriting(): (layer: WrittenLayer, above: Inherited) => Inherited {
  const known = new Map<readonly string[], Map<readonly string[], Omit<Inherited, 'box'>>>();
  return ({ systems, box: ownBox }, above) => {
    const box = ownBox ?? above.box;
    if (systems.length === 0) return { ...above, box };
    const bySystems = known.get(above.srs) ?? new Map<readonly string[], Omit<Inherited, 'box'>>();
    known.set(above.srs, bySystems);
    const inherited = bySystems.get(systems) ?? inheritSystems(systems, above);
    bySystems.set(systems, inherited);
    return { ...inherited, box };
  };
}

/** What is inherited is bounded: a server may have thousands of systems above thousands of layers. */
function inheritSystems(systems: readonly string[], above: Inherited): Omit<Inherited, 'box'> {
  const drawable = systems.filter((name) => drawableSrs(name) !== undefined);
  return {
    srs: listSrs([...systems, ...above.srs], MOST_SRS_OF_LAYER),
    drawableNames: [...new Set([...drawable, ...above.drawableNames])].slice(0, MOST_SRS_OF_LAYER),
  };
}
