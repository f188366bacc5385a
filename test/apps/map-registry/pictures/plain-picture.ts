import sharp, { type Sharp } from 'sharp';

/** A picture of one colour. */
export function plainPicture(widthPixels: number, heightPixels: number): Sharp {
  return sharp({ create: { width: widthPixels, height: heightPixels, channels: 3, background: '#336699' } });
}

/** Returns the file of a picture, with all of its memory to itself. */
export async function encodedPicture(picture: Sharp): Promise<Buffer<ArrayBuffer>> {
  return Buffer.from(Uint8Array.from(await picture.toBuffer()).buffer);
}
