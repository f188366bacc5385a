import turbo from '@julusian/jpeg-turbo';
import type { Picture } from './portable-pixmap.ts';

/** The quality that pdftoppm writes too. */
export const JPEG_QUALITY = 75;

/** Where a JFIF file, and libjpeg writes no other, has the unit of its density and the density across and down. */
const DENSITY_OFFSET = 13;
const DOTS_PER_INCH = 1;
const MAXIMUM_DENSITY = 0xffff;

/** An A4 page at 500 DPI asks for 73 MB. */
const KEPT_OUTPUT_BYTES = 128 * 1024 * 1024;

/** Room for a file that is not in use at present. */
let spareOutput: Buffer | undefined;

/**
 * Writes a JPEG file, its colours at half the resolution (4:2:0).
 *
 * @param picture is read while the returned promise is pending.
 */
export async function encodeJpeg(picture: Picture, dpi: number): Promise<Uint8Array> {
  const { pixels, widthPixels: width, heightPixels: height } = picture;
  const size = { width, height, subsampling: turbo.SAMP_420 };
  const output = takeOutput(turbo.bufferSize(size));
  try {
    const encoded = await turbo.compress(
      Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength),
      output,
      { ...size, format: turbo.FORMAT_RGB, quality: JPEG_QUALITY },
    );
    return withDensity(new Uint8Array(encoded), dpi);
  } finally {
    if (output.length <= KEPT_OUTPUT_BYTES) spareOutput = output;
  }
}

/**
 * Room for the largest file that there could be, as libjpeg-turbo wants it. The system gives memory only to the part
 * that is written, so this is kept for the next page rather than asked for again.
 */
function takeOutput(bytes: number): Buffer {
  const output = spareOutput;
  spareOutput = undefined;
  return output && output.length >= bytes ? output : Buffer.allocUnsafeSlow(bytes);
}

/** Sets what the encoder's interface has no option for. */
function withDensity(file: Uint8Array, dpi: number): Uint8Array {
  const density = Math.min(MAXIMUM_DENSITY, Math.max(1, Math.round(dpi)));
  const view = new DataView(file.buffer, file.byteOffset);
  view.setUint8(DENSITY_OFFSET, DOTS_PER_INCH);
  view.setUint16(DENSITY_OFFSET + 1, density);
  view.setUint16(DENSITY_OFFSET + 3, density);
  return file;
}
