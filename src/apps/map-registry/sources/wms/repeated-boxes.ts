import { findChildElement, getElementAttribute } from '@camptocamp/ogc-client/dist/shared/xml-utils.js';
import { plainCrs } from '../crs-codes.ts';
import { nameOf, XmlElement } from '../description/xml-document.ts';

/**
 * Takes away the boxes in EPSG:4326 of a layer of WMS 1.3.0 where the same box is there in a form that has one meaning, as some servers
 * write the axes in the order of 1.1.1.
 */
export function dropRepeatedBoxes(layer: XmlElement): void {
  if (!findChildElement(layer, 'EX_GeographicBoundingBox')) return;
  layer.children = layer.children.filter((child) => !(child instanceof XmlElement && isRepeated(child)));
}

function isRepeated(child: XmlElement): boolean {
  return nameOf(child) === 'BoundingBox' && plainCrs(getElementAttribute(child, 'CRS')) === 'EPSG:4326';
}
