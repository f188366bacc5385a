import type { CogDescription } from '../cog-engine.ts';
import { type PartMaker, partsOf, Warp, warpImage } from '../warp/warp-image.ts';
import type { WarpPlan } from '../warp/warp-plan.ts';
import { CogWriter } from '../writer/cog-writer.ts';
import type { Conversion } from './conversion.ts';
import { type PlannedConversion, planConversion } from './plan-conversion.ts';
import { WarpThreads } from './warp-threads.ts';

const LEAST_PIXELS_FOR_THREADS = 4_000_000;

/**
 * Reads an image, warps it, and writes it as a cloud-optimised GeoTIFF.
 *
 * @throws {UnreadableImageError}
 */
export async function convertImage(
  conversion: Conversion,
  reportProgress: (share: number) => void,
): Promise<CogDescription> {
  const { options, scratchFolder, targetFile } = conversion;
  const planned = await planConversion(conversion);
  try {
    const { colours, reader, plan, sampling } = planned;
    const target = {
      ...reader.description,
      ...targetOf(plan),
      nodata: sampling.targetNodata,
      ...colours,
    };
    await using writer = await CogWriter.create(target, options, scratchFolder);
    const report = (lines: number) => reportProgress(lines / plan.heightPixels);
    await withPartMaker(conversion, planned, writer.linesAtOnce, (maker) =>
      warpImage(plan, maker, writer, report),
    );
    return await writer.finish(targetFile);
  } finally {
    await planned.file.close();
  }
}

/** Threads are worth their start where there is much to warp. */
async function withPartMaker(
  conversion: Conversion,
  { reader, plan, sampling }: PlannedConversion,
  linesAtOnce: number,
  work: (maker: PartMaker) => Promise<void>,
): Promise<void> {
  const { threadCount } = conversion.options;
  const isLarge = plan.widthPixels * plan.heightPixels >= LEAST_PIXELS_FOR_THREADS;
  if (plan.isCopy || threadCount < 2 || !isLarge) return work(new Warp(reader, plan, sampling));
  const threads = new WarpThreads(conversion, partsOf(plan, linesAtOnce), reader.description.sampleType);
  try {
    await work(threads);
  } finally {
    await threads.close();
  }
}

function targetOf({ widthPixels, heightPixels, srs, isGeographic, transform }: WarpPlan) {
  return { widthPixels, heightPixels, srs, isGeographic, transform };
}
