import type { RgbaPicture } from '../../../../map-kit/picture-encoding.ts';
import type { TimeInterval } from '../../../../map-kit/time-parameter.ts';
import type { MapPlace } from '../../../../map-kit/wms/map-parameters.ts';
import type { MapRenderer } from '../../renderer/map-picture.ts';
import { drawBehind } from '../../renderer/warp/draw-window.ts';

/** What is drawn in one picture. */
export interface DrawnLayers {
  /** The lowest first. */
  readonly layers: readonly string[];
  /** The newest first. */
  readonly times: readonly (TimeInterval | undefined)[];
  readonly place: MapPlace;
  readonly maximumProducts: number;
}

/** A picture of several layers. */
export interface LayeredPicture extends RgbaPicture {
  readonly productCount: number;
  readonly isCut: boolean;
  /** As that of the pictures of the layers. */
  readonly release?: () => void;
}

/** Draws layers above each other. All of them are drawn, so that each wrong name is an error. */
export async function drawLayers(
  renderer: MapRenderer,
  { layers, times, place, maximumProducts }: DrawnLayers,
  signal: AbortSignal,
): Promise<LayeredPicture> {
  const { crs, box, widthPixels, heightPixels } = place;
  let picture: LayeredPicture | undefined;
  for (const layer of layers.toReversed()) {
    for (const interval of times) {
      const drawn = await renderer.draw(
        { layer, box, srs: crs.srs, widthPixels, heightPixels, interval, maximumProducts },
        signal,
      );
      if (picture) {
        picture = behind(picture, drawn);
        drawn.release?.();
      } else {
        picture = drawn;
      }
    }
  }
  if (!picture) throw new RangeError('a picture has at least one layer');
  return picture;
}

/** Draws a picture behind another, in the memory of that. */
function behind(front: LayeredPicture, back: LayeredPicture): LayeredPicture {
  const { rgba } = front;
  for (let pixel = 0; pixel < rgba.length; pixel += 4) {
    const alpha = back.rgba[pixel + 3] ?? 0;
    if (rgba[pixel + 3] === 255 || alpha === 0) continue;
    const [red = 0, green = 0, blue = 0] = back.rgba.subarray(pixel, pixel + 3);
    drawBehind(rgba, pixel, red, green, blue, alpha);
  }
  return {
    ...front,
    productCount: front.productCount + back.productCount,
    isCut: front.isCut || back.isCut,
  };
}
