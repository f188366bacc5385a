import { footprintOfBox } from '../catalogue/footprint.ts';
import type { Footprint, NewCoverage } from '../catalogue/product.ts';
import { transformBetween } from '../cog/projections.ts';
import { checkedFootprint } from '../metadata/gml-footprint.ts';

/** Points of a side of a box that are looked at: sides that are straight in one reference system are curves in another. */
const POINTS_OF_SIDE = 16;

/**
 * Returns the footprint of coverages: their boxes.
 *
 * @throws {MetadataError} a box is not on the globe.
 * @throws {UnknownProjectionError}
 */
export function footprintOfCoverages(coverages: readonly NewCoverage[]): Footprint {
  const outlines = coverages.map(outlineOf);
  const seen = new Set<string>();
  return {
    type: 'MultiPolygon',
    coordinates: outlines
      .flatMap(({ coordinates }) => coordinates)
      .filter((polygon) => {
        const key = JSON.stringify(polygon);
        return !seen.has(key) && seen.add(key);
      }),
  };
}

function outlineOf({ srs, box }: NewCoverage): Footprint {
  if (srs === 'EPSG:4326' && box.maxX <= 180 && box.minX >= -180) return footprintOfBox(box);
  const toDegrees = transformBetween(srs, 'EPSG:4326');
  const corners = [
    [box.minX, box.minY],
    [box.maxX, box.minY],
    [box.maxX, box.maxY],
    [box.minX, box.maxY],
  ] as const;
  const points = corners.flatMap(([x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % 4] ?? [x, y];
    return Array.from({ length: POINTS_OF_SIDE }, (_, step) => {
      const share = step / POINTS_OF_SIDE;
      return toDegrees(x + (nextX - x) * share, y + (nextY - y) * share);
    });
  });
  return checkedFootprint([[points.map((point) => point ?? [Number.NaN, Number.NaN])]]);
}
