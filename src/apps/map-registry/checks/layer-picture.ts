import type { OutsideClient } from '../fetching/outside-client.ts';
import type { LayerDetails } from '../layers/stored-layers.ts';
import { decodePicture, MOST_PICTURE_BYTES } from '../pictures/decode-picture.ts';
import { checkPictureUrl } from '../sources/check-picture.ts';
import { type LayerDrawing, type MapSource, SourceError } from '../sources/map-source.ts';
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
    const drawing = drawingOf(layer, source);
    const { body } = await client.get(checkPictureUrl(drawing, layer.box), {
      signal,
      maximumBytes: MOST_PICTURE_BYTES,
    });
    responseSeconds = secondsSoFar();
    return {
      success: true,
      responseSeconds,
      message: OK,
      thumbnail: await thumbnailOf(body, drawing, signal),
    };
  } catch (error) {
    signal.throwIfAborted();
    const message = failureOf(error);
    if (message === undefined) throw error;
    return { success: false, responseSeconds: secondsSoFar(), message };
  }
}

/** @throws {SourceError} */
function drawingOf({ drawing }: Pick<LayerDetails, 'drawing'>, source: MapSource | undefined): LayerDrawing {
  const opened = drawing === null ? undefined : source?.openDrawing(drawing);
  if (!opened) throw new SourceError('The server does not say how the layer is drawn.');
  return opened;
}

/** The first tile is as large as its server says; a map is small. */
function askedPixels(drawing: LayerDrawing): number {
  const [level] = drawing.kind === 'tiles' ? drawing.levels : [];
  return level ? level.tileWidthPixels * level.tileHeightPixels : 0;
}

/** @throws {PictureError} */
function thumbnailOf(body: Buffer<ArrayBuffer>, drawing: LayerDrawing, signal: AbortSignal): Promise<Buffer> {
  return decodePicture(body, {
    signal,
    askedPixels: askedPixels(drawing),
    resultBytes: THUMBNAIL_PIXELS ** 2 * 4,
    work: (picture) =>
      picture
        .timeout({ seconds: DECODING_SECONDS })
        .resize(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS, { fit: 'inside' })
        .webp({ quality: 80 })
        .toBuffer(),
  });
}
