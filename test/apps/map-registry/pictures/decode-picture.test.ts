import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import {
  type Decoding,
  decodePicture,
  PictureError,
} from '../../../../src/apps/map-registry/pictures/decode-picture.ts';
import { encodedPicture, plainPicture } from './plain-picture.ts';

const ASKED: Omit<Decoding<unknown>, 'work'> = {
  signal: new AbortController().signal,
  askedPixels: 256 ** 2,
  resultBytes: 256 ** 2 * 4,
};

function decode(body: Buffer<ArrayBuffer>, options: Partial<typeof ASKED> = {}) {
  const work: Decoding<Buffer>['work'] = (picture) => picture.resize(100, 100).raw().toBuffer();
  return decodePicture(body, { ...ASKED, ...options, work });
}

it.each(['png', 'jpeg', 'gif', 'webp', 'tiff'] as const)('a picture as %s is decoded', async (format) => {
  const body = await encodedPicture(plainPicture(3, 2).toFormat(format));
  const { info } = await decodePicture(body, {
    ...ASKED,
    work: (picture) => picture.raw().toBuffer({ resolveWithObject: true }),
  });
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
  ])('%j', async (text, message) => {
    const body = Buffer.from(Uint8Array.from(Buffer.from(text, 'latin1')).buffer);
    await expect(decode(body)).rejects.toEqual(new PictureError(message));
  });
});

it('a picture of more pixels than were asked for, and than many servers send, is refused before it is decoded', async () => {
  const body = () => encodedPicture(plainPicture(1_025, 1_024).png());
  await expect(decode(await body())).rejects.toEqual(
    new PictureError('The picture has more than 1,048,576 pixels.'),
  );
  await expect(decode(await body(), { askedPixels: 1_025 * 1_024 })).resolves.toBeInstanceOf(Buffer);
});

it('a picture that was asked for is refused where decoding it takes too much memory', async () => {
  const body = (isProgressive: boolean) =>
    encodedPicture(
      plainPicture(2_400, 2_400).jpeg({ progressive: isProgressive, chromaSubsampling: '4:4:4' }),
    );
  const askedPixels = 2_400 ** 2;
  await expect(decode(await body(true), { askedPixels })).rejects.toEqual(
    new PictureError('Decoding the picture takes 33 MiB of memory, which is more than 32.'),
  );
  await expect(decode(await body(false), { askedPixels })).resolves.toBeInstanceOf(Buffer);
});

it('pictures that take 8 MiB each are decoded two at a time', async () => {
  const body = () => encodedPicture(plainPicture(1_023, 1_023).webp());
  let running = 0;
  let mostRunning = 0;
  const decodings = Array.from({ length: 8 }, async () =>
    decodePicture(await body(), {
      ...ASKED,
      resultBytes: 0,
      work: async (picture) => {
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        await picture.raw().toBuffer();
        running -= 1;
      },
    }),
  );
  await Promise.all(decodings);
  expect(mostRunning).toBe(2);
});

it('half a picture is refused', async () => {
  const body = await encodedPicture(plainPicture(200, 200).png({ compressionLevel: 0 }));
  await expect(decode(Buffer.from(body.buffer.slice(0, 40_000)))).rejects.toEqual(
    new PictureError('The server sent a picture that cannot be decoded.'),
  );
});

it('a file of more than 8 MiB is refused', async () => {
  const body = Buffer.from(new ArrayBuffer(8 * 1_024 ** 2 + 1));
  await expect(decode(body)).rejects.toThrow('more than 8 MiB');
});

it('nothing of a picture is kept, whether it was decoded or refused', async () => {
  const jpeg = plainPicture(1_000, 1_000).jpeg({ progressive: true, chromaSubsampling: '4:4:4' });
  const decoded = await encodedPicture(jpeg);
  await decode(decoded);
  const { memory, items } = sharp.cache();
  expect({ bytes: memory.current, items: items.current }).toEqual({ bytes: 0, items: 0 });
  const refused = await encodedPicture(plainPicture(2_000, 2_000).png());
  await expect(decode(refused)).rejects.toThrow(PictureError);
  expect([decoded, refused].map(({ byteLength }) => byteLength)).toEqual([0, 0]);
});
