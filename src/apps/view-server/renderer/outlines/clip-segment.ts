import type { Box } from '../../../../map-kit/box.ts';

type Point = readonly [x: number, y: number];

/** Returns the part of a line that is in a box: x and y of its start and end. By Liang and Barsky. */
export function clipSegment(
  from: Point,
  to: Point,
  box: Box,
): readonly [number, number, number, number] | undefined {
  const deltaX = to[0] - from[0];
  const deltaY = to[1] - from[1];
  let start = 0;
  let end = 1;
  const edges: readonly (readonly [direction: number, distance: number])[] = [
    [-deltaX, from[0] - box.minX],
    [deltaX, box.maxX - from[0]],
    [-deltaY, from[1] - box.minY],
    [deltaY, box.maxY - from[1]],
  ];
  for (const [direction, distance] of edges) {
    if (direction === 0 && distance < 0) return undefined;
    if (direction < 0) start = Math.max(start, distance / direction);
    if (direction > 0) end = Math.min(end, distance / direction);
  }
  if (!(start <= end)) return undefined;
  return [from[0] + start * deltaX, from[1] + start * deltaY, from[0] + end * deltaX, from[1] + end * deltaY];
}
