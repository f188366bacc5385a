import { type FileHandle, open } from 'node:fs/promises';
import { UnreadableImageError } from '../cog-engine.ts';
import type { CogReader, RasterDescription, ReadRange } from '../cog-reader.ts';
import { readerOf } from '../open-cog.ts';
import { bytesOf, rangeOf } from '../tiff/samples.ts';
import { PHOTOMETRIC } from '../tiff/tags.ts';
import { openTiff, type TiffImage } from '../tiff/tiff-image.ts';
import type { Sampling } from '../warp/resampler.ts';
import { planWarp, type WarpPlan } from '../warp/warp-plan.ts';
import type { Conversion } from './conversion.ts';

/** Codecs pack samples to so little at most. What claims more is a bomb. */
const BYTES_OUT_OF_ONE = 2_000;
const ALWAYS_ALLOWED_BYTES = 64 * 1024 * 1024;

/** How samples are shown as colours. */
export interface Colours {
  readonly photometric: number;
  readonly colorMap: readonly number[] | undefined;
}

/** What is known before lines are made. */
export interface PlannedConversion {
  readonly file: FileHandle;
  readonly colours: Colours;
  readonly reader: CogReader;
  readonly plan: WarpPlan;
  readonly sampling: Sampling;
}

/**
 * Opens the image of a conversion, and plans how it is warped. The caller closes the file.
 *
 * @throws {UnreadableImageError}
 */
export async function planConversion(conversion: Conversion): Promise<PlannedConversion> {
  const { options, maximumPixels } = conversion;
  const file = await open(conversion.sourceFile);
  try {
    const { size } = await file.stat();
    const readRange = rangesOf(file, size);
    const image = await openTiff(readRange);
    const reader = readerOf(image, readRange);
    checkSize(reader.description, size, maximumPixels);
    const plan = planWarp(reader.description, options.targetSrs, conversion.projections);
    checkPixels(plan, maximumPixels);
    const nodata = chooseNodata(reader.description, image, plan, options.nodata);
    const colours = coloursOf(image, reader.description);
    const sampling: Sampling = {
      // The numbers of a palette have nothing between them.
      method: colours.colorMap ? 'nearest' : options.resampling,
      scaleX: plan.scaleX,
      scaleY: plan.scaleY,
      sourceNodata: nodata.source,
      targetNodata: nodata.target,
      avoidsNodata: nodata.isAvoided,
    };
    return { file, colours, reader, plan, sampling };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function coloursOf({ levels }: TiffImage, { bandCount, sampleType }: RasterDescription): Colours {
  const layout = levels[0]?.layout;
  const colorMap = bandCount === 1 && sampleType === 'uint8' ? layout?.colorMap : undefined;
  if (colorMap?.length === 3 * 256) return { photometric: PHOTOMETRIC.palette, colorMap };
  const isColour = layout?.photometric === PHOTOMETRIC.rgb || layout?.photometric === PHOTOMETRIC.yCbCr;
  const photometric = isColour && bandCount >= 3 ? PHOTOMETRIC.rgb : PHOTOMETRIC.minIsBlack;
  return { photometric, colorMap: undefined };
}

/**
 * What samples without data hold, in the source and in the target. If pixels may lack data and it is not said what
 * they hold, it is 0, the lowest of whole numbers below it, or `NaN`; those that happen to hold it get the next value.
 */
function chooseNodata(
  description: RasterDescription,
  image: TiffImage,
  plan: WarpPlan,
  wanted: number | undefined,
): { source: number | undefined; target: number | undefined; isAvoided: boolean } {
  const { sampleType, hasAlpha } = description;
  const own = fitting(description.nodata, description);
  const target = fitting(wanted, description) ?? own;
  if (target !== undefined) {
    const source = own ?? target;
    return { source, target, isAvoided: source !== target || !plan.isCopy };
  }
  const hasMask = image.levels[0]?.mask !== undefined;
  if (hasAlpha || (plan.isCopy && !hasMask))
    return { source: undefined, target: undefined, isAvoided: false };
  return { source: undefined, target: rangeOf(sampleType)?.[0] ?? Number.NaN, isAvoided: true };
}

/** A value that no sample can have means nothing. */
function fitting(nodata: number | undefined, { sampleType }: RasterDescription): number | undefined {
  if (nodata === undefined) return undefined;
  const range = rangeOf(sampleType);
  if (!range) return sampleType === 'float32' ? Math.fround(nodata) : nodata;
  return Number.isInteger(nodata) && nodata >= range[0] && nodata <= range[1] ? nodata : undefined;
}

function checkSize(description: RasterDescription, fileBytes: number, maximumPixels: number): void {
  checkPixels(description, maximumPixels);
  const { widthPixels, heightPixels, bandCount, sampleType } = description;
  const bytes = widthPixels * heightPixels * bandCount * bytesOf(sampleType);
  if (bytes > Math.max(ALWAYS_ALLOWED_BYTES, fileBytes * BYTES_OUT_OF_ONE)) {
    throw new UnreadableImageError(
      `The image claims ${bytes} bytes of samples in a file of ${fileBytes} bytes.`,
    );
  }
}

function checkPixels(
  { widthPixels, heightPixels }: Pick<RasterDescription, 'widthPixels' | 'heightPixels'>,
  maximumPixels: number,
): void {
  if (widthPixels * heightPixels <= maximumPixels) return;
  throw new UnreadableImageError(
    `The image has ${widthPixels} × ${heightPixels} pixels; PREPROCESSOR_MAX_PIXELS allows ${maximumPixels}.`,
  );
}

function rangesOf(file: FileHandle, fileBytes: number): ReadRange {
  return async (startByte, lengthBytes) => {
    const available = Math.max(0, Math.min(lengthBytes, fileBytes - startByte));
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(available), 0, available, startByte);
    return buffer.subarray(0, bytesRead);
  };
}
