import type { OutsideClient } from '../fetching/outside-client.ts';
import type { LayerDetails } from '../layers/stored-layers.ts';
import { MOST_PICTURE_BYTES, openPicture, pictureErrorOf } from '../pictures/decode-picture.ts';
import { checkPictureUrl } from '../sources/check-picture.ts';
import { type MapSource, SourceError } from '../sources/map-source.ts';
import { type CheckResult, failureOf, OK } from './check-result.ts';

/** Pixels of the longer side of a thumbnail. */
const THUMBNAIL_PIXELS = 150;

/** Decoding a picture within the limits takes a moment; one that is made to take longer is given up. */
const DECODING_SECONDS = 5;

/** A check of a layer, and what came of its picture. */
export interface LayerPicture extends CheckResult {
  /** The picture as WebP, where it came. */
  readonly thumbnail?: Buffer;
}

/** Fetches a small picture of a layer from its server. Whatever the server does is a result, and no error. */
export async function takeLayerPicture(
  layer: Pick<LayerDetails, 'drawing' | 'box'>,
  source: MapSource | undefined,
  { client, signal }: { readonly client: OutsideClient; readonly signal: AbortSignal },
): Promise<LayerPicture> {
  const begun = performance.now();
  let responseSeconds: number | undefined;
  const secondsSoFar = () => responseSeconds ?? (performance.now() - begun) / 1_000;
  try {
    const { body } = await client.get(pictureUrlOf(layer, source), {
      signal,
      maximumBytes: MOST_PICTURE_BYTES,
    });
    responseSeconds = secondsSoFar();
    return { success: true, responseSeconds, message: OK, thumbnail: await thumbnailOf(body) };
  } catch (error) {
    signal.throwIfAborted();
    const message = failureOf(error);
    if (message === undefined) throw error;
    return { success: false, responseSeconds: secondsSoFar(), message };
  }
}

/** @throws {SourceError} */
function pictureUrlOf(
  { drawing, box }: Pick<LayerDetails, 'drawing' | 'box'>,
  source: MapSource | undefined,
): URL {
  const opened = drawing === null ? undefined : source?.openDrawing(drawing);
  if (!opened) throw new SourceError('The server does not say how the layer is drawn.');
  return checkPictureUrl(opened, box);
}

/** @throws {PictureError} */
async function thumbnailOf(body: Buffer): Promise<Buffer> {
  try {
    return await openPicture(body)
      .timeout({ seconds: DECODING_SECONDS })
      .resize(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS, { fit: 'inside' })
      .webp({ quality: 80 })
      .toBuffer();
  } catch (error) {
    throw pictureErrorOf(error);
  }
}
