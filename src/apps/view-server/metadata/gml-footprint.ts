import type { XmlElement } from 'libxml2-wasm';
import {
  FootprintError,
  footprintOf,
  type Polygon,
  type Position,
  type Ring,
} from '../catalogue/footprint.ts';
import type { Footprint } from '../catalogue/product.ts';
import { MetadataError } from './metadata-error.ts';
import { elementsAt } from './xml-text.ts';

/**
 * Reads the polygons of GML below an element. Positions have the latitude first, unless their reference system is CRS84.
 *
 * @returns `undefined` if there are none.
 * @throws {MetadataError}
 */
export function gmlFootprint(element: XmlElement): Footprint | undefined {
  const polygons = elementsAt(element, 'Polygon').map(polygonOf);
  return polygons.length === 0 ? undefined : checkedFootprint(polygons);
}

/** Makes a footprint of polygons. @throws {MetadataError} */
export function checkedFootprint(polygons: readonly Polygon[]): Footprint {
  try {
    return footprintOf(polygons);
  } catch (error) {
    if (error instanceof FootprintError) throw new MetadataError(error.message, { cause: error });
    throw error;
  }
}

function polygonOf(polygon: XmlElement): Polygon {
  return ['exterior', 'outerBoundaryIs', 'interior', 'innerBoundaryIs'].flatMap((boundary) =>
    elementsAt(polygon, `${boundary}/LinearRing`).map(ringOf),
  );
}

function ringOf(ring: XmlElement): Ring {
  const lists = elementsAt(ring, 'posList');
  const texts = [...lists, ...elementsAt(ring, 'pos'), ...elementsAt(ring, 'coordinates')];
  const [first = ring] = texts;
  const numbers = texts.flatMap(({ content }) => readNumbers(content));
  const isCoordinates = first.name === 'coordinates' && first.content.includes(',');
  const dimension = isCoordinates
    ? (first.content.trim().split(/\s+/)[0] ?? '').split(',').length
    : Number(
        attributeUpwards(first, 'srsDimension') ??
          (first.name === 'pos' ? readNumbers(first.content).length : 2),
      );
  return positionsOf(numbers, dimension, isLongitudeFirst(attributeUpwards(first, 'srsName')));
}

/** Puts numbers into positions. @throws {MetadataError} */
export function positionsOf(
  numbers: readonly number[],
  dimension: number,
  longitudeFirst: boolean,
): Position[] {
  if (!(dimension === 2 || dimension === 3) || numbers.length % dimension !== 0) {
    throw new MetadataError(
      `The footprint has ${numbers.length} numbers, which are no positions of ${dimension}`,
    );
  }
  return Array.from({ length: numbers.length / dimension }, (_, index): Position => {
    const one = numbers[index * dimension] ?? Number.NaN;
    const other = numbers[index * dimension + 1] ?? Number.NaN;
    return longitudeFirst ? [one, other] : [other, one];
  });
}

/** Reads numbers between blanks and commas. @throws {MetadataError} */
export function readNumbers(text: string): number[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.map((word) => {
    const number = Number(word);
    if (Number.isFinite(number)) return number;
    throw new MetadataError(`The footprint has "${word.slice(0, 50)}", which is no number`);
  });
}

/** @throws {MetadataError} */
function isLongitudeFirst(srsName: string | undefined): boolean {
  if (srsName === undefined || /(?:EPSG|epsg).*\b4326$/.test(srsName)) return false;
  if (/CRS:?84$/.test(srsName)) return true;
  throw new MetadataError(`The footprint is in ${srsName.slice(0, 100)}; only EPSG:4326 and CRS84 are read`);
}

/** An attribute of an element, or of one around it. */
function attributeUpwards(element: XmlElement, name: string): string | undefined {
  for (let each: XmlElement | null = element; each; each = each.parent) {
    const value = each.attr(name)?.value;
    if (value !== undefined) return value;
  }
  return undefined;
}
