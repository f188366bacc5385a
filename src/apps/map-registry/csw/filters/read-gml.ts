import type { XmlElement } from 'libxml2-wasm';
import type { Box } from '../../../../map-kit/box.ts';
import { readNumber } from '../../../../map-kit/ogc-request.ts';
import { refused } from './condition-limits.ts';
import { boxOfCorners } from './crs-names.ts';
import { attributeOf } from './xml-elements.ts';

/** The system of a geometry that names none, as other catalogues have it: the latitude comes first. */
const DEFAULT_CRS = 'urn:ogc:def:crs:EPSG::4326';

/** Elements of GML 2, 3.1 and 3.2 that hold coordinates. */
const HOLDERS = ['lowerCorner', 'upperCorner', 'pos', 'posList', 'coordinates'];

/** Numbers that one geometry may have. */
const MOST_NUMBERS = 10_000;

/**
 * Returns the box of a geometry of GML, in longitude and latitude. An envelope may cross the 180th meridian.
 *
 * @throws {OgcError} it holds no coordinates, or is in a system that is not supported.
 */
export function boxOfGml(geometry: XmlElement): Box {
  const crsName =
    attributeOf(geometry, 'srsName') ?? (geometry.get('.//@srsName')?.content || undefined) ?? DEFAULT_CRS;
  const holders = geometry.find(`.//*[${HOLDERS.map((name) => `local-name()='${name}'`).join(' or ')}]`);
  const numbers = holders.flatMap(({ content }) =>
    content
      .trim()
      .split(/[\s,]+/)
      .map(readNumber),
  );
  if (numbers.length < 2 || numbers.length % 2 !== 0 || !numbers.every(Number.isFinite)) {
    throw refused('A geometry of the filter has no pairs of coordinates.');
  }
  if (numbers.length > MOST_NUMBERS) throw refused('A geometry of the filter has too many coordinates.');
  if (geometry.name === 'Envelope' && numbers.length === 4) {
    const [first = 0, second = 0, third = 0, fourth = 0] = numbers;
    return boxOfCorners([first, second, third, fourth], crsName);
  }
  const firsts = numbers.filter((_, index) => index % 2 === 0);
  const seconds = numbers.filter((_, index) => index % 2 === 1);
  return boxOfCorners(
    [Math.min(...firsts), Math.min(...seconds), Math.max(...firsts), Math.max(...seconds)],
    crsName,
  );
}
