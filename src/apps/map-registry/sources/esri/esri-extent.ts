import proj4, { type Converter } from 'proj4';
import type { Box } from '../../../../map-kit/box.ts';
import { numberOf } from '../number-of.ts';

/** An extent, as Esri's servers write it. Empty ones have `NaN` as text. */
export interface EsriExtent {
  readonly xmin?: unknown;
  readonly ymin?: unknown;
  readonly xmax?: unknown;
  readonly ymax?: unknown;
  readonly spatialReference?: EsriSpatialReference | null;
}

/** A system, by its code, its newer code, or its text. */
export interface EsriSpatialReference {
  readonly wkid?: number | null;
  readonly latestWkid?: number | null;
  readonly wkt?: string | null;
}

const WEB_MERCATOR_CODES = [3857, 102100, 102113, 900913, 3785];

const WEB_MERCATOR =
  '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs';

/** Systems that registries support, beside web Mercator and those of degrees. */
const PROJECTIONS: ReadonlyMap<number, string> = new Map([
  [3978, '+proj=lcc +lat_0=49 +lon_0=-95 +lat_1=49 +lat_2=77 +x_0=0 +y_0=0 +datum=NAD83 +units=m +no_defs'],
  [3995, '+proj=stere +lat_0=90 +lat_ts=71 +lon_0=0 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs'],
  [
    5936,
    '+proj=stere +lat_0=90 +lon_0=-150 +k=0.994 +x_0=2000000 +y_0=2000000 +datum=WGS84 +units=m +no_defs',
  ],
  [
    102736,
    '+proj=lcc +lat_0=34.3333333333333 +lon_0=-86 +lat_1=35.25 +lat_2=36.4166666666667 +x_0=600000 +y_0=0 +datum=NAD83 +to_meter=0.304800609601219 +no_defs',
  ],
]);

/** Positions along a side of an extent that are transformed: its sides may be curves on the map. */
const STEPS = 8;

/** Returns codes of a system: `EPSG:102100`, `EPSG:3857`. */
export function codesOf(reference: EsriSpatialReference | null | undefined): readonly string[] {
  const codes = [reference?.wkid, reference?.latestWkid].filter((code) => typeof code === 'number');
  return [...new Set(codes)].map((code) => `EPSG:${code}`);
}

/**
 * Returns an extent in longitude and latitude.
 *
 * @returns `undefined` where it is empty, or its system is not known here.
 */
export function boxOfExtent(extent: EsriExtent | null | undefined): Box | undefined {
  if (!extent) return undefined;
  const [minX, minY] = [numberOf(extent.xmin), numberOf(extent.ymin)];
  const [maxX, maxY] = [numberOf(extent.xmax), numberOf(extent.ymax)];
  if (minX === undefined || minY === undefined || maxX === undefined || maxY === undefined) return undefined;
  return boxInDegrees({ minX, minY, maxX, maxY }, extent.spatialReference ?? {});
}

function boxInDegrees(box: Box, reference: EsriSpatialReference): Box | undefined {
  if (isInDegrees(reference)) return box;
  const definition = definitionOf(reference);
  if (definition === undefined) return undefined;
  try {
    return transformedBox(box, proj4(definition, 'EPSG:4326'));
  } catch {
    // proj4 throws plain errors of several kinds for texts that it cannot read.
    return undefined;
  }
}

/** Codes of EPSG from 4001 to 4999 are systems of degrees; 102100 is written with both. */
function isInDegrees({ wkid, latestWkid, wkt }: EsriSpatialReference): boolean {
  const code = latestWkid ?? wkid;
  return code ? code > 4_000 && code < 5_000 : /^\s*GEOGCS/.test(wkt ?? '');
}

/** Characters of a text that is read as a system. */
const MOST_WKT = 5_000;

function definitionOf({ wkid, latestWkid, wkt }: EsriSpatialReference): string | undefined {
  for (const code of [latestWkid, wkid]) {
    const definition = code ? (PROJECTIONS.get(code) ?? mercatorOf(code) ?? utmOf(code)) : undefined;
    if (definition !== undefined) return definition;
  }
  return wkt && wkt.length <= MOST_WKT ? wkt : undefined;
}

function mercatorOf(code: number): string | undefined {
  return WEB_MERCATOR_CODES.includes(code) ? WEB_MERCATOR : undefined;
}

/** UTM of WGS 84, north and south, and of NAD 83. */
function utmOf(code: number): string | undefined {
  const zone = code % 100;
  const series = Math.floor(code / 100);
  if (zone < 1 || zone > 60) return undefined;
  if (series === 326) return `+proj=utm +zone=${zone} +datum=WGS84 +units=m +no_defs`;
  if (series === 327) return `+proj=utm +zone=${zone} +south +datum=WGS84 +units=m +no_defs`;
  return series === 269 && zone <= 23 ? `+proj=utm +zone=${zone} +datum=NAD83 +units=m +no_defs` : undefined;
}

function transformedBox(box: Box, converter: Converter): Box | undefined {
  const longitudes: number[] = [];
  const latitudes: number[] = [];
  for (let row = 0; row <= STEPS; row += 1) {
    for (let column = 0; column <= STEPS; column += 1) {
      const x = box.minX + ((box.maxX - box.minX) * column) / STEPS;
      const y = box.minY + ((box.maxY - box.minY) * row) / STEPS;
      const [longitude, latitude] = converter.forward([x, y]);
      if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) continue;
      longitudes.push(longitude);
      latitudes.push(latitude);
    }
  }
  if (longitudes.length === 0) return undefined;
  const around = {
    minX: Math.min(...longitudes),
    minY: Math.min(...latitudes),
    maxX: Math.max(...longitudes),
    maxY: Math.max(...latitudes),
  };
  return hasNorthPole(box, converter) ? { ...around, minX: -180, maxX: 180, maxY: 90 } : around;
}

function hasNorthPole({ minX, minY, maxX, maxY }: Box, converter: Converter): boolean {
  const [x, y] = converter.inverse([0, 90]);
  // Mercator has the pole in infinity.
  const isPole = Number.isFinite(x) && Number.isFinite(y) && (converter.forward([x, y])[1] ?? 0) > 89.9;
  return isPole && x > minX && x < maxX && y > minY && y < maxY;
}
