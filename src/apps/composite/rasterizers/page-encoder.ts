import sharp, { type Sharp } from 'sharp';
import type { PageFormat } from '../../../settings.ts';
import { BYTES_PER_PIXEL, type PagePlan } from './page-size.ts';
import { writePortablePixmap } from './portable-pixmap.ts';

// Every page is read once: what libvips keeps of it would only take memory.
sharp.cache(false);

/** The quality that pdftoppm writes too. */
const JPEG_QUALITY = 75;

const MILLIMETRES_PER_INCH = 25.4;

/**
 * Writes a drawn page as an image file, scaled to its final size with Lanczos where it was drawn larger.
 *
 * @param pixels red, green and blue of each pixel, row after row without gaps. They are read while the returned
 *   promise is pending.
 */
export async function encodePage(
  pixels: Uint8Array,
  plan: PagePlan,
  format: PageFormat,
): Promise<Uint8Array> {
  const isFinalSize =
    plan.drawnWidthPixels === plan.widthPixels && plan.drawnHeightPixels === plan.heightPixels;
  if (format === 'ppm' && isFinalSize) return writePortablePixmap({ ...plan, pixels });
  const image = sharp(pixels, {
    raw: { width: plan.drawnWidthPixels, height: plan.drawnHeightPixels, channels: BYTES_PER_PIXEL },
    limitInputPixels: false,
    sequentialRead: true,
  });
  if (!isFinalSize) {
    image.resize(plan.widthPixels, plan.heightPixels, { fit: 'fill', kernel: 'lanczos3' });
  }
  switch (format) {
    case 'ppm':
      return writePortablePixmap({ ...plan, pixels: await bytesOf(image.raw()) });
    case 'jpg':
      // Huffman tables of its own would make a page's file 5 % smaller, and its encoding three times as slow.
      image.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:2:0', optimiseCoding: false });
      return await bytesOf(image.withDensity(plan.dpi));
    case 'png':
      // Levels above 2 take twice as long for a twentieth less.
      return await bytesOf(image.png({ compressionLevel: 2 }).withDensity(plan.dpi));
    case 'tiff': {
      const pixelsPerMillimetre = plan.dpi / MILLIMETRES_PER_INCH;
      return await bytesOf(
        image.tiff({ compression: 'deflate', xres: pixelsPerMillimetre, yres: pixelsPerMillimetre }),
      );
    }
  }
}

/** A copy: sharp's own memory cannot be moved to another thread, and is freed late unless it is taken apart here. */
async function bytesOf(image: Sharp): Promise<Uint8Array> {
  const encoded = await image.toBuffer();
  const bytes = new Uint8Array(encoded);
  const { buffer } = encoded;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === encoded.byteLength) buffer.transfer(0);
  return bytes;
}
