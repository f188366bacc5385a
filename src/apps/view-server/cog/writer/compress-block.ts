import { promisify } from 'node:util';
import { constants, deflate, type ZlibOptions, type ZstdOptions, zstdCompress } from 'node:zlib';
import type { CogOptions } from '../cog-engine.ts';
import type { Samples } from '../cog-reader.ts';
import { wordsOf } from '../tiff/decode-block.ts';
import { applyFloatingPoint, applyHorizontal } from '../tiff/predictors.ts';
import { bytesOfSamples } from '../tiff/samples.ts';
import { COMPRESSION, PREDICTOR } from '../tiff/tags.ts';

const deflateBytes = promisify<Uint8Array, ZlibOptions, Buffer>(deflate);
const compressZstd = promisify<Uint8Array, ZstdOptions, Buffer>(zstdCompress);

/** zlib makes its output in pieces of this size. */
const OUTPUT_PIECE_BYTES = 256 * 1024;

/** How the blocks of a file are written. */
export type BlockEncoding = Pick<CogOptions, 'compression' | 'compressionLevel' | 'hasPredictor'>;

/** The value of the tag Predictor. */
export function predictorOf({ compression, hasPredictor }: BlockEncoding, isFloat: boolean): number {
  if (!hasPredictor || compression === 'NONE') return PREDICTOR.none;
  return isFloat ? PREDICTOR.floatingPoint : PREDICTOR.horizontal;
}

/** The value of the tag Compression. */
export function compressionCodeOf({ compression }: BlockEncoding): number {
  const codes = { DEFLATE: COMPRESSION.deflate, ZSTD: COMPRESSION.zstd, NONE: COMPRESSION.none } as const;
  return codes[compression];
}

/** Applies the predictor of the file to a block, in place. */
export function predict(
  samples: Samples,
  blockWidthPixels: number,
  bandCount: number,
  predictor: number,
): void {
  const rowSamples = blockWidthPixels * bandCount;
  if (predictor === PREDICTOR.horizontal) applyHorizontal(wordsOf(samples), rowSamples, bandCount);
  if (predictor === PREDICTOR.floatingPoint) {
    applyFloatingPoint(bytesOfSamples(samples), rowSamples, samples.BYTES_PER_ELEMENT, bandCount);
  }
}

/** Compresses a block, in a thread of zlib's pool. */
export function compress(
  bytes: Uint8Array,
  { compression, compressionLevel: level }: BlockEncoding,
): Promise<Uint8Array> {
  switch (compression) {
    case 'DEFLATE':
      return deflateBytes(bytes, { level, chunkSize: OUTPUT_PIECE_BYTES });
    case 'ZSTD':
      return compressZstd(bytes, {
        params: { [constants.ZSTD_c_compressionLevel]: level },
        chunkSize: OUTPUT_PIECE_BYTES,
      });
    case 'NONE':
      return Promise.resolve(bytes);
  }
}
