// A made-up land, the same in each scene: its height and its colours by longitude and latitude.

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Where the sea ends. */
const SEA_LEVEL = 0.47;

/** Hills and valleys in a degree. */
const HILLS_A_DEGREE = 9;

/** Returns how high the land is, about from 0 to 1. */
function heightAt(longitude: number, latitude: number): number {
  // A coast from the south-west to the north-east, so that each scene has land and water.
  const slope = 0.18 * Math.tanh(2.2 * (latitude - 45.53 - 0.35 * (longitude - 12)) * 4);
  return fractalNoise(longitude * HILLS_A_DEGREE, latitude * HILLS_A_DEGREE, 7, 5) + slope;
}

/** Returns the colour of the ground, in the light of the morning. */
export function groundAt(longitude: number, latitude: number): Colour {
  const height = heightAt(longitude, latitude);
  if (height < SEA_LEVEL) return waterOf(SEA_LEVEL - height);
  const step = 0.0008;
  const rise = (heightAt(longitude - step, latitude + step) - height) / step;
  const light = Math.min(1.25, Math.max(0.72, 1 - 0.012 * rise));
  return lit(landOf(height - SEA_LEVEL, longitude, latitude), light);
}

function waterOf(depth: number): Colour {
  return mixed([64, 148, 160], [14, 52, 92], Math.min(1, depth / 0.16));
}

function landOf(height: number, longitude: number, latitude: number): Colour {
  if (height < 0.008) return [214, 200, 160];
  const grown = mixed([122, 152, 82], [62, 104, 58], Math.min(1, height / 0.16));
  const isField = height < 0.13 && fractalNoise(longitude * 14, latitude * 14, 3, 2) > 0.46;
  if (isField) return mixed(grown, fieldOf(longitude, latitude), 0.75);
  return height > 0.3 ? mixed(grown, [142, 130, 116], Math.min(1, (height - 0.3) / 0.12)) : grown;
}

const CROPS: readonly Colour[] = [
  [190, 174, 108],
  [134, 166, 78],
  [164, 142, 98],
  [206, 190, 128],
  [98, 140, 70],
];

/** Fields lie in stripes that are turned a little. */
function fieldOf(longitude: number, latitude: number): Colour {
  const across = Math.floor((longitude + 0.3 * latitude) * 190);
  const along = Math.floor((latitude - 0.3 * longitude) * 320);
  const crop = Math.floor(latticeValue(across, along, 5) * CROPS.length);
  return CROPS[crop] ?? [134, 166, 78];
}

/** Returns how thick the clouds are, from 0 to 1. @param share of the sky that they cover, about. */
export function cloudAt(longitude: number, latitude: number, seed: number, share: number): number {
  const density = fractalNoise(longitude * 14, latitude * 17, seed, 4);
  const threshold = 0.72 - 0.55 * share;
  return Math.min(1, Math.max(0, (density - threshold) / 0.12));
}

/** Noise of several sizes on top of each other, from 0 to 1. */
function fractalNoise(x: number, y: number, seed: number, octaves: number): number {
  let sum = 0;
  let weight = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += weight * smoothNoise(x * scale, y * scale, seed + octave);
    weight /= 2;
    scale *= 2;
  }
  return sum / (1 - 0.5 ** octaves);
}

function smoothNoise(x: number, y: number, seed: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const across = eased(x - left);
  const down = eased(y - top);
  const upper = between(latticeValue(left, top, seed), latticeValue(left + 1, top, seed), across);
  const lower = between(latticeValue(left, top + 1, seed), latticeValue(left + 1, top + 1, seed), across);
  return between(upper, lower, down);
}

/** A number that looks like chance, from 0 to 1, and is the same each time. */
function latticeValue(x: number, y: number, seed: number): number {
  let hash = Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263) ^ Math.imul(seed, 2_246_822_519);
  hash = Math.imul(hash ^ (hash >>> 13), 1_274_126_177);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function eased(part: number): number {
  return part * part * (3 - 2 * part);
}

function between(one: number, other: number, part: number): number {
  return one + (other - one) * part;
}

/** Mixes two colours. */
export function mixed(one: Colour, other: Colour, part: number): Colour {
  return [between(one[0], other[0], part), between(one[1], other[1], part), between(one[2], other[2], part)];
}

function lit([red, green, blue]: Colour, light: number): Colour {
  return [red * light, green * light, blue * light];
}
