import { createRequire } from 'node:module';
import sharp from 'sharp';
import { type EncodedPicture, encodePicture, type PictureFormat } from '../picture-encoding.ts';

/** Nothing depends on the fonts of the machine. */
const FONT_FILE = createRequire(import.meta.url).resolve(
  '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
);

const MARGIN_PIXELS = 8;

/** Characters that are shown of a message. */
const LONGEST_TEXT = 300;

/** Returns a picture that shows a message, for `EXCEPTIONS=INIMAGE`. */
export async function exceptionPicture(
  message: string,
  widthPixels: number,
  heightPixels: number,
  format: PictureFormat,
): Promise<EncodedPicture> {
  const canvas = sharp({
    create: { width: widthPixels, height: heightPixels, channels: 4, background: '#ffffff' },
  });
  const text = await textPicture(message, widthPixels - 2 * MARGIN_PIXELS, heightPixels - 2 * MARGIN_PIXELS);
  const layers = text ? [{ input: text, left: MARGIN_PIXELS, top: MARGIN_PIXELS }] : [];
  const rgba = await canvas.composite(layers).ensureAlpha().raw().toBuffer();
  return encodePicture({ rgba, widthPixels, heightPixels }, format);
}

/** Returns the text as a PNG; `undefined` if there is no room for it. */
async function textPicture(message: string, width: number, height: number): Promise<Buffer | undefined> {
  if (width < 32 || height < 16) return undefined;
  const text = `<span foreground="#a01010">${escapeMarkup(message.slice(0, LONGEST_TEXT))}</span>`;
  const drawn = await sharp({
    text: { text, font: 'Noto Sans 10', fontfile: FONT_FILE, width, rgba: true, wrap: 'word-char' },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  const { info } = drawn;
  if (info.width <= width && info.height <= height) return drawn.data;
  return sharp(drawn.data)
    .extract({ left: 0, top: 0, width: Math.min(width, info.width), height: Math.min(height, info.height) })
    .toBuffer();
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
