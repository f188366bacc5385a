import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtInEngine } from '../../../../src/apps/view-server/cog/built-in/built-in-engine.ts';
import { DEFAULT_OPTIONS, landscape } from './cog-engine-conformance.ts';
import { isGdalInstalled } from './installed.ts';
import { readImageFile } from './read-image.ts';
import { type TestImage, writeTiff } from './write-tiff.ts';

const WIDTH_PIXELS = 500;
const HEIGHT_PIXELS = 400;

/** A scene with a collar that lies askew, in UTM or in degrees. */
function scene(changes: Partial<TestImage>): TestImage {
  return {
    widthPixels: WIDTH_PIXELS,
    heightPixels: HEIGHT_PIXELS,
    bandCount: 3,
    nodata: '0',
    corner: [640_000, 5_300_000],
    sample: (column, row, band) => {
      const across = column - WIDTH_PIXELS / 2 + (row - HEIGHT_PIXELS / 2) * 0.1;
      if (Math.abs(across) > WIDTH_PIXELS * 0.45) return 0;
      return landscape(column, row, band) + ((column * 7 + row * 13) % 5);
    },
    ...changes,
  };
}

const SCENES: readonly (readonly [name: string, source: TestImage, targetSrs: string])[] = [
  ['UTM to degrees', scene({}), 'EPSG:4326'],
  ['UTM to web Mercator', scene({}), 'EPSG:3857'],
  ['degrees to UTM', scene({ epsg: 4326, corner: [14, 48], pixelScale: [0.0001, 0.0001] }), 'EPSG:32633'],
  [
    'degrees to European equal-area',
    scene({ epsg: 4326, corner: [14, 48], pixelScale: [0.0001, 0.0001] }),
    'EPSG:3035',
  ],
];

describe('images warped by the built-in engine and by gdalwarp', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parity-test-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function compare(source: TestImage, targetSrs: string, resampling: 'nearest' | 'bilinear') {
    const [sourceFile = '', ours = '', theirs = ''] = ['source', 'ours', 'theirs'].map((name) =>
      join(folder, `${name}.tif`),
    );
    await writeFile(sourceFile, writeTiff(source));
    const options = { ...DEFAULT_OPTIONS, targetSrs, resampling };
    const run = { signal: new AbortController().signal, reportProgress: () => undefined };
    await builtInEngine({ projections: new Map(), maximumPixels: 1e9 }).convert(
      sourceFile,
      ours,
      options,
      run,
    );
    // Without -et 0 its own places are off by up to an eighth of a pixel, which at 10 m changes two pixels of a hundred.
    const method = resampling === 'nearest' ? 'near' : 'bilinear';
    execFileSync('gdalwarp', [
      '-q',
      '-overwrite',
      '-et',
      '0',
      '-t_srs',
      targetSrs,
      '-r',
      method,
      '-of',
      'COG',
      sourceFile,
      theirs,
    ]);
    const [one, other] = [await readImageFile(ours), await readImageFile(theirs)];
    expect([one.widthPixels, one.heightPixels]).toEqual([other.widthPixels, other.heightPixels]);
    return sharesOf(one, other);
  }

  it('is a comparison that is made where gdalwarp is installed', () => {
    expect(typeof isGdalInstalled).toBe('boolean');
  });

  if (isGdalInstalled) {
    it.each(SCENES)('have the same pixels where they are nearest: %s', async (_name, source, targetSrs) => {
      const { equal, nodata } = await compare(source, targetSrs, 'nearest');
      expect(equal).toBeGreaterThanOrEqual(0.997);
      expect(nodata).toBeGreaterThanOrEqual(0.9995);
    });

    it.each(SCENES)('differ by 1 at most where they are bilinear: %s', async (_name, source, targetSrs) => {
      const { near, nodata } = await compare(source, targetSrs, 'bilinear');
      expect(near).toBeGreaterThanOrEqual(0.999);
      expect(nodata).toBeGreaterThanOrEqual(0.9995);
    });
  }
});

type Image = Awaited<ReturnType<typeof readImageFile>>;

function sharesOf(one: Image, other: Image): { equal: number; near: number; nodata: number } {
  let equal = 0;
  let near = 0;
  let nodata = 0;
  for (let row = 0; row < one.heightPixels; row += 1) {
    for (let column = 0; column < one.widthPixels; column += 1) {
      for (let band = 0; band < one.bandCount; band += 1) {
        const ours = one.at(column, row, band);
        const theirs = other.at(column, row, band);
        if (ours === theirs) equal += 1;
        if (Math.abs(ours - theirs) <= 1) near += 1;
        if ((ours === 0) === (theirs === 0)) nodata += 1;
      }
    }
  }
  const count = one.widthPixels * one.heightPixels * one.bandCount;
  return { equal: equal / count, near: near / count, nodata: nodata / count };
}
