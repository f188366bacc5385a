import type { RasterDescription, SampleType } from '../../cog/cog-reader.ts';
import type { Browse } from '../../collections/collection.ts';
import type { DrawnChannel } from '../warp/draw-window.ts';

/** The values of whole numbers that are white, where no browse says it. Floats are taken to go from 0 to 1. */
const WHITE: Readonly<Record<SampleType, number>> = {
  uint8: 255,
  int8: 127,
  uint16: 65_535,
  int16: 32_767,
  uint32: 4_294_967_295,
  int32: 2_147_483_647,
  float32: 1,
  float64: 1,
};

/**
 * Returns the channels that are drawn of an image.
 *
 * @param browse `undefined`: the first three bands, or the first one as grey, over the range of the type.
 * @returns `undefined` if the image does not have the bands of the browse.
 */
export function channelsOf(
  image: RasterDescription,
  browse: Browse | undefined,
): readonly DrawnChannel[] | undefined {
  const channels = browse ? browse.channels : defaultChannels(image);
  if (channels.some(({ band }) => band < 1 || band > image.bandCount)) return undefined;
  const drawn = channels.map(({ band, min, max, nodata = image.nodata }) => ({
    band: band - 1,
    min,
    max,
    nodata,
  }));
  // One grey band or three colours, and the opacity if the image has it and the browse does not name it.
  const alphaBand = image.bandCount - 1;
  const addsAlpha = image.hasAlpha && drawn.length % 2 === 1 && drawn.every(({ band }) => band !== alphaBand);
  return addsAlpha ? [...drawn, alphaChannel(alphaBand, image.sampleType)] : drawn;
}

function defaultChannels({ bandCount, hasAlpha, sampleType }: RasterDescription): Browse['channels'] {
  const colours = hasAlpha ? bandCount - 1 : bandCount;
  return (colours >= 3 ? [1, 2, 3] : [1]).map((band) => ({
    band,
    min: 0,
    max: WHITE[sampleType],
    nodata: undefined,
  }));
}

function alphaChannel(band: number, sampleType: SampleType): DrawnChannel {
  return { band, min: 0, max: WHITE[sampleType], nodata: 0 };
}
