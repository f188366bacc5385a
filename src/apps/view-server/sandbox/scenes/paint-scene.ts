import { setImmediate as turn } from 'node:timers/promises';
import { transformBetween } from '../../cog/projections.ts';
import { type Scene, sizeOf } from './scene.ts';
import { type Colour, cloudAt, groundAt, mixed } from './terrain.ts';

/** Samples of a scene: red, green and blue of each pixel, row by row. 0 means no data, so no pixel has it. */
export interface PaintedScene {
  readonly samples: Uint8Array;
  /** From 0 to 100. */
  readonly cloudPercent: number;
}

const CLOUD: Colour = [244, 246, 248];
const SHADOW: Colour = [24, 32, 36];

/** How far from a cloud its shadow falls. */
const SHADOW_DEGREES = { longitude: -0.008, latitude: 0.005 } as const;

/** Rows that are painted before others get a turn. */
const ROWS_AT_ONCE = 50;

/** Paints a scene. @param onRows is called with how many rows are done. */
export async function paintScene(
  scene: Scene,
  onRows: (rows: number) => void,
  signal: AbortSignal,
): Promise<PaintedScene> {
  const { widthPixels, heightPixels } = sizeOf(scene);
  const samples = new Uint8Array(widthPixels * heightPixels * 3);
  const placeOf = placesOf(scene);
  let cloudSum = 0;
  for (let row = 0; row < heightPixels; row += 1) {
    for (let column = 0; column < widthPixels; column += 1) {
      const [longitude, latitude] = placeOf((column + 0.5) / widthPixels, (row + 0.5) / heightPixels);
      const cloud = cloudAt(longitude, latitude, scene.cloudSeed, scene.cloudShare);
      cloudSum += cloud;
      const colour = colourAt(scene, longitude, latitude, cloud);
      const at = (row * widthPixels + column) * 3;
      for (let band = 0; band < 3; band += 1) {
        samples[at + band] = Math.min(255, Math.max(1, Math.round(colour[band] ?? 0)));
      }
    }
    if ((row + 1) % ROWS_AT_ONCE === 0 || row + 1 === heightPixels) {
      onRows(row + 1);
      signal.throwIfAborted();
      await turn();
    }
  }
  return { samples, cloudPercent: Math.round((100 * cloudSum) / (widthPixels * heightPixels)) };
}

function colourAt(
  { cloudSeed, cloudShare }: Scene,
  longitude: number,
  latitude: number,
  cloud: number,
): Colour {
  if (cloud === 1) return CLOUD;
  const shadow = cloudAt(
    longitude + SHADOW_DEGREES.longitude,
    latitude + SHADOW_DEGREES.latitude,
    cloudSeed,
    cloudShare,
  );
  const ground = groundAt(longitude, latitude);
  return mixed(mixed(ground, SHADOW, 0.45 * shadow), CLOUD, cloud);
}

/** Returns longitude and latitude by the parts of width and height: a scene is so small that what is between its corners is even. */
function placesOf({ srs, box }: Scene): (across: number, down: number) => readonly [number, number] {
  const toDegrees = transformBetween(srs, 'EPSG:4326');
  const corner = (x: number, y: number) => toDegrees(x, y) ?? [0, 0];
  const northWest = corner(box.minX, box.maxY);
  const northEast = corner(box.maxX, box.maxY);
  const southWest = corner(box.minX, box.minY);
  const southEast = corner(box.maxX, box.minY);
  const at = (part: 0 | 1, across: number, down: number) =>
    (northWest[part] * (1 - across) + northEast[part] * across) * (1 - down) +
    (southWest[part] * (1 - across) + southEast[part] * across) * down;
  return (across, down) => [at(0, across, down), at(1, across, down)];
}
