import sharp from 'sharp';
import { errorMessage } from '../../../../platform/error-message.ts';
import { broken, notUnderstood } from '../unreadable-image.ts';
import type { ImageLayout } from './image-layout.ts';
import { PHOTOMETRIC } from './tags.ts';

const START = Buffer.from([0xff, 0xd8]);

/** Says that the components are colours as they are. Without it, three of them are taken for luminance and chroma. */
const NO_TRANSFORM = Buffer.from([0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0]);

/**
 * Decodes a block that is a JPEG, whose tables may be in the directory.
 *
 * @throws {UnreadableImageError}
 */
export async function decodeJpeg(layout: ImageLayout, bytes: Buffer, rows: number): Promise<Buffer> {
  const channels = layout.isPlanar ? 1 : layout.bandCount;
  if (layout.bitsPerSample !== 8 || (channels !== 1 && channels !== 3)) {
    throw notUnderstood(`JPEG of ${channels} bands of ${layout.bitsPerSample} bits`);
  }
  const picture = sharp(assemble(layout, bytes), {
    limitInputPixels: layout.blockWidthPixels * layout.blockHeightPixels,
    failOn: 'error',
  });
  const { data, info } = await (channels === 1 ? picture.toColourspace('b-w') : picture)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw broken(`a JPEG in it cannot be decoded (${errorMessage(error)})`);
    });
  if (info.channels !== channels || info.width !== layout.blockWidthPixels || info.height < rows) {
    throw broken(`a JPEG in it has ${info.width} × ${info.height} pixels of ${info.channels} bands`);
  }
  return data;
}

/** The end of the tables, and the start of the block, are left out: both make one JPEG. */
function assemble(layout: ImageLayout, bytes: Buffer): Buffer {
  const tables = layout.jpegTables ? Buffer.from(layout.jpegTables).subarray(2, -2) : Buffer.alloc(0);
  const adobe = layout.photometric === PHOTOMETRIC.rgb && !layout.isPlanar ? NO_TRANSFORM : Buffer.alloc(0);
  return Buffer.concat([START, adobe, tables, bytes.subarray(2)]);
}
