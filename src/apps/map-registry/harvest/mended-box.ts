import { type Box, intersectionOf } from '../../../map-kit/box.ts';
import { WORLD_BOX } from '../layers/layer.ts';

/** A box as it is stored: in range. */
export interface MendedBox {
  readonly box: Box;
  /** In square degrees, before the box was cut to the world. */
  readonly area: number;
}

const WHOLE_WORLD: MendedBox = { box: WORLD_BOX, area: 360 * 180 };

/**
 * Makes of what a server states a box that can be stored: its sides are put in order, and it is cut to the world. A box with a
 * number that is not finite, or wholly outside the world, says nothing: it becomes the world.
 */
export function mendBox(stated: Box | undefined): MendedBox {
  if (!stated) return WHOLE_WORLD;
  const ordered: Box = {
    minX: Math.min(stated.minX, stated.maxX),
    minY: Math.min(stated.minY, stated.maxY),
    maxX: Math.max(stated.minX, stated.maxX),
    maxY: Math.max(stated.minY, stated.maxY),
  };
  const area = (ordered.maxX - ordered.minX) * (ordered.maxY - ordered.minY);
  const box = intersectionOf(ordered, WORLD_BOX);
  return box && Number.isFinite(area) ? { box, area } : WHOLE_WORLD;
}
