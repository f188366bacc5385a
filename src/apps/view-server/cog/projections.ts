import proj4 from 'proj4';

/** PROJ strings of reference systems that are not built in, by their code: `EPSG:2154`. */
export type OtherProjections = ReadonlyMap<string, string>;

/** Maps a point of one reference system to another; x is east or longitude. `undefined` if it has no image. */
export type PointTransform = (x: number, y: number) => readonly [x: number, y: number] | undefined;

/** A code that is not known. */
export class UnknownProjectionError extends Error {
  override readonly name = 'UnknownProjectionError';
}

const WGS84 = '+proj=longlat +datum=WGS84 +no_defs';
const ETRS89 = '+ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs';

const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ['EPSG:4326', WGS84],
  ['EPSG:4258', `+proj=longlat ${ETRS89}`],
  [
    'EPSG:3857',
    '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs',
  ],
  ['EPSG:3035', `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +units=m ${ETRS89}`],
]);

/**
 * The PROJ string of a reference system: geographic, web Mercator, European equal-area, UTM, or one of the others.
 *
 * @throws {UnknownProjectionError}
 */
function projStringOf(srs: string, others: OtherProjections = new Map()): string {
  const known = others.get(srs) ?? BUILT_IN.get(srs) ?? utmStringOf(srs);
  if (known === undefined) {
    throw new UnknownProjectionError(
      `The reference system ${srs} is not built in; PREPROCESSOR_PROJECTIONS can define it.`,
    );
  }
  return known;
}

/** Whether coordinates of a reference system are degrees. */
export function isGeographic(srs: string, others?: OtherProjections): boolean {
  return /\+proj=(longlat|latlong)\b/.test(projStringOf(srs, others));
}

/**
 * Returns what maps points of one reference system to another.
 *
 * @throws {UnknownProjectionError}
 */
export function transformBetween(from: string, to: string, others?: OtherProjections): PointTransform {
  if (from === to) return (x, y) => [x, y];
  const converter = proj4(projStringOf(from, others), projStringOf(to, others));
  return (x, y) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
    try {
      const [toX = Number.NaN, toY = Number.NaN] = converter.forward([x, y]);
      return Number.isFinite(toX) && Number.isFinite(toY) ? [toX, toY] : undefined;
    } catch {
      // Where a projection has no image, proj4 throws plain errors of several kinds.
      return undefined;
    }
  };
}

function utmStringOf(srs: string): string | undefined {
  const [, series = '', digits = ''] = /^EPSG:(326|327|258)(\d\d)$/.exec(srs) ?? [];
  const zone = Number(digits);
  if (series === '' || zone < 1 || zone > 60) return undefined;
  if (series === '258') {
    return zone >= 28 && zone <= 38 ? `+proj=utm +zone=${zone} +units=m ${ETRS89}` : undefined;
  }
  return `+proj=utm +zone=${zone}${series === '327' ? ' +south' : ''} +datum=WGS84 +units=m +no_defs`;
}
