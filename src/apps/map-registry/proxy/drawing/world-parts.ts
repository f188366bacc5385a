import { WORLD } from '../../../../map-kit/crs.ts';
import type { RgbaPicture } from '../../../../map-kit/picture-encoding.ts';
import type { MapWindow } from '../../sources/map-source.ts';

/** A part of a window that lies in one copy of the world. */
export interface WorldPart {
  /** Its box is inside the world. */
  readonly window: MapWindow;
  /** Where it is in the whole window, in pixels. */
  readonly left: number;
  readonly top: number;
}

/**
 * Divides a window that goes beyond the world: across the antimeridian, the map goes on at the other side; beyond the poles
 * there is nothing. A window inside the world is one part, as it is.
 */
export function worldParts(window: MapWindow): readonly WorldPart[] {
  const { box, srs, widthPixels, heightPixels } = window;
  const world = WORLD[srs];
  const widthOfWorld = world.maxX - world.minX;
  const across = (box.maxX - box.minX) / widthPixels;
  const down = (box.maxY - box.minY) / heightPixels;
  const top = clamp(Math.round((box.maxY - world.maxY) / down), heightPixels);
  const bottom = clamp(Math.round((box.maxY - world.minY) / down), heightPixels);
  const parts: WorldPart[] = [];
  const copyOf = (x: number) => Math.floor((x - world.minX) / widthOfWorld);
  for (let copy = copyOf(box.minX); copy <= copyOf(box.maxX); copy += 1) {
    const shift = copy * widthOfWorld;
    const left = clamp(Math.round((world.minX + shift - box.minX) / across), widthPixels);
    const right = clamp(Math.round((world.maxX + shift - box.minX) / across), widthPixels);
    if (left >= right || top >= bottom) continue;
    parts.push({
      left,
      top,
      window: {
        ...window,
        widthPixels: right - left,
        heightPixels: bottom - top,
        box: {
          minX: Math.max(world.minX, left === 0 ? box.minX - shift : box.minX + left * across - shift),
          maxX: Math.min(
            world.maxX,
            right === widthPixels ? box.maxX - shift : box.minX + right * across - shift,
          ),
          maxY: Math.min(world.maxY, top === 0 ? box.maxY : box.maxY - top * down),
          minY: Math.max(world.minY, bottom === heightPixels ? box.minY : box.maxY - bottom * down),
        },
      },
    });
  }
  return parts;
}

/** Puts pictures of parts together. What no part covers is transparent. */
export function joinParts(
  { widthPixels, heightPixels }: MapWindow,
  parts: readonly WorldPart[],
  pictures: readonly RgbaPicture[],
): RgbaPicture {
  const [first] = pictures;
  if (first && first.widthPixels === widthPixels && first.heightPixels === heightPixels) return first;
  const rgba = Buffer.alloc(widthPixels * heightPixels * 4);
  for (const [index, picture] of pictures.entries()) {
    const { left = 0, top = 0 } = parts[index] ?? {};
    for (let row = 0; row < picture.heightPixels; row += 1) {
      const from = row * picture.widthPixels * 4;
      const to = ((top + row) * widthPixels + left) * 4;
      picture.rgba.copy(rgba, to, from, from + picture.widthPixels * 4);
    }
  }
  return { rgba, widthPixels, heightPixels };
}

function clamp(pixel: number, pixels: number): number {
  return Math.min(pixels, Math.max(0, pixel));
}
