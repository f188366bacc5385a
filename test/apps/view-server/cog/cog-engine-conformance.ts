import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CogDescription,
  type CogEngine,
  type CogOptions,
  UnreadableImageError,
} from '../../../../src/apps/view-server/cog/cog-engine.ts';
import { readImageFile } from './read-image.ts';
import { faultsOfCog, isBigTiff, tagsOf } from './validate-cog.ts';
import { faultsOfCogByGdal } from './validate-cog-by-gdal.ts';
import { type TestImage, writeTiff } from './write-tiff.ts';

/** Writes what an operator gets who sets nothing. */
export const DEFAULT_OPTIONS: CogOptions = {
  targetSrs: 'EPSG:4326',
  blockSizePixels: 512,
  compression: 'DEFLATE',
  compressionLevel: 1,
  hasPredictor: true,
  resampling: 'bilinear',
  overviewResampling: 'average',
  nodata: undefined,
  bigTiff: 'IF_NEEDED',
  threadCount: 2,
};

const NEVER = new AbortController().signal;

/** A scene that differs everywhere, and changes slowly. */
export function landscape(column: number, row: number, band: number): number {
  return Math.floor(120 + 60 * Math.sin(column / 23 + band) + 50 * Math.cos(row / 31 - band));
}

/** What every engine has to do alike. */
export function describeCogEngine(engine: CogEngine): void {
  let folder: string;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cog-test-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function convert(
    source: TestImage | Buffer,
    changes: Partial<CogOptions> = {},
    run: { signal?: AbortSignal; reportProgress?: (share: number) => void } = {},
  ): Promise<{ path: string; file: Buffer; description: CogDescription }> {
    count += 1;
    const sourceFile = join(folder, `${count}.tif`);
    await writeFile(sourceFile, Buffer.isBuffer(source) ? source : writeTiff(source));
    const path = join(folder, `${count}.cog.tif`);
    const description = await engine.convert(
      sourceFile,
      path,
      { ...DEFAULT_OPTIONS, ...changes },
      {
        signal: run.signal ?? NEVER,
        reportProgress: run.reportProgress ?? (() => undefined),
      },
    );
    return { path, file: await readFile(path), description };
  }

  const keep = { targetSrs: undefined };

  describe('a cloud-optimised GeoTIFF', () => {
    it.each<[string, TestImage, number]>([
      ['1 × 1', { widthPixels: 1, heightPixels: 1, sample: landscape }, 1],
      ['512 × 512', { widthPixels: 512, heightPixels: 512, sample: landscape }, 1],
      ['513 × 513', { widthPixels: 513, heightPixels: 513, sample: landscape }, 2],
      ['1 × 5,000', { widthPixels: 1, heightPixels: 5_000, sample: landscape }, 5],
      ['5,000 × 1', { widthPixels: 5_000, heightPixels: 1, sample: landscape }, 5],
      ['RGB', { widthPixels: 520, heightPixels: 300, bandCount: 3, sample: landscape }, 2],
      [
        '16-bit × 4',
        {
          widthPixels: 520,
          heightPixels: 300,
          bandCount: 4,
          sampleType: 'uint16',
          sample: (column, row, band) => landscape(column, row, band) * 200,
        },
        2,
      ],
      [
        'planes',
        {
          widthPixels: 520,
          heightPixels: 300,
          bandCount: 3,
          isPlanar: true,
          tilePixels: 256,
          sample: landscape,
        },
        2,
      ],
      [
        'LZW',
        { widthPixels: 520, heightPixels: 300, compression: 'lzw', rowsPerStrip: 20, sample: landscape },
        2,
      ],
      [
        'strips',
        { widthPixels: 520, heightPixels: 300, compression: 'deflate', rowsPerStrip: 7, sample: landscape },
        2,
      ],
    ])('is valid, and holds the image: %s', async (_name, source, levels) => {
      const { path, file, description } = await convert(source, keep);
      expect(faultsOfCog(file)).toEqual([]);
      expect(await faultsOfCogByGdal(path)).toEqual([]);
      const image = await readImageFile(path);
      expect(image.cog.description.levels).toHaveLength(levels);
      expect(image.cog.description).toMatchObject({
        widthPixels: source.widthPixels,
        heightPixels: source.heightPixels,
        srs: 'EPSG:32633',
        transform: { a: 10, c: 500_000, e: -10, f: 5_300_000 },
      });
      expect(description).toEqual({
        widthPixels: source.widthPixels,
        heightPixels: source.heightPixels,
        bandCount: source.bandCount ?? 1,
        sizeBytes: file.length,
      });
      expect(differences(source, image)).toEqual([]);
    });

    it('is valid when it is warped', async () => {
      const { path, file } = await convert({
        widthPixels: 600,
        heightPixels: 500,
        bandCount: 3,
        nodata: '0',
        sample: landscape,
      });
      expect(faultsOfCog(file)).toEqual([]);
      expect(await faultsOfCogByGdal(path)).toEqual([]);
      const { cog } = await readImageFile(path);
      expect(cog.description.srs).toBe('EPSG:4326');
      expect(cog.description.nodata).toBe(0);
    });

    it('keeps floating point, and what has no data', async () => {
      const source: TestImage = {
        widthPixels: 600,
        heightPixels: 530,
        sampleType: 'float32',
        nodata: '-9999',
        sample: (column, row) => (column < 100 ? -9999 : Math.fround(column / 7 + row / 3)),
      };
      const { path, file } = await convert(source, keep);
      expect(faultsOfCog(file)).toEqual([]);
      expect(await faultsOfCogByGdal(path)).toEqual([]);
      const image = await readImageFile(path);
      expect(image.cog.description.nodata).toBe(-9999);
      expect(differences(source, image)).toEqual([]);
      expect(tagsOf(file, 317)[0]).toEqual([3]);
      const overview = await readImageFile(path, 1);
      expect(overview.at(49, 10)).toBe(-9999);
      expect(overview.at(50, 10)).toBeCloseTo(100.5 / 7 + 20.5 / 3, 4);
    });

    it('is a BigTIFF where that is asked for', async () => {
      const source = { widthPixels: 600, heightPixels: 20, sample: landscape };
      expect(isBigTiff((await convert(source, keep)).file)).toBe(false);
      const { path, file } = await convert(source, { ...keep, bigTiff: 'YES' });
      expect(isBigTiff(file)).toBe(true);
      expect(faultsOfCog(file)).toEqual([]);
      expect(await faultsOfCogByGdal(path)).toEqual([]);
      expect(differences(source, await readImageFile(path))).toEqual([]);
    });

    it.each<[string, Partial<CogOptions>, number, number | undefined]>([
      ['DEFLATE with differences', {}, 8, 2],
      ['DEFLATE', { hasPredictor: false }, 8, undefined],
      ['ZSTD', { compression: 'ZSTD' }, 50_000, 2],
      ['none', { compression: 'NONE' }, 1, undefined],
    ])('is compressed as asked: %s', async (_name, changes, compression, predictor) => {
      const source = { widthPixels: 100, heightPixels: 60, bandCount: 3, sample: landscape };
      const { path, file } = await convert(source, { ...keep, ...changes });
      expect(faultsOfCog(file)).toEqual([]);
      expect(await faultsOfCogByGdal(path)).toEqual([]);
      expect(tagsOf(file, 259)).toEqual([[compression]]);
      expect(tagsOf(file, 317)[0]?.[0] ?? 1).toBe(predictor ?? 1);
      expect(differences(source, await readImageFile(path))).toEqual([]);
    });

    it('has blocks of the size that is asked for', async () => {
      const { file } = await convert(
        { widthPixels: 300, heightPixels: 300, sample: landscape },
        { ...keep, blockSizePixels: 256 },
      );
      expect(tagsOf(file, 322)).toEqual([[256], [256]]);
    });

    it('has overviews that leave out what has no data', async () => {
      const sample = (column: number) => (column % 2 === 0 ? 0 : 90);
      const { path } = await convert({ widthPixels: 520, heightPixels: 8, nodata: '0', sample }, keep);
      expect((await readImageFile(path, 1)).at(100, 2)).toBe(90);
    });
  });

  describe('a warped image', () => {
    it('shows each place where it is', async () => {
      // In degrees, one column of a degree and one row of a degree each have their own value.
      const sample = (column: number, row: number, band: number) => (band === 0 ? column : row) + 1;
      const { path } = await convert(
        {
          widthPixels: 60,
          heightPixels: 40,
          bandCount: 2,
          epsg: 4326,
          pixelScale: [0.1, 0.1],
          corner: [10, 50],
          nodata: '0',
          sample,
        },
        { targetSrs: 'EPSG:3857', resampling: 'nearest' },
      );
      const image = await readImageFile(path);
      const { transform } = image.cog.description;
      for (const [longitude, latitude] of [
        [10.55, 49.55],
        [13.15, 48.05],
        [15.75, 46.25],
      ] as const) {
        const x = (longitude * Math.PI * 6_378_137) / 180;
        const y = Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) * 6_378_137;
        const column = Math.floor((x - transform.c) / transform.a);
        const row = Math.floor((y - transform.f) / transform.e);
        // The middle of the pixel may lie in the next one of the source.
        expect(Math.abs(image.at(column, row, 0) - (Math.floor((longitude - 10) / 0.1) + 1))).toBeLessThan(2);
        expect(Math.abs(image.at(column, row, 1) - (Math.floor((50 - latitude) / 0.1) + 1))).toBeLessThan(2);
      }
    });

    it('has no data outside of the image, and never a mixture with it', async () => {
      const { path } = await convert({
        widthPixels: 600,
        heightPixels: 600,
        nodata: '0',
        corner: [700_000, 5_300_000],
        sample: (column) => (column < 200 ? 0 : 200),
      });
      const image = await readImageFile(path);
      const values = new Set<number>();
      for (let row = 0; row < image.heightPixels; row += 1) {
        for (let column = 0; column < image.widthPixels; column += 1) values.add(image.at(column, row));
      }
      expect([...values].sort((one, other) => one - other)).toEqual([0, 200]);
    });

    it('is between its neighbours if it is bilinear', async () => {
      const source = {
        widthPixels: 300,
        heightPixels: 300,
        nodata: '0',
        sample: (column: number) => (column < 150 ? 50 : 100),
      };
      const bilinear = await readImageFile((await convert(source)).path);
      const nearest = await readImageFile((await convert(source, { resampling: 'nearest' })).path);
      const middle = Math.floor(bilinear.heightPixels / 2);
      const row = (image: typeof bilinear) =>
        new Set(Array.from({ length: image.widthPixels }, (_, column) => image.at(column, middle)));
      expect(row(bilinear).size).toBeGreaterThan(2);
      expect([...row(nearest)].filter((value) => value !== 0).sort()).toEqual([100, 50]);
    });
  });

  describe('a conversion', () => {
    it('reports its progress, to the end', async () => {
      const shares: number[] = [];
      await convert(
        { widthPixels: 600, heightPixels: 1_600, sample: landscape },
        {},
        { reportProgress: (share) => shares.push(share) },
      );
      expect(shares.length).toBeGreaterThan(2);
      expect(shares).toEqual(shares.toSorted((one, other) => one - other));
      expect(shares.at(-1)).toBe(1);
    });

    it('refuses what is no image, and leaves no file', async () => {
      for (const source of [Buffer.from('no image at all'), Buffer.alloc(0)]) {
        const before = await readdir(folder);
        await expect(convert(source)).rejects.toThrow(UnreadableImageError);
        expect((await readdir(folder)).sort()).toEqual([...before, `${count}.tif`].sort());
      }
    });

    it('refuses an image that ends too early', async () => {
      const tiff = writeTiff({
        widthPixels: 400,
        heightPixels: 400,
        rowsPerStrip: 10,
        sample: landscape,
        tags: new Map([[273, [4, Array.from({ length: 40 }, (_, strip) => 8 + strip * 4_000_000)]]]),
      });
      await expect(convert(tiff)).rejects.toThrow(UnreadableImageError);
    });

    it('ends when it is aborted, and leaves no file', async () => {
      const controller = new AbortController();
      const reason = new Error('not wanted any more');
      await expect(
        convert(
          { widthPixels: 700, heightPixels: 1_400, sample: (column, row) => (column * row) % 256 },
          { compressionLevel: 9 },
          { signal: controller.signal, reportProgress: () => controller.abort(reason) },
        ),
      ).rejects.toThrow(reason);
      expect((await readdir(folder)).filter((name) => name.startsWith(`${count}.`))).toEqual([
        `${count}.tif`,
      ]);
    });

    it('does not begin if it was aborted before', async () => {
      await expect(
        convert(
          { widthPixels: 9, heightPixels: 9, sample: landscape },
          {},
          { signal: AbortSignal.abort(new Error('late')) },
        ),
      ).rejects.toThrow('late');
    });
  });
}

function differences(
  source: TestImage,
  image: { at: (column: number, row: number, band?: number) => number },
): string[] {
  const found: string[] = [];
  for (let row = 0; row < source.heightPixels; row += 1) {
    for (let column = 0; column < source.widthPixels; column += 1) {
      for (let band = 0; band < (source.bandCount ?? 1); band += 1) {
        const expected = source.sample(column, row, band);
        const read = image.at(column, row, band);
        if (read !== expected && found.length < 5)
          found.push(`${column}, ${row}, ${band}: ${read}, not ${expected}`);
      }
    }
  }
  return found;
}
