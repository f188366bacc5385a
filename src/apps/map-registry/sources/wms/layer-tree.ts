import { getElementAttribute } from '@camptocamp/ogc-client/dist/shared/xml-utils.js';
import { readLayersFromCapabilities } from '@camptocamp/ogc-client/dist/wms/capabilities.js';
import type { WmsLayerFull } from '@camptocamp/ogc-client/dist/wms/model.js';
import type { Box } from '../../../../map-kit/box.ts';
import { transformBox } from '../../../../map-kit/crs.ts';
import { drawableSrs } from '../crs-codes.ts';
import { documentOf, elementOf, type XmlElement } from '../description/xml-document.ts';
import { numberOf } from '../number-of.ts';
import { abstractText, keywordTexts, MOST_NAME, titleText } from '../plain-text.ts';
import { dropRepeatedBoxes } from './repeated-boxes.ts';

/** Boxes that are kept of a layer: a system has several names. */
const MOST_BOXES = 20;

/** Systems that are kept of a layer; GeoServer has thousands. */
const MOST_SYSTEMS = 10_000;

/** A layer as its own element describes it. */
export interface WrittenLayer {
  readonly above: WrittenLayer | undefined;
  /** Empty for a group. */
  name: string;
  title: string;
  abstract: string;
  keywords: readonly string[];
  /** Names of systems, as they are written. */
  systems: readonly string[];
  /** In longitude and latitude. */
  box: Box | undefined;
}

/** A layer whose element has not ended. */
interface OpenLayer {
  readonly layer: WrittenLayer;
  boxCount: number;
  systemCount: number;
}

/** Gathers the layers of a document while it is read: no element of one is kept after its end. */
export class LayerTree {
  /** In the order of their starts. */
  readonly layers: WrittenLayer[] = [];
  readonly #version: () => string;
  readonly #open: OpenLayer[] = [];
  /** By themselves: most layers have the same ones. */
  readonly #systems = new Map<string, readonly string[]>();

  /** @param version of the document, which is known before its first layer. */
  constructor(version: () => string) {
    this.#version = version;
  }

  /** Notes that the element of a layer starts. */
  start(): void {
    const layer: WrittenLayer = {
      above: this.#open.at(-1)?.layer,
      name: '',
      title: '',
      abstract: '',
      keywords: [],
      systems: [],
      box: undefined,
    };
    this.layers.push(layer);
    this.#open.push({ layer, boxCount: 0, systemCount: 0 });
  }

  /**
   * Returns whether another box of the innermost layer is kept: one in a system in which maps are drawn. The time that ogc-client takes grows
   * with the square of their number.
   */
  takeBox(box: XmlElement): boolean {
    const open = this.#open.at(-1);
    if (!open || open.boxCount === MOST_BOXES) return false;
    if (drawableSrs(getElementAttribute(box, crsAttribute(this.#version()))) === undefined) return false;
    open.boxCount += 1;
    return true;
  }

  /** Returns whether another system of the innermost layer is kept. */
  takeSystem(): boolean {
    const open = this.#open.at(-1);
    if (!open || open.systemCount === MOST_SYSTEMS) return false;
    open.systemCount += 1;
    return true;
  }

  /** Reads the innermost layer, whose element ends. Its sublayers are no children of it any more. */
  end(element: XmlElement): void {
    const { layer } = this.#open.pop() ?? {};
    if (!layer) return;
    const version = this.#version();
    if (version === '1.3.0') dropRepeatedBoxes(element);
    const capabilities = elementOf('WMS_Capabilities', [elementOf('Capability', [element])], { version });
    const [read] = readLayersFromCapabilities(documentOf(capabilities));
    if (read) {
      describe(layer, read);
      layer.systems = this.#shared(read.availableCrs);
    }
    // Nothing refers to a group without content.
    if (layer.name === '' && this.layers.at(-1) === layer) this.layers.pop();
  }

  /** WMS 1.1.0 has a list in one element. */
  #shared(systems: readonly string[]): readonly string[] {
    const key = systems.join(' ');
    const known = this.#systems.get(key);
    if (known) return known;
    const split = key.split(/\s+/).filter((name) => name !== '');
    this.#systems.set(key, split);
    return split;
  }
}

/** The attribute of a box that names its system. */
function crsAttribute(version: string): 'CRS' | 'SRS' {
  return version === '1.3.0' ? 'CRS' : 'SRS';
}

function describe(layer: WrittenLayer, read: WmsLayerFull): void {
  const name = read.name ?? '';
  layer.box = boxOf(read.boundingBoxes);
  if (name.trim() === '' || name.length > MOST_NAME) return;
  layer.name = name;
  layer.title = titleText(read.title) || name;
  layer.abstract = abstractText(read.abstract ?? '');
  layer.keywords = keywordTexts(read.keywords ?? []);
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
