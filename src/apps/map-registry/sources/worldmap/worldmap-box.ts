import type { Box } from '../../../../map-kit/box.ts';
import { numberOf } from '../number-of.ts';
import type { WorldMapObject } from './worldmap-api.ts';

/** Returns the box of a layer; `undefined` where it has none, or one of infinite numbers, as they have without features. */
export function worldMapBox({ bbox, llbbox }: WorldMapObject): Box | undefined {
  if (bbox) {
    const [minX, maxX, minY, maxY] = bbox.map(numberOf);
    return boxOf(minX, minY, maxX, maxY);
  }
  const [minX, minY, maxX, maxY] = (llbbox ?? '')
    .replace(/[[\]()]/g, '')
    .split(',')
    .map(numberOf);
  return boxOf(minX, minY, maxX, maxY);
}

function boxOf(
  minX: number | undefined,
  minY: number | undefined,
  maxX: number | undefined,
  maxY: number | undefined,
): Box | undefined {
  if (minX === undefined || minY === undefined || maxX === undefined || maxY === undefined) return undefined;
  return { minX, minY, maxX, maxY };
}
