import type { Box } from '../../../map-kit/box.ts';

/** A layer cannot be indexed as it is. The message says why, for people. */
export class UnindexableLayerError extends Error {
  override readonly name = 'UnindexableLayerError';
}

/** A box that is indexed, and its size. */
export interface BoxToIndex extends Box {
  /** In square degrees, before it was cut to the world. */
  readonly area: number;
}

/**
 * Puts the coordinates of a box in order, and cuts it to the world.
 *
 * @throws {UnindexableLayerError} for what is no finite number.
 */
export function boxToIndex({ minX, minY, maxX, maxY }: Box): BoxToIndex {
  if (![minX, minY, maxX, maxY].every(Number.isFinite)) {
    throw new UnindexableLayerError(`its box is not finite: ${[minX, minY, maxX, maxY].join(', ')}`);
  }
  const [west, east] = [Math.min(minX, maxX), Math.max(minX, maxX)];
  const [south, north] = [Math.min(minY, maxY), Math.max(minY, maxY)];
  return {
    minX: clamp(west, 180),
    minY: clamp(south, 90),
    maxX: clamp(east, 180),
    maxY: clamp(north, 90),
    area: (east - west) * (north - south),
  };
}

function clamp(value: number, limit: number): number {
  return Math.min(Math.max(value, -limit), limit);
}
