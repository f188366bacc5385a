import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { convertImage } from '../../../src/apps/view-server/cog/built-in/convert-image.ts';
import type { CogOptions } from '../../../src/apps/view-server/cog/cog-engine.ts';
import type { SampleType } from '../../../src/apps/view-server/cog/cog-reader.ts';
import { createWindow } from '../../../src/apps/view-server/renderer/warp/raster-window.ts';
import { writeGeoTiff } from '../../../src/apps/view-server/services/wcs/geotiff-writer.ts';
import type { Box } from '../../../src/map-kit/box.ts';

/** An image that a test draws itself. */
export interface SampleImage {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly srs: string;
  readonly box: Box;
  readonly bandCount: number;
  readonly sampleType: SampleType;
  readonly nodata: number | undefined;
  /** Returns a sample for each band. */
  readonly draw: (column: number, row: number) => readonly number[];
}

const OPTIONS: CogOptions = {
  targetSrs: undefined,
  blockSizePixels: 256,
  compression: 'DEFLATE',
  compressionLevel: 1,
  hasPredictor: true,
  resampling: 'nearest',
  overviewResampling: 'average',
  nodata: undefined,
  bigTiff: 'IF_NEEDED',
  threadCount: 1,
};

/** Writes a cloud-optimised GeoTIFF, with the product's own engine. */
export async function writeSampleCog(
  targetFile: string,
  image: SampleImage,
  options: Partial<CogOptions> = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sample-cog-'));
  try {
    const sourceFile = join(folder, 'source.tif');
    await writeFile(sourceFile, await writeGeoTiff(geoImageOf(image)));
    await mkdir(dirname(targetFile), { recursive: true });
    await rm(targetFile, { force: true });
    await convertImage(
      {
        sourceFile,
        targetFile,
        scratchFolder: folder,
        options: { ...OPTIONS, ...options },
        projections: new Map(),
        maximumPixels: 1e9,
      },
      () => undefined,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

function geoImageOf({ widthPixels, heightPixels, bandCount, sampleType, box, draw, ...rest }: SampleImage) {
  const { samples } = createWindow(
    { left: 0, top: 0, widthPixels, heightPixels },
    bandCount,
    sampleType,
    false,
  );
  for (let row = 0; row < heightPixels; row += 1) {
    for (let column = 0; column < widthPixels; column += 1) {
      samples.set([...draw(column, row)], (row * widthPixels + column) * bandCount);
    }
  }
  const transform = {
    a: (box.maxX - box.minX) / widthPixels,
    b: 0,
    c: box.minX,
    d: 0,
    e: -(box.maxY - box.minY) / heightPixels,
    f: box.maxY,
  };
  return { ...rest, widthPixels, heightPixels, bandCount, samples, transform };
}
