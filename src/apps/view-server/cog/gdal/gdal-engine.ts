import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type CogDescription, type CogEngine, type CogOptions, UnreadableImageError } from '../cog-engine.ts';
import { describeCog } from '../open-cog.ts';
import { intoScratchFolder } from '../scratch-folder.ts';
import { runGdalwarp } from './run-gdalwarp.ts';

/** The engine for everything that the installed GDAL reads: `gdalwarp`, as a process of its own. */
export const gdalEngine: CogEngine = {
  name: 'gdal',
  convert: (sourceFile, targetFile, options, run) =>
    intoScratchFolder(targetFile, run.signal, async (scratchFolder) => {
      await refuseReferences(sourceFile);
      const result = join(scratchFolder, 'cog');
      await runGdalwarp([...argumentsOf(options), resolve(sourceFile), result], scratchFolder, run);
      return describeFile(result);
    }),
};

/** Files that only say where the image is: GDAL would read any other file of this machine, and the network. */
const REFERENCES = /<(VRTDataset|OGRVRTDataSource|GDAL_WMS|WMS_Capabilities|WCS_GDAL|GDALTileIndexDataset)\b/;

const SNIFFED_BYTES = 64 * 1024;

async function refuseReferences(sourceFile: string): Promise<void> {
  const file = await open(sourceFile);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    if (REFERENCES.test(buffer.toString('latin1', 0, bytesRead))) {
      throw new UnreadableImageError(
        'The file is no image, but names others (VRT, WMS). It is not followed.',
      );
    }
  } finally {
    await file.close();
  }
}

function argumentsOf(options: CogOptions): string[] {
  const creation = [
    `BLOCKSIZE=${options.blockSizePixels}`,
    `COMPRESS=${options.compression}`,
    ...(options.compression === 'NONE'
      ? []
      : [`LEVEL=${options.compressionLevel}`, `PREDICTOR=${options.hasPredictor ? 'YES' : 'NO'}`]),
    `OVERVIEW_RESAMPLING=${options.overviewResampling.toUpperCase()}`,
    `BIGTIFF=${options.bigTiff}`,
    `NUM_THREADS=${options.threadCount}`,
  ];
  return [
    ...['-of', 'COG', '-overwrite', '-multi', '-wo', `NUM_THREADS=${options.threadCount}`],
    ...(options.targetSrs === undefined ? [] : ['-t_srs', options.targetSrs]),
    ...['-r', options.resampling === 'nearest' ? 'near' : 'bilinear'],
    ...(options.nodata === undefined ? [] : ['-dstnodata', String(options.nodata)]),
    ...creation.flatMap((option) => ['-co', option]),
  ];
}

async function describeFile(path: string): Promise<CogDescription> {
  const file = await open(path);
  try {
    const { size: sizeBytes } = await file.stat();
    const { widthPixels, heightPixels, bandCount } = await describeCog(async (start, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    });
    return { widthPixels, heightPixels, bandCount, sizeBytes };
  } finally {
    await file.close();
  }
}
