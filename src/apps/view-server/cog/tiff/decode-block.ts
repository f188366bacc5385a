import { endianness } from 'node:os';
import { promisify } from 'node:util';
import { inflate, type ZlibOptions, zstdDecompress } from 'node:zlib';
import { errorMessage } from '../../../../platform/error-message.ts';
import type { Samples } from '../cog-reader.ts';
import { broken } from '../unreadable-image.ts';
import { blockRowBytes, type ImageLayout } from './image-layout.ts';
import { decodeJpeg } from './jpeg-block.ts';
import { decodeLzw } from './lzw.ts';
import { decodePackBits } from './pack-bits.ts';
import { undoFloatingPoint, undoHorizontal } from './predictors.ts';
import { bytesOf, makeSamples, swapBytes, viewSamples } from './samples.ts';
import { COMPRESSION, PREDICTOR } from './tags.ts';

const inflateBytes = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const decompressZstd = promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress);

/**
 * Decodes a plane of a block: all bands, or one if each has blocks of its own.
 *
 * @param rows how many it has.
 * @throws {UnreadableImageError}
 */
export async function decodePlane(layout: ImageLayout, bytes: Buffer, rows: number): Promise<Samples> {
  const rowBytes = blockRowBytes(layout, layout.blockWidthPixels);
  const expectedBytes = rowBytes * rows;
  // Some writers fill the last strip up.
  const maximumBytes = rowBytes * layout.blockHeightPixels;
  const decoded = await decompress(layout, bytes, rows, maximumBytes);
  if (decoded.length < expectedBytes) {
    throw broken(`a block has ${decoded.length} of its ${expectedBytes} bytes`);
  }
  const wanted = decoded.subarray(0, expectedBytes);
  if (layout.bitsPerSample === 1) return spreadBits(wanted, layout.blockWidthPixels, rows);
  return restoreSamples(layout, Buffer.from(wanted.buffer, wanted.byteOffset, wanted.length));
}

/** Puts the samples of bands that were decoded alone side by side. */
export function interleave(layout: ImageLayout, planes: readonly Samples[]): Samples {
  const { bandCount } = layout;
  const pixelCount = planes[0]?.length ?? 0;
  const samples = makeSamples(layout.sampleType, pixelCount * bandCount);
  for (const [band, plane] of planes.entries()) {
    for (let pixel = 0, at = band; pixel < pixelCount; pixel += 1, at += bandCount) {
      samples[at] = plane[pixel] ?? 0;
    }
  }
  return samples;
}

async function decompress(
  layout: ImageLayout,
  bytes: Buffer,
  rows: number,
  maximumBytes: number,
): Promise<Uint8Array> {
  const fail = (error: unknown) => {
    throw broken(`a block cannot be decompressed (${errorMessage(error)})`);
  };
  switch (layout.compression) {
    case COMPRESSION.deflate:
    case COMPRESSION.oldDeflate:
      return inflateBytes(bytes, {
        maxOutputLength: maximumBytes,
        chunkSize: Math.max(64, maximumBytes),
      }).catch(fail);
    case COMPRESSION.zstd:
      return decompressZstd(bytes, { maxOutputLength: maximumBytes }).catch(fail);
    case COMPRESSION.lzw:
      return decodeLzw(bytes, maximumBytes);
    case COMPRESSION.packBits:
      return decodePackBits(bytes, maximumBytes);
    case COMPRESSION.jpeg:
      return decodeJpeg(layout, bytes, rows);
    default:
      // What comes from the caller is not changed in its place.
      return layout.isLittleEndian ? bytes : Buffer.from(bytes);
  }
}

/** Swaps bytes and undoes the predictor, in place. */
function restoreSamples(layout: ImageLayout, bytes: Buffer): Samples {
  const { sampleType, predictor } = layout;
  const sampleBytes = bytesOf(sampleType);
  const bandCount = layout.isPlanar ? 1 : layout.bandCount;
  const rowSamples = layout.blockWidthPixels * bandCount;
  if (predictor === PREDICTOR.floatingPoint) {
    undoFloatingPoint(bytes, rowSamples, sampleBytes, bandCount);
    return viewSamples(sampleType, bytes);
  }
  if (layout.isLittleEndian !== (endianness() === 'LE')) swapBytes(bytes, sampleBytes);
  const samples = viewSamples(sampleType, bytes);
  if (predictor === PREDICTOR.horizontal) undoHorizontal(wordsOf(samples), rowSamples, bandCount);
  return samples;
}

/** Sees samples as whole numbers without a sign, which predictors add and take from each other. */
export function wordsOf(samples: Samples): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, length } = samples;
  if (samples.BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, length);
  if (samples.BYTES_PER_ELEMENT === 2) return new Uint16Array(buffer, byteOffset, length);
  return new Uint32Array(buffer, byteOffset, length);
}

/** Makes a byte of each bit; each row begins with a byte of its own. */
function spreadBits(bits: Uint8Array, widthPixels: number, rows: number): Uint8Array {
  const rowBytes = Math.ceil(widthPixels / 8);
  const spread = new Uint8Array(widthPixels * rows);
  for (let row = 0, at = 0; row < rows; row += 1) {
    for (let column = 0; column < widthPixels; column += 1, at += 1) {
      const byte = bits[row * rowBytes + (column >> 3)] ?? 0;
      spread[at] = (byte >> (7 - (column & 7))) & 1 ? 255 : 0;
    }
  }
  return spread;
}
