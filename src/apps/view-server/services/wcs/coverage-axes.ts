import { OgcError } from '../../../../map-kit/ogc-error.ts';

/** The axes of a coverage, in the order of its reference system. */
export interface CoverageAxes {
  readonly labels: readonly [string, string];
  readonly units: string;
  /** Whether the first axis is north or latitude. */
  readonly isNorthFirst: boolean;
}

const GEOGRAPHIC: CoverageAxes = { labels: ['Lat', 'Long'], units: 'deg deg', isNorthFirst: true };
const PROJECTED: CoverageAxes = { labels: ['x', 'y'], units: 'm m', isNorthFirst: false };

/** What else clients call the axes. */
const NAMES: Readonly<Record<'x' | 'y', readonly string[]>> = {
  x: ['long', 'lon', 'longitude', 'x', 'e', 'easting'],
  y: ['lat', 'latitude', 'y', 'n', 'northing'],
};

/** Returns the axes of a reference system. */
export function axesOf(srs: string): CoverageAxes {
  return srs === 'EPSG:4326' ? GEOGRAPHIC : PROJECTED;
}

/** Returns two coordinates in the order of the axes. */
export function inOrder(x: number, y: number, { isNorthFirst }: CoverageAxes): string {
  return isNorthFirst ? `${y} ${x}` : `${x} ${y}`;
}

/** Returns which axis a name is of. @throws {OgcError} `InvalidAxisLabel` */
export function findAxis(name: string): 'x' | 'y' {
  const known = name.toLowerCase();
  if (NAMES.x.includes(known)) return 'x';
  if (NAMES.y.includes(known)) return 'y';
  throw new OgcError('InvalidAxisLabel', `There is no axis ${name.slice(0, 40)}.`, {
    locator: name.slice(0, 40),
  });
}
