import type { Box } from './box.ts';
import type { Srs } from './crs.ts';

/** A version of the Web Map Service. */
export type WmsVersion = '1.1.1' | '1.3.0';

/** A coordinate reference system by the name that a client gave it. */
export interface NamedCrs {
  readonly name: string;
  readonly srs: Srs;
  /** Whether the coordinates of a box come as latitude, longitude. */
  readonly isLatitudeFirst: boolean;
}

/** The systems that each version knows, in the order of the capabilities. */
const WMS_SYSTEMS: Readonly<Record<WmsVersion, readonly NamedCrs[]>> = {
  '1.1.1': [
    { name: 'EPSG:4326', srs: 'EPSG:4326', isLatitudeFirst: false },
    { name: 'EPSG:3857', srs: 'EPSG:3857', isLatitudeFirst: false },
  ],
  '1.3.0': [
    { name: 'CRS:84', srs: 'EPSG:4326', isLatitudeFirst: false },
    { name: 'EPSG:4326', srs: 'EPSG:4326', isLatitudeFirst: true },
    { name: 'EPSG:3857', srs: 'EPSG:3857', isLatitudeFirst: false },
  ],
};

/** Returns the systems of a version of WMS. */
export function wmsSystems(version: WmsVersion): readonly NamedCrs[] {
  return WMS_SYSTEMS[version];
}

/** Returns a system of a version of WMS by its name, in any case. */
export function findWmsSystem(version: WmsVersion, name: string): NamedCrs | undefined {
  return WMS_SYSTEMS[version].find((system) => system.name === name.toUpperCase());
}

/** Returns the box that four coordinates describe in a system: the lower corner, then the upper. */
export function boxFromCoordinates(
  coordinates: readonly [number, number, number, number],
  { isLatitudeFirst }: NamedCrs,
): Box {
  const [first, second, third, fourth] = coordinates;
  return isLatitudeFirst
    ? { minX: second, minY: first, maxX: fourth, maxY: third }
    : { minX: first, minY: second, maxX: third, maxY: fourth };
}

/** Returns the lower corner and the upper corner of a box, in the order of a system. */
export function coordinatesOfBox(
  box: Box,
  { isLatitudeFirst }: NamedCrs,
): readonly [number, number, number, number] {
  return isLatitudeFirst
    ? [box.minY, box.minX, box.maxY, box.maxX]
    : [box.minX, box.minY, box.maxX, box.maxY];
}
