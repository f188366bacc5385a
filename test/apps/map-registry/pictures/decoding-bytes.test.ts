import { expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { decodingBytes } from '../../../../src/apps/map-registry/pictures/decoding-bytes.ts';
import { plainPicture } from './plain-picture.ts';

const PIXELS = 300 * 200;

async function bytesOf(encode: (picture: Sharp) => Sharp): Promise<number> {
  return decodingBytes(await sharp(await encode(plainPicture(300, 200)).toBuffer()).metadata());
}

it('a progressive JPEG takes as much memory as the coefficients of all channels', async () => {
  expect(await bytesOf((picture) => picture.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }))).toBe(
    PIXELS * 3 * 2,
  );
  expect(await bytesOf((picture) => picture.jpeg({ progressive: true }))).toBe(PIXELS * 3);
});

it.each<[string, (picture: Sharp) => Sharp, number]>([
  ['an interlaced PNG', (picture) => picture.png({ progressive: true }), 3],
  ['an interlaced PNG of 16 bits', (picture) => picture.toColourspace('rgb16').png({ progressive: true }), 6],
  ['a WebP', (picture) => picture.webp(), 8],
  ['a GIF', (picture) => picture.gif(), 8],
  ['a TIFF', (picture) => picture.tiff(), 6],
])('%s is decoded whole', async (_name, encode, pixelBytes) => {
  expect(await bytesOf(encode)).toBe(PIXELS * pixelBytes);
});

it.each<[string, (picture: Sharp) => Sharp]>([
  ['a JPEG', (picture) => picture.jpeg()],
  ['a PNG', (picture) => picture.png()],
])('%s is decoded row by row', async (_name, encode) => {
  const high = await encode(plainPicture(10, 5_000)).toBuffer();
  expect(decodingBytes(await sharp(high).metadata())).toBe(10 * 1_024 * 3);
});
