import type { PixelTransform } from '../cog-reader.ts';
import { broken, notUnderstood } from '../unreadable-image.ts';
import type { Directory } from './directories.ts';
import { numbersOf } from './image-layout.ts';
import { TAG } from './tags.ts';

/** Where an image is on the earth. */
export interface GeoReference {
  /** `EPSG:4326`, or another code. */
  readonly srs: string;
  readonly transform: PixelTransform;
}

/** Keys of the GeoKeyDirectory that are read or written. */
export const GEO_KEY = {
  modelType: 1024,
  rasterType: 1025,
  geographicType: 2048,
  angularUnits: 2054,
  projectedType: 3072,
  projection: 3074,
} as const;

/** Values of the key GTModelType. */
export const MODEL_TYPE = { projected: 1, geographic: 2 } as const;

/** Values of the key GTRasterType. */
export const RASTER_TYPE = { area: 1, point: 2 } as const;

/** The value of a key whose meaning is written elsewhere. */
const USER_DEFINED = 32767;
const WGS84 = 4326;

/**
 * Reads the reference system of an image, and where its pixels are in it.
 *
 * @throws {UnreadableImageError} it has none, or one that is not understood.
 */
export function readGeoReference(directory: Directory): GeoReference {
  const keys = readGeoKeys(directory);
  const transform = readTransform(directory);
  const isPoint = keys.get(GEO_KEY.rasterType) === RASTER_TYPE.point;
  return { srs: readSrs(keys), transform: isPoint ? byHalfPixel(transform) : transform };
}

function readSrs(keys: ReadonlyMap<number, number>): string {
  const modelType = keys.get(GEO_KEY.modelType);
  const projected = keys.get(GEO_KEY.projectedType);
  const geographic = keys.get(GEO_KEY.geographicType);
  const code = modelType === MODEL_TYPE.geographic ? geographic : (projected ?? geographic);
  if (code === undefined) throw notUnderstood('An image without a reference system (no GeoKeys)');
  if (code !== USER_DEFINED) return `EPSG:${code}`;
  const projection = keys.get(GEO_KEY.projection) ?? 0;
  const zone = projection % 100;
  const isUtm = projection >= 16001 && projection <= 16160 && zone >= 1 && zone <= 60;
  if (isUtm && geographic === WGS84) return `EPSG:${(projection < 16100 ? 32600 : 32700) + zone}`;
  throw notUnderstood(
    `A reference system that is defined by its parameters (ProjectedCSTypeGeoKey or GeographicTypeGeoKey ${USER_DEFINED})`,
  );
}

/** Only keys whose value is a number in the directory itself. */
function readGeoKeys(directory: Directory): ReadonlyMap<number, number> {
  const numbers = numbersOf(directory, TAG.geoKeyDirectory) ?? [];
  const keys = new Map<number, number>();
  for (let at = 4; at + 3 < numbers.length; at += 4) {
    const [key = 0, location = 0, , value = 0] = numbers.slice(at, at + 4);
    if (location === 0) keys.set(key, value);
  }
  return keys;
}

function readTransform(directory: Directory): PixelTransform {
  const matrix = numbersOf(directory, TAG.modelTransformation);
  const scale = numbersOf(directory, TAG.modelPixelScale);
  const tiepoints = numbersOf(directory, TAG.modelTiepoint) ?? [];
  if (scale && tiepoints.length >= 6) {
    const [a = 0, e = 0] = scale;
    const [column = 0, row = 0, , x = 0, y = 0] = tiepoints;
    return checked({ a, b: 0, c: x - column * a, d: 0, e: -e, f: y + row * e });
  }
  if (matrix && matrix.length >= 8) {
    const [a = 0, b = 0, , c = 0, d = 0, e = 0, , f = 0] = matrix;
    return checked({ a, b, c, d, e, f });
  }
  if (tiepoints.length > 6) throw notUnderstood('Georeference by ground control points');
  throw notUnderstood('An image without a georeference (no ModelPixelScale and ModelTiepoint)');
}

function checked(transform: PixelTransform): PixelTransform {
  const { a, b, d, e } = transform;
  const isWhole = Object.values(transform).every((value) => Number.isFinite(value));
  if (!isWhole || a * e - b * d === 0) throw broken('its georeference has no area');
  return transform;
}

/** Coordinates of the middle of pixels become those of their left upper corner. */
function byHalfPixel(transform: PixelTransform): PixelTransform {
  const { a, b, c, d, e, f } = transform;
  return { ...transform, c: c - (a + b) / 2, f: f - (d + e) / 2 };
}
