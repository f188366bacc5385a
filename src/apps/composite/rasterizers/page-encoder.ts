import type { Sharp } from 'sharp';
import type { PageFormat } from '../settings.ts';
import type { WhiteSparingEncoder } from './jpeg/white-sparing-encoder.ts';
import { encodeJpeg } from './jpeg-encoder.ts';
import { BYTES_PER_PIXEL, type PagePlan } from './page-size.ts';
import { writePortablePixmap } from './portable-pixmap.ts';

const MILLIMETRES_PER_INCH = 25.4;

/**
 * Writes a drawn page as an image file, scaled to its final size with Lanczos where it was drawn larger.
 *
 * @param pixels red, green and blue of each pixel, row after row without gaps. They are read while the returned
 *   promise is pending.
 * @param whiteSparingEncoder writes the pages that it suits, in the memory that it works in.
 */
export async function encodePage(
  pixels: Uint8Array,
  plan: PagePlan,
  format: PageFormat,
  whiteSparingEncoder?: WhiteSparingEncoder,
): Promise<Uint8Array> {
  switch (format) {
    case 'ppm':
      return writePortablePixmap({ ...plan, pixels: await atFinalSize(pixels, plan) });
    case 'jpg': {
      const picture = { ...plan, pixels: await atFinalSize(pixels, plan) };
      return whiteSparingEncoder?.suits(picture)
        ? whiteSparingEncoder.encode(picture, plan.dpi)
        : await encodeJpeg(picture, plan.dpi);
    }
    case 'png': {
      const image = await openImage(pixels, plan);
      // Levels above 2 take twice as long for a twentieth less.
      return await bytesOf(image.png({ compressionLevel: 2 }).withDensity(plan.dpi));
    }
    case 'tiff': {
      const image = await openImage(pixels, plan);
      const pixelsPerMillimetre = plan.dpi / MILLIMETRES_PER_INCH;
      return await bytesOf(
        image.tiff({ compression: 'deflate', xres: pixelsPerMillimetre, yres: pixelsPerMillimetre }),
      );
    }
  }
}

async function atFinalSize(pixels: Uint8Array, plan: PagePlan): Promise<Uint8Array> {
  if (isFinalSize(plan)) return pixels;
  const image = await openImage(pixels, plan);
  return await bytesOf(image.raw());
}

/** Sharp takes long to load, in each thread: so only for pages that need it. */
async function openImage(pixels: Uint8Array, plan: PagePlan): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // Every page is read once: what libvips keeps of it would only take memory.
  sharp.cache(false);
  const image = sharp(pixels, {
    raw: { width: plan.drawnWidthPixels, height: plan.drawnHeightPixels, channels: BYTES_PER_PIXEL },
    limitInputPixels: false,
    sequentialRead: true,
  });
  return isFinalSize(plan)
    ? image
    : image.resize(plan.widthPixels, plan.heightPixels, { fit: 'fill', kernel: 'lanczos3' });
}

function isFinalSize(plan: PagePlan): boolean {
  return plan.drawnWidthPixels === plan.widthPixels && plan.drawnHeightPixels === plan.heightPixels;
}

/** A copy: sharp's own memory cannot be moved to another thread, and is freed late unless it is taken apart here. */
async function bytesOf(image: Sharp): Promise<Uint8Array> {
  const encoded = await image.toBuffer();
  const bytes = new Uint8Array(encoded);
  const { buffer } = encoded;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === encoded.byteLength) buffer.transfer(0);
  return bytes;
}
