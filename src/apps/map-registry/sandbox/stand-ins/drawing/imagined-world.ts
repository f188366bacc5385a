// A made-up world: how high its ground is, and what maps of it show, by longitude and latitude.

// Millions of calls a picture: as properties of a global they are much slower in tests.
const { cos, floor, imul, sin } = Math;

/** Red, green, blue, and opacity, from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number, opacity: number];

/** What a map shows of the world. */
export const THEMES = ['terrain', 'rivers', 'temperature', 'population', 'radar', 'old-map'] as const;

/** One of {@link THEMES}. */
export type Theme = (typeof THEMES)[number];

/** A place: longitude and latitude in degrees, and the same place as a point of a sphere. */
export interface Place {
  readonly longitude: number;
  readonly latitude: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Where the sea ends. */
const SEA_LEVEL = 0.485;

/** Returns the place of a longitude and latitude in degrees. */
export function placeAt(longitude: number, latitude: number): Place {
  const [east, north] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  return {
    longitude,
    latitude,
    x: cos(north) * cos(east),
    y: cos(north) * sin(east),
    z: sin(north),
  };
}

/** Returns the colour that a map has at a place. */
export function colourAt(theme: Theme, place: Place): Colour {
  return PAINTERS[theme](place, noise(place, 1.7, 11, 5) - SEA_LEVEL);
}

/** @param height above the sea; below 0 is sea. */
type Painter = (place: Place, height: number) => Colour;

const PAINTERS: Readonly<Record<Theme, Painter>> = {
  terrain({ latitude }, height) {
    if (height < 0) return ramp(SEA, -height / 0.22);
    const ice = (Math.abs(latitude) - 62) / 14 + height;
    return mixed(ramp(LAND, height / 0.24), [244, 247, 250, 255], Math.max(0, Math.min(1, ice)));
  },
  rivers(place, height) {
    if (height < 0) return [205, 226, 240, 255];
    const bend = Math.abs(noise(place, 9, 23, 3) - 0.5);
    return bend < 0.012 + 0.03 * Math.max(0, 0.08 - height) ? [38, 110, 190, 255] : [243, 240, 228, 255];
  },
  temperature(place, height) {
    const warmth = cos((place.latitude * Math.PI) / 180) - Math.max(0, height) * 1.6;
    const colour = ramp(HEAT, warmth + 0.25 * (noise(place, 4, 31, 2) - 0.5));
    return Math.abs(height) < 0.004 ? [40, 40, 50, 255] : colour;
  },
  population(place, height) {
    if (height < 0) return [14, 18, 32, 255];
    const crowd = noise(place, 14, 47, 3) * 1.6 - 0.55 - height;
    return ramp(CROWD, crowd - Math.abs(place.latitude) / 160);
  },
  radar(place) {
    const rain = noise(place, 5, 59, 4) - 0.56;
    return rain < 0 ? [0, 0, 0, 0] : ramp(RAIN, rain / 0.16);
  },
  'old-map'(place, height) {
    const stain = noise(place, 60, 71, 3);
    const paper = mixed([236, 219, 182, 255], [205, 178, 130, 255], stain);
    if (Math.abs(height) < 0.005) return [88, 58, 34, 255];
    const isHatched = height < 0 && height > -0.035 && sin(place.latitude * 9) > 0.3;
    return isHatched
      ? mixed(paper, [96, 84, 74, 255], 0.55)
      : mixed(paper, [150, 160, 110, 255], height > 0 ? 0.25 : 0);
  },
};

const SEA: readonly Colour[] = [
  [142, 196, 216, 255],
  [72, 140, 182, 255],
  [26, 76, 128, 255],
];
const LAND: readonly Colour[] = [
  [120, 158, 92, 255],
  [182, 178, 112, 255],
  [152, 122, 90, 255],
  [232, 228, 222, 255],
];
const HEAT: readonly Colour[] = [
  [70, 60, 150, 255],
  [70, 150, 200, 255],
  [190, 220, 170, 255],
  [245, 200, 90, 255],
  [205, 60, 50, 255],
];
const CROWD: readonly Colour[] = [
  [38, 42, 60, 255],
  [110, 50, 110, 255],
  [220, 90, 80, 255],
  [254, 220, 140, 255],
];
const RAIN: readonly Colour[] = [
  [90, 200, 110, 120],
  [60, 170, 60, 220],
  [245, 220, 60, 240],
  [215, 50, 40, 255],
];

/** Returns the colour at a share of a ramp; outside of 0 to 1 its ends. */
function ramp(colours: readonly Colour[], share: number): Colour {
  const position = Math.min(1, Math.max(0, share)) * (colours.length - 1);
  const index = Math.min(colours.length - 2, floor(position));
  const [from, to] = [colours[index], colours[index + 1]];
  return from && to ? mixed(from, to, position - index) : [0, 0, 0, 0];
}

function mixed(one: Colour, other: Colour, share: number): Colour {
  return [
    one[0] + (other[0] - one[0]) * share,
    one[1] + (other[1] - one[1]) * share,
    one[2] + (other[2] - one[2]) * share,
    one[3] + (other[3] - one[3]) * share,
  ];
}

/** Smooth noise from 0 to 1 on the sphere: octaves of a lattice. It is most of the work of a picture. */
function noise({ x, y, z }: Place, frequency: number, seed: number, octaves: number): number {
  let sum = 0;
  let total = 0;
  let weight = 1;
  let scale = frequency;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += weight * latticeNoise(x * scale + 40, y * scale + 40, z * scale + 40, seed + octave);
    total += weight;
    weight /= 2;
    scale *= 2;
  }
  return sum / total;
}

function latticeNoise(x: number, y: number, z: number, seed: number): number {
  const left = floor(x);
  const front = floor(y);
  const low = floor(z);
  const across = eased(x - left);
  const along = eased(y - front);
  const bottom = planeNoise(left, front, low, across, along, seed);
  return between(bottom, planeNoise(left, front, low + 1, across, along, seed), eased(z - low));
}

function planeNoise(
  left: number,
  front: number,
  level: number,
  across: number,
  along: number,
  seed: number,
): number {
  const near = between(
    latticeValue(left, front, level, seed),
    latticeValue(left + 1, front, level, seed),
    across,
  );
  const far = between(
    latticeValue(left, front + 1, level, seed),
    latticeValue(left + 1, front + 1, level, seed),
    across,
  );
  return between(near, far, along);
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function eased(share: number): number {
  return share * share * (3 - 2 * share);
}

function latticeValue(x: number, y: number, z: number, seed: number): number {
  let hash = imul(x, 0x27d4eb2f) ^ imul(y, 0x165667b1) ^ imul(z, 0x9e3779b1) ^ imul(seed, 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 4_294_967_296;
}
