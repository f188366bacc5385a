/** A box in the units of its coordinate reference system; x is always east or longitude, y north or latitude. */
export interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** Returns whether two boxes share a point; borders that touch count. */
export function boxesMeet(one: Box, other: Box): boolean {
  return one.minX <= other.maxX && other.minX <= one.maxX && one.minY <= other.maxY && other.minY <= one.maxY;
}

/** The part that two boxes share; `undefined` if there is none. */
export function intersectionOf(one: Box, other: Box): Box | undefined {
  if (!boxesMeet(one, other)) return undefined;
  return {
    minX: Math.max(one.minX, other.minX),
    minY: Math.max(one.minY, other.minY),
    maxX: Math.min(one.maxX, other.maxX),
    maxY: Math.min(one.maxY, other.maxY),
  };
}
