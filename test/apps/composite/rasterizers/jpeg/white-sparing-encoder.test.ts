import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { compiledEncoder } from '../../../../../src/apps/composite/rasterizers/jpeg/compiled.ts';
import { WhiteSparingEncoder } from '../../../../../src/apps/composite/rasterizers/jpeg/white-sparing-encoder.ts';
import { encodeJpeg, JPEG_QUALITY } from '../../../../../src/apps/composite/rasterizers/jpeg-encoder.ts';
import type { Picture } from '../../../../../src/apps/composite/rasterizers/portable-pixmap.ts';

type Colour = readonly [red: number, green: number, blue: number];

const DPI = 500;
const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];

const PAGE_BYTES = 64 * 1024;
const memory = new WebAssembly.Memory({ initial: (32 * 1024 * 1024) / PAGE_BYTES });
let nextFree = 1024;
const malloc = (bytes: number): number => {
  const address = nextFree;
  nextFree += bytes;
  return address;
};
const encoder = new WhiteSparingEncoder(compiledEncoder(), { memory, malloc }, JPEG_QUALITY);
const PICTURES_ADDRESS = nextFree;

describe('what the encoder of mostly white pages writes', () => {
  it.each([
    ['white', () => WHITE],
    ['black', () => BLACK],
    ['of one colour', (): Colour => [200, 30, 90]],
    ['noise in grey', noise(1, true)],
    ['noise in colours', noise(2, false)],
    ['a gradient', (x: number, y: number): Colour => [x % 256, y % 256, (x + y) % 256]],
    ['black lines on white', lines],
    ['colours on white, one for each macroblock', patches],
    ['full colours, side by side', (x: number): Colour => (x % 2 === 0 ? [255, 0, 0] : [0, 0, 255])],
    ['black and white points', (x: number, y: number): Colour => ((x + y) % 2 === 0 ? WHITE : BLACK)],
    ['almost white', (x: number): Colour => (x % 40 === 39 ? [255, 255, 254] : WHITE)],
  ])('is as good as what libjpeg-turbo writes: %s', async (_, colourAt) => {
    await expectAsGoodAsTurbo(picture(211, 147, colourAt));
  });

  it.each([
    [1, 1],
    [1, 100],
    [100, 1],
    [15, 15],
    [16, 16],
    [17, 17],
    [31, 33],
    [48, 64],
    [4096, 16],
    [4097, 17],
    [9001, 3],
  ])('is as good for %i × %i pixels', async (widthPixels, heightPixels) => {
    for (const colourAt of [lines, patches, noise(3, false)]) {
      await expectAsGoodAsTurbo(picture(widthPixels, heightPixels, colourAt));
    }
  });

  it('is as good where it takes several pieces of the file', async () => {
    const file = await expectAsGoodAsTurbo(picture(1400, 1400, noise(4, false)));
    expect(file.length).toBeGreaterThan(1024 * 1024);
  });

  it('is as good for pictures of any kind', async () => {
    const random = randomNumbers(5);
    for (let round = 0; round < 60; round += 1) {
      await expectAsGoodAsTurbo(randomPicture(random));
    }
  });

  it.each([
    ['lines', lines],
    ['patches', patches],
    ['noise', noise(7, false)],
  ])('is no larger than what libjpeg-turbo writes: %s', async (_, colourAt) => {
    const original = picture(320, 320, colourAt);
    const turbo = await encodeJpeg(original, DPI);
    expect(encoder.encode(original, DPI).length).toBeLessThanOrEqual(turbo.length * 1.005);
  });

  it('says its density and its sampling', async () => {
    const file = encoder.encode(picture(40, 30, lines), 499.7);
    const metadata = await sharp(file).metadata();
    expect(metadata).toMatchObject({ format: 'jpeg', density: 500, chromaSubsampling: '4:2:0' });
    expect(metadata).toMatchObject({ width: 40, height: 30, isProgressive: false });
  });

  it('has a buffer of its own, which can be moved to another thread', () => {
    const file = encoder.encode(
      picture(20, 20, () => WHITE),
      DPI,
    );
    expect(file.buffer.byteLength).toBe(file.length);
    expect(structuredClone(file, { transfer: [file.buffer] }).length).toBeGreaterThan(0);
  });

  it('does not depend on the picture before', () => {
    const page = () => encoder.encode(picture(200, 200, lines), DPI);
    const first = page();
    encoder.encode(picture(333, 77, noise(6, false)), DPI);
    expect(page()).toEqual(first);
  });
});

describe('the pictures that suit it', () => {
  it('are mostly white', () => {
    expect(encoder.suits(picture(640, 640, (x) => (x < 200 ? BLACK : WHITE)))).toBe(true);
    expect(encoder.suits(picture(640, 640, (x) => (x < 400 ? BLACK : WHITE)))).toBe(false);
  });

  it('lie in its memory', () => {
    const { pixels, ...size } = picture(64, 64, () => WHITE);
    expect(encoder.suits({ ...size, pixels })).toBe(true);
    expect(encoder.suits({ ...size, pixels: Uint8Array.from(pixels) })).toBe(false);
  });

  it('are no larger than a JPEG file can be', () => {
    expect(encoder.suits(picture(65_535, 1, () => WHITE))).toBe(true);
    expect(encoder.suits(picture(65_536, 1, () => WHITE))).toBe(false);
  });
});

it('says that a memory has no room for it', () => {
  const create = () => new WhiteSparingEncoder(compiledEncoder(), { memory, malloc: () => 0 }, JPEG_QUALITY);
  expect(create).toThrow(RangeError);
});

/** Less than an eye could see. */
const TOLERANCE_DECIBELS = 0.3;

async function expectAsGoodAsTurbo(original: Picture): Promise<Uint8Array> {
  const ours = encoder.encode(original, DPI);
  const turbo = await encodeJpeg(original, DPI);
  const { widthPixels, heightPixels } = original;
  const place = `${widthPixels} × ${heightPixels}`;
  const ourQuality = await qualityDecibels(ours, original);
  const turboQuality = await qualityDecibels(turbo, original);
  if (ourQuality < turboQuality - TOLERANCE_DECIBELS) {
    throw new Error(`${place}: ${ourQuality} dB, libjpeg-turbo ${turboQuality} dB`);
  }
  return ours;
}

/** How near a file is to its original: the ratio of the peak signal to the noise. No noise counts as a level in 100. */
async function qualityDecibels(file: Uint8Array, { pixels, ...size }: Picture): Promise<number> {
  const { data, info } = await sharp(file, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: size.widthPixels, height: size.heightPixels, channels: 3 });
  let sum = 0;
  for (let index = 0; index < data.length; index += 1)
    sum += ((data[index] ?? 0) - (pixels[index] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / Math.max(0.01, sum / data.length));
}

function picture(
  widthPixels: number,
  heightPixels: number,
  colourAt: (x: number, y: number) => Colour,
): Picture {
  const pixels = new Uint8Array(memory.buffer, PICTURES_ADDRESS, widthPixels * heightPixels * 3);
  for (let y = 0; y < heightPixels; y += 1) {
    for (let x = 0; x < widthPixels; x += 1) {
      const at = (y * widthPixels + x) * 3;
      const colour = colourAt(x, y);
      pixels[at] = colour[0];
      pixels[at + 1] = colour[1];
      pixels[at + 2] = colour[2];
    }
  }
  return { widthPixels, heightPixels, pixels };
}

function lines(x: number, y: number): Colour {
  return y % 50 < 12 && (x * 7 + y * 3) % 23 < 5 ? BLACK : WHITE;
}

function patches(x: number, y: number): Colour {
  const patch = Math.floor(x / 16) + 5 * Math.floor(y / 16);
  return patch % 3 === 0 ? [(patch * 37) % 256, (patch * 91) % 256, (patch * 53) % 256] : WHITE;
}

function noise(seed: number, isGrey: boolean): () => Colour {
  const random = randomNumbers(seed);
  const level = () => Math.floor(random() * 256);
  return () => {
    const grey = level();
    return isGrey ? [grey, grey, grey] : [grey, level(), level()];
  };
}

/** White, with rectangles of plain colours and of noise. */
function randomPicture(random: () => number): Picture {
  const upTo = (most: number) => Math.floor(random() * most);
  const rectangles = Array.from({ length: upTo(8) }, () => ({
    left: upTo(200),
    top: upTo(200),
    right: upTo(200),
    bottom: upTo(200),
    colour: [upTo(256), upTo(256), upTo(256)] as const,
    noise: random() < 0.5 ? upTo(256) : 0,
  }));
  return picture(1 + upTo(200), 1 + upTo(200), (x, y) => {
    const hit = rectangles.find(
      ({ left, top, right, bottom }) => x >= left && x < right && y >= top && y < bottom,
    );
    if (!hit) return WHITE;
    const [red, green, blue] = hit.colour;
    const add = hit.noise > 0 ? upTo(hit.noise) : 0;
    return [Math.min(255, red + add), Math.min(255, green + add), blue];
  });
}

/** The same numbers from 0 to 1 in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}
