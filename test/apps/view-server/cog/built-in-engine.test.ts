import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtInEngine } from '../../../../src/apps/view-server/cog/built-in/built-in-engine.ts';
import { type CogOptions, UnreadableImageError } from '../../../../src/apps/view-server/cog/cog-engine.ts';
import { DEFAULT_OPTIONS, describeCogEngine, landscape } from './cog-engine-conformance.ts';
import { readImageFile } from './read-image.ts';
import { faultsOfCog, tagsOf } from './validate-cog.ts';
import { type TestImage, writeTiff } from './write-tiff.ts';

const LAMBERT =
  '+proj=lcc +lat_1=49 +lat_2=44 +lat_0=46.5 +lon_0=3 +x_0=700000 +y_0=6600000 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs';

describe('the built-in engine', () => {
  describeCogEngine(builtInEngine({ projections: new Map(), maximumPixels: 1e9 }));

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'built-in-engine-test-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function convert(
    source: TestImage,
    changes: Partial<CogOptions> = {},
    { projections = new Map<string, string>(), maximumPixels = 1e9 } = {},
  ): Promise<string> {
    const target = join(folder, 'cog.tif');
    await rm(target, { force: true });
    await writeFile(join(folder, 'source.tif'), writeTiff(source));
    await builtInEngine({ projections, maximumPixels }).convert(
      join(folder, 'source.tif'),
      target,
      { ...DEFAULT_OPTIONS, ...changes },
      { signal: new AbortController().signal, reportProgress: () => undefined },
    );
    return target;
  }

  const image: TestImage = { widthPixels: 120, heightPixels: 90, sample: landscape };

  it('warps from a reference system that a PROJ string defines', async () => {
    const source = { ...image, epsg: 2154, corner: [700_000, 6_600_000] as const };
    await expect(convert(source)).rejects.toThrow(/EPSG:2154 .*PREPROCESSOR_PROJECTIONS.*gdal/);
    const path = await convert(source, {}, { projections: new Map([['EPSG:2154', LAMBERT]]) });
    const { transform } = (await readImageFile(path)).cog.description;
    // The origin of Lambert 93 is at 3° east, 46.5° north.
    expect([transform.c, transform.f]).toEqual([expect.closeTo(3, 3), expect.closeTo(46.5, 3)]);
  });

  it('refuses more pixels than the operator allows', async () => {
    await expect(convert(image, {}, { maximumPixels: 10_799 })).rejects.toThrow(
      'The image has 120 × 90 pixels; PREPROCESSOR_MAX_PIXELS allows 10799.',
    );
  });

  it('refuses a small file that claims to be a huge image', async () => {
    const source: TestImage = {
      ...image,
      tags: new Map([
        [256, [4, [20_000]]],
        [257, [4, [20_000]]],
        [322, [4, [16_000]]],
        [323, [4, [16_000]]],
        [324, [4, [0, 0, 0, 0]]],
        [325, [4, [0, 0, 0, 0]]],
      ]),
    };
    await expect(convert(source)).rejects.toThrow(/claims 400000000 bytes of samples in a file of/);
  });

  it('marks what lies outside of an image that says nothing of nodata, and keeps its zeros apart', async () => {
    const path = await convert({ ...image, corner: [700_000, 5_300_000], sample: () => 0 });
    const read = await readImageFile(path);
    expect(read.cog.description.nodata).toBe(0);
    expect(read.at(60, 45)).toBe(1);
    expect(read.at(0, 0)).toBe(0);
  });

  it('takes an internal mask for what has no data', async () => {
    const mask = (column: number) => column >= 60;
    const path = await convert({ ...image, sampleType: 'int16', mask }, { targetSrs: undefined });
    const read = await readImageFile(path);
    expect(read.cog.description.nodata).toBe(-32_768);
    expect([read.at(59, 4), read.at(60, 4)]).toEqual([-32_768, landscape(60, 4, 0)]);
  });

  it('takes pixels that are not opaque for ones without data, and keeps the alpha band', async () => {
    const sample = (column: number, row: number, band: number) =>
      band === 3 ? (column < 60 ? 0 : 255) : landscape(column, row, band);
    const path = await convert({ ...image, bandCount: 4, extraSamples: [2], sample });
    const read = await readImageFile(path);
    expect(read.cog.description).toMatchObject({ hasAlpha: true, nodata: undefined });
    const { widthPixels, heightPixels } = read;
    const alphas = Array.from({ length: widthPixels }, (_, column) => read.at(column, heightPixels >> 1, 3));
    expect(new Set(alphas)).toEqual(new Set([0, 255]));
  });

  it('never mixes the numbers of a palette', async () => {
    const colorMap = Array.from({ length: 768 }, (_, index) => index * 80);
    const sample = (column: number) => (column % 20 < 10 ? 3 : 9);
    const path = await convert({ ...image, widthPixels: 600, colorMap, nodata: '0', sample });
    const read = await readImageFile(path);
    const row = Array.from({ length: read.widthPixels }, (_, column) => read.at(column, 40));
    expect(new Set(row)).toEqual(new Set([3, 9]));
    expect(tagsOf(await readFile(path), 320)[0]).toEqual(colorMap);
  });

  it('puts an image on both sides of the antimeridian in one piece', async () => {
    const path = await convert({
      ...image,
      epsg: 32660,
      corner: [820_000, 1_000_000],
      pixelScale: [1_000, 1_000],
    });
    const { box } = (await readImageFile(path)).cog.description;
    expect(box.minX).toBeGreaterThan(178);
    expect(box.maxX).toBeLessThan(182);
  });

  it('turns an image north up that is not', async () => {
    const matrix = [0, 10, 0, 500_000, 10, 0, 0, 5_300_000, 0, 0, 0, 0, 0, 0, 0, 1];
    const path = await convert(
      { ...image, withoutTags: [33550, 33922], tags: new Map([[34264, [12, matrix]]]), nodata: '0' },
      { targetSrs: undefined },
    );
    const read = await readImageFile(path);
    expect([read.widthPixels, read.heightPixels]).toEqual([90, 120]);
    // Columns of the source go north, its rows east.
    expect(read.at(0, 119)).toBe(landscape(0, 0, 0));
    expect(read.at(89, 0)).toBe(landscape(119, 89, 0));
  });

  it('cuts its work up where it needs much of the source at once', async () => {
    // Turned by 45 degrees, every line of the target crosses all of the source.
    const size = 1_200;
    const matrix = [7, 7, 0, 500_000, 7, -7, 0, 5_300_000, 0, 0, 0, 0, 0, 0, 0, 1];
    const source: TestImage = {
      widthPixels: size,
      heightPixels: size,
      bandCount: 2,
      sampleType: 'float64',
      compression: 'deflate',
      tilePixels: 64,
      nodata: '0',
      sample: (column, row, band) => (band === 0 ? column : row) + 1,
      withoutTags: [33550, 33922],
      tags: new Map([[34264, [12, matrix]]]),
    };
    const path = await convert(source, { resampling: 'bilinear', targetSrs: undefined });
    expect(faultsOfCog(await readFile(path))).toEqual([]);
    const read = await readImageFile(path);
    const { transform } = read.cog.description;
    const x = transform.a * (read.widthPixels / 2) + transform.c;
    const y = transform.e * (read.heightPixels / 3) + transform.f;
    const [east, north] = [(x - 500_000) / 7, (y - 5_300_000) / 7];
    const at = (band: number) =>
      read.at(Math.floor(read.widthPixels / 2), Math.floor(read.heightPixels / 3), band);
    expect(Math.abs(at(0) - ((east + north) / 2 + 0.5))).toBeLessThan(1.5);
    expect(Math.abs(at(1) - ((east - north) / 2 + 0.5))).toBeLessThan(1.5);
  });

  describe('a large image, which threads warp', () => {
    const strips = Array.from({ length: 20 }, (_, strip) =>
      Buffer.from(
        Array.from({ length: 2_100 * 100 }, (_, at) => 1 + ((at * 7 + strip * 31 + (at >> 9)) % 250)),
      ),
    );
    const large: TestImage = {
      widthPixels: 2_100,
      heightPixels: 2_000,
      rowsPerStrip: 100,
      nodata: '0',
      compression: 'deflate',
      sample: () => 0,
      blocks: strips.map((strip) => deflateSync(strip, { level: 1 })),
    };

    it('is the same as without threads', async () => {
      const alone = await readFile(await convert(large, { threadCount: 1 }));
      const together = await readFile(await convert(large, { threadCount: 3 }));
      expect(faultsOfCog(together)).toEqual([]);
      expect(together.equals(alone)).toBe(true);
    });

    it('is refused if one of its blocks is broken', async () => {
      const blocks = large.blocks?.map((block, strip) => (strip === 13 ? Buffer.from('no block') : block));
      await expect(convert({ ...large, ...(blocks && { blocks }) })).rejects.toThrow(UnreadableImageError);
    });

    it('leaves nothing when it is aborted', async () => {
      const controller = new AbortController();
      const source = join(folder, 'aborted.tif');
      await writeFile(source, writeTiff(large));
      const converting = builtInEngine({ projections: new Map(), maximumPixels: 1e9 }).convert(
        source,
        join(folder, 'aborted.cog'),
        DEFAULT_OPTIONS,
        {
          signal: controller.signal,
          reportProgress: () => controller.abort(new Error('not wanted any more')),
        },
      );
      await expect(converting).rejects.toThrow('not wanted any more');
      expect((await readdir(folder)).filter((name) => name.startsWith('aborted.'))).toEqual(['aborted.tif']);
    });
  });
});
