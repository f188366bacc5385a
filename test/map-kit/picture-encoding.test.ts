import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { emptyPicture, encodePicture, findPictureFormat } from '../../src/map-kit/picture-encoding.ts';

/** A picture of 16 × 16 pixels with one opacity; the first pixel may have another. */
function picture(alpha: number, firstAlpha = alpha) {
  const rgba = Buffer.alloc(16 * 16 * 4);
  for (let pixel = 0; pixel < rgba.length; pixel += 4) rgba.set([200, 100, 50, alpha], pixel);
  rgba[3] = firstAlpha;
  return { rgba, widthPixels: 16, heightPixels: 16 };
}

const firstPixel = async (body: Buffer) => [
  ...(await sharp(body).ensureAlpha().raw().toBuffer()).subarray(0, 4),
];

describe('a picture', () => {
  it.each([
    ['opaque', picture(255), 'image/jpeg'],
    ['with one transparent pixel', picture(255, 0), 'image/png'],
    ['half transparent', picture(128), 'image/png'],
    ['empty', picture(0), 'image/png'],
  ] as const)('that is mixed and %s has the type %s', async (_title, given, contentType) => {
    expect((await encodePicture(given, 'mixed')).contentType).toBe(contentType);
  });

  it('keeps its opacity as PNG', async () => {
    const { body } = await encodePicture(picture(255, 128), 'png');
    expect(await firstPixel(body)).toEqual([200, 100, 50, 128]);
  });

  it('has the background where it is transparent', async () => {
    const background = { red: 0, green: 0, blue: 255 };
    expect(await firstPixel((await encodePicture(picture(255, 0), 'png', background)).body)).toEqual([
      0, 0, 255, 255,
    ]);
    const mixed = await encodePicture(picture(0), 'mixed', background);
    expect(mixed.contentType).toBe('image/jpeg');
  });

  it('has its colours as JPEG, before white where it is transparent', async () => {
    const [opaque, transparent] = await Promise.all([
      encodePicture(picture(255), 'jpeg'),
      encodePicture(picture(0), 'jpeg'),
    ]);
    for (const [index, channel] of (await firstPixel(opaque.body)).entries()) {
      expect(Math.abs(channel - ([200, 100, 50, 255][index] ?? 0))).toBeLessThanOrEqual(2);
    }
    expect(await firstPixel(transparent.body)).toEqual([255, 255, 255, 255]);
  });

  it('that is empty is small, and transparent', async () => {
    const { body } = await emptyPicture(256, 256);
    expect(body.length).toBeLessThan(1_000);
    expect(await firstPixel(body)).toEqual([0, 0, 0, 0]);
  });
});

describe('a format', () => {
  it('is found by its names', () => {
    expect(findPictureFormat('IMAGE/PNG')).toBe('png');
    expect(findPictureFormat('image/vnd.jpeg-png')).toBe('mixed');
    expect(findPictureFormat('constructor')).toBeUndefined();
  });
});
