import type { Metadata } from 'sharp';

/** What a progressive JPEG has for each channel of a pixel until its last scan. */
const COEFFICIENT_BYTES = 2;

/** Bytes of a pixel where its file has to be decoded whole. WebP and GIF are decoded twice: as they are written, and as they are seen. */
const BYTES_OF_WHOLE_PIXEL = 8;

/** Rows that a decoder and what it feeds have in memory, where a file is decoded row by row. */
const ROWS_AT_ONCE = 1_024;

/** Bytes of the channel of a pixel, by the names that libvips has for their types. */
const BYTES_BY_DEPTH: Readonly<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
  complex: 8,
  double: 8,
  dpcomplex: 16,
};

/**
 * Returns the bytes of memory that decoding a picture takes at most, without what is made of it.
 *
 * @param metadata of a picture that is not decoded yet.
 */
export function decodingBytes(metadata: Metadata): number {
  const { format, isProgressive = false, width, height, channels, depth } = metadata;
  const pixels = width * height;
  const pixelBytes = channels * (BYTES_BY_DEPTH[depth] ?? 1);
  switch (format) {
    case 'jpeg':
      if (isProgressive) return pixels * channels * COEFFICIENT_BYTES * chromaShare(metadata);
      break;
    case 'png':
      if (isProgressive) return pixels * pixelBytes;
      break;
    case 'tiff':
      // It may be one strip or tile, which is unpacked and then copied.
      return pixels * pixelBytes * 2;
    default:
      return pixels * BYTES_OF_WHOLE_PIXEL;
  }
  return width * Math.min(height, ROWS_AT_ONCE) * pixelBytes;
}

/** Two of three channels have a quarter of the pixels in most files. */
function chromaShare({ chromaSubsampling, channels }: Metadata): number {
  return chromaSubsampling === '4:2:0' && channels === 3 ? 1 / 2 : 1;
}
