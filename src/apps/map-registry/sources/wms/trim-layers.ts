import {
  findChildElement,
  findChildrenElement,
  getElementAttribute,
} from '@camptocamp/ogc-client/dist/shared/xml-utils.js';
import { drawableSrs, plainCrs } from '../crs-codes.ts';
import type { XmlElement } from '../description/xml-document.ts';
import { MOST_KEYWORDS } from '../plain-text.ts';

/** Boxes that are kept of a layer: a system has several names. */
const MOST_BOXES = 20;

/**
 * Takes away what is not used of the layers below an element, as the time that ogc-client takes grows with the square of
 * the boxes and keywords of a layer:
 *
 * - boxes in systems in which no map is drawn;
 * - in 1.3.0, boxes in EPSG:4326 where the same box is there in a form that has one meaning, as some servers write the axes in
 *   the order of 1.1.1;
 * - more boxes and keywords than a layer may have.
 *
 * @param crsAttribute that names the system of a box: `CRS` in 1.3.0, `SRS` before.
 */
export function trimLayers(parent: XmlElement, crsAttribute: 'CRS' | 'SRS'): void {
  for (const layer of findChildrenElement(parent, 'Layer')) {
    const isRepeated = crsAttribute === 'CRS' && findChildElement(layer, 'EX_GeographicBoundingBox');
    keepChildren(layer, 'BoundingBox', MOST_BOXES, (box) => {
      const name = getElementAttribute(box, crsAttribute);
      return drawableSrs(name) !== undefined && !(isRepeated && plainCrs(name) === 'EPSG:4326');
    });
    trimKeywords(layer);
    trimLayers(layer, crsAttribute);
  }
}

/** Takes away the keywords of a layer or service beyond those that it may have. */
export function trimKeywords(parent: XmlElement): void {
  const list = findChildElement(parent, 'KeywordList');
  if (list) keepChildren(list, 'Keyword', MOST_KEYWORDS, () => true);
}

/** Keeps the first children of a name that fulfil a condition; children of other names are kept too. */
function keepChildren(
  parent: XmlElement,
  name: string,
  maximum: number,
  isKept: (child: XmlElement) => boolean,
): void {
  const named = findChildrenElement(parent, name);
  const dropped = new Set<unknown>(named);
  let kept = 0;
  for (const child of named) {
    if (kept === maximum) break;
    if (!isKept(child)) continue;
    dropped.delete(child);
    kept += 1;
  }
  if (dropped.size > 0) parent.children = parent.children.filter((child) => !dropped.has(child));
}
