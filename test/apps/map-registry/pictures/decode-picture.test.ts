import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import {
  decodingBytes,
  openPicture,
  PictureError,
  pictureErrorOf,
} from '../../../../src/apps/map-registry/pictures/decode-picture.ts';

const plain = (widthPixels: number, heightPixels: number) =>
  sharp({ create: { width: widthPixels, height: heightPixels, channels: 3, background: '#336699' } });

it.each(['png', 'jpeg', 'gif', 'webp', 'tiff'] as const)('a picture as %s is decoded', async (format) => {
  const picture = openPicture(await plain(3, 2).toFormat(format).toBuffer());
  const { info } = await picture.raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([3, 2]);
});

describe('a reply that is no picture is refused with what it says', () => {
  it.each([
    ['', 'The server sent nothing.'],
    ['\0\x01\x02', 'The server sent no picture.'],
    [
      '<?xml version="1.0"?><!-- a\nb --><ServiceExceptionReport><ServiceException code="X">No such\nlayer</ServiceException></ServiceExceptionReport>',
      'The server sent no picture, but: No such layer',
    ],
    [
      '<html><style>p { color: red }</style><p>Please sign in</p></html>',
      'The server sent no picture, but: Please sign in',
    ],
    ['<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', 'The server sent no picture.'],
    ['{"error":{"code":400}}', 'The server sent no picture, but: {"error":{"code":400}}'],
  ])('%j', (text, message) => {
    expect(() => openPicture(Buffer.from(text, 'latin1'))).toThrow(new PictureError(message));
  });
});

it('a small file of a huge picture is refused before it takes memory', async () => {
  const body = await plain(4_097, 4_097).png().toBuffer();
  const failure = await openPicture(body).raw().toBuffer().catch(pictureErrorOf);
  expect(failure).toEqual(new PictureError('The picture has more than 4096 × 4096 pixels.'));
});

it('half a picture is refused', async () => {
  const body = await plain(200, 200).png({ compressionLevel: 0 }).toBuffer();
  const failure = await openPicture(body.subarray(0, 40_000)).raw().toBuffer().catch(pictureErrorOf);
  expect(failure).toEqual(new PictureError('The server sent a picture that cannot be decoded.'));
});

it('a file of more than 8 MiB is refused', () => {
  expect(() => openPicture(Buffer.alloc(8 * 1_024 ** 2 + 1))).toThrow('more than 8 MiB');
});

it('a picture that was decoded is kept nowhere', async () => {
  const body = await plain(3_000, 3_000).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer();
  await openPicture(body).resize(100, 100).raw().toBuffer();
  const { memory, items } = sharp.cache();
  expect({ bytes: memory.current, items: items.current }).toEqual({ bytes: 0, items: 0 });
});

it('a progressive picture takes as much memory as all of its scans', async () => {
  const jpeg = (progressive: boolean) => plain(300, 200).jpeg({ progressive }).toBuffer();
  expect(decodingBytes(await openPicture(await jpeg(true)).metadata())).toBe(300 * 200 * 3 * 2);
  expect(decodingBytes(await openPicture(await jpeg(false)).metadata())).toBe(0);
});
