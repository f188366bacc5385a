import sharp from 'sharp';

/** A picture that a test looks at. */
export interface Pixels {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Red, green, blue and alpha of a pixel. */
  at(column: number, row: number): readonly number[];
}

/** Decodes a picture of a response. */
export async function pixelsOf(response: Response): Promise<Pixels> {
  const picture = sharp(Buffer.from(await response.arrayBuffer()))
    .ensureAlpha()
    .raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  return pixelsOfRgba(data, info.width, info.height);
}

/** Looks at a picture in memory. */
export function pixelsOfRgba(rgba: Buffer, widthPixels: number, heightPixels: number): Pixels {
  return {
    widthPixels,
    heightPixels,
    at: (column, row) => {
      const pixel = (row * widthPixels + column) * 4;
      return [...rgba.subarray(pixel, pixel + 4)];
    },
  };
}
