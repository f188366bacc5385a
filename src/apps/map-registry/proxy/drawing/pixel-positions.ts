import { latitudeOf, longitudeOf, mercatorX, mercatorY, type Srs, WORLD } from '../../../../map-kit/crs.ts';
import type { MapWindow } from '../../sources/map-source.ts';

/** Where the middles of the pixels of a map are in a picture, in its pixels from its corner. `NaN`: nowhere. */
export interface PixelPositions {
  readonly columns: Float64Array;
  readonly rows: Float64Array;
}

/** Where a picture is on the map, in its own system. */
export interface PicturePlace {
  readonly srs: Srs;
  readonly left: number;
  readonly top: number;
  /** Units of the system that a pixel covers, to the right and downwards. */
  readonly across: number;
  readonly down: number;
}

/** Finds the pixels of a map in a picture. In both systems the axes follow longitude and latitude, so columns and rows do too. */
export function pixelPositions(map: MapWindow, picture: PicturePlace): PixelPositions {
  const { box, widthPixels, heightPixels } = map;
  const across = (box.maxX - box.minX) / widthPixels;
  const down = (box.maxY - box.minY) / heightPixels;
  const toX = changeOfX(map.srs, picture.srs);
  const toY = changeOfY(map.srs, picture.srs);
  return {
    columns: Float64Array.from(
      { length: widthPixels },
      (_, column) => (toX(box.minX + (column + 0.5) * across) - picture.left) / picture.across,
    ),
    rows: Float64Array.from(
      { length: heightPixels },
      (_, row) => (picture.top - toY(box.maxY - (row + 0.5) * down)) / picture.down,
    ),
  };
}

function changeOfX(from: Srs, to: Srs): (x: number) => number {
  if (from === to) return (x) => x;
  return to === 'EPSG:3857' ? mercatorX : longitudeOf;
}

function changeOfY(from: Srs, to: Srs): (y: number) => number {
  if (from === to) return (y) => y;
  if (to === 'EPSG:4326') return latitudeOf;
  const edge = latitudeOf(WORLD['EPSG:3857'].maxY);
  return (latitude) => (Math.abs(latitude) > edge ? Number.NaN : mercatorY(latitude));
}
