import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { UnreadableImageError } from '../../../../src/apps/view-server/cog/cog-engine.ts';
import type { SampleType } from '../../../../src/apps/view-server/cog/cog-reader.ts';
import { describeCog, openCog } from '../../../../src/apps/view-server/cog/open-cog.ts';
import { rangesOf, readLevel } from './read-image.ts';
import { type TestImage, writeTiff } from './write-tiff.ts';

const LAYOUTS: readonly (readonly [name: string, layout: Partial<TestImage>])[] = [
  ['one strip', {}],
  ['strips', { rowsPerStrip: 7 }],
  ['tiles', { tilePixels: 16 }],
  ['strips of planes', { rowsPerStrip: 7, isPlanar: true }],
  ['tiles of planes, big endian', { tilePixels: 16, isPlanar: true, isBigEndian: true }],
  ['BigTIFF of tiles', { tilePixels: 32, isBig: true }],
  ['BigTIFF of strips, big endian', { rowsPerStrip: 5, isBig: true, isBigEndian: true }],
];

const SCALES: Readonly<Record<SampleType, number>> = {
  uint8: 1,
  int8: 0.5,
  uint16: 250,
  int16: 120,
  uint32: 16_000_000,
  int32: 8_000_000,
  float32: 0.25,
  float64: 0.1,
};

function image(changes: Partial<TestImage> = {}): TestImage {
  const scale = SCALES[changes.sampleType ?? 'uint8'];
  const sample = (column: number, row: number, band: number) => {
    const value = ((column * 3 + row * 5 + band * 40 + (column % 7) * (row % 3)) % 251) * scale;
    return changes.sampleType?.startsWith('float') ? value : Math.floor(value);
  };
  return { widthPixels: 45, heightPixels: 38, bandCount: 3, sample, ...changes };
}

async function faultOf(changes: Partial<TestImage>): Promise<string> {
  const tiff = writeTiff(image(changes));
  const error = await openCog(rangesOf(tiff))
    .then((cog) => readLevel(cog))
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnreadableImageError);
  return error instanceof Error ? error.message : '';
}

async function expectSamples(source: TestImage): Promise<void> {
  const read = await readLevel(await openCog(rangesOf(writeTiff(source))));
  expect([read.widthPixels, read.heightPixels]).toEqual([source.widthPixels, source.heightPixels]);
  const wrong: string[] = [];
  for (let row = 0; row < read.heightPixels; row += 1) {
    for (let column = 0; column < read.widthPixels; column += 1) {
      for (let band = 0; band < read.bandCount; band += 1) {
        const expected = source.sample(column, row, band);
        const stored = source.sampleType === 'float32' ? Math.fround(expected) : expected;
        if (read.at(column, row, band) !== stored) wrong.push(`${column}, ${row}, ${band}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}

describe('the samples of a TIFF', () => {
  for (const [name, layout] of LAYOUTS) {
    it.each(['none', 'deflate', 'lzw', 'packbits', 'zstd'] as const)(
      `are read from ${name}, compressed by %s`,
      (compression) => expectSamples(image({ ...layout, compression })),
    );
  }

  it.each(Object.keys(SCALES).map((type) => type as SampleType))('are read as %s', async (sampleType) => {
    await expectSamples(image({ sampleType, tilePixels: 16, compression: 'deflate' }));
    await expectSamples(image({ sampleType, isBigEndian: true, rowsPerStrip: 9 }));
  });

  it.each(['uint8', 'uint16', 'int16', 'uint32', 'int32'] as const)(
    'are read from differences of %s',
    async (sampleType) => {
      await expectSamples(image({ sampleType, predictor: 2, compression: 'deflate', tilePixels: 16 }));
      await expectSamples(image({ sampleType, predictor: 2, compression: 'lzw', isPlanar: true }));
      await expectSamples(image({ sampleType, predictor: 2, compression: 'zstd', isBigEndian: true }));
    },
  );

  it('are read from an LZW whose table fills up', () =>
    expectSamples(
      image({
        widthPixels: 300,
        heightPixels: 200,
        compression: 'lzw',
        sample: (x, y) => (x * x + y * 31 + x * y) % 256,
      }),
    ));

  it.each([1, 3] as const)(
    'are those of the JPEGs that an image of %s bands is made of',
    async (bandCount) => {
      const pixels = Buffer.from(
        Array.from({ length: 64 * 64 * bandCount }, (_, at) => 40 + (Math.floor(at / bandCount) % 64) * 2),
      );
      const raw = { raw: { width: 64, height: 64, channels: bandCount } } as const;
      const grey = sharp(pixels, raw).toColourspace(bandCount === 1 ? 'b-w' : 'srgb');
      const jpeg = await grey.jpeg({ quality: 95 }).toBuffer();
      const tiff = writeTiff({
        widthPixels: 60,
        heightPixels: 50,
        bandCount,
        tilePixels: 64,
        sample: () => 0,
        blocks: [jpeg],
        tags: new Map([
          [259, [3, [7]]],
          [262, [3, [bandCount === 1 ? 1 : 6]]],
        ]),
      });
      const read = await readLevel(await openCog(rangesOf(tiff)));
      for (const column of [0, 30, 59]) {
        expect(Math.abs(read.at(column, 25, bandCount - 1) - (40 + column * 2))).toBeLessThan(5);
      }
    },
  );

  it('are 0, or what has no data, in blocks that were never written', async () => {
    const sparse = image({
      tilePixels: 64,
      nodata: '7',
      tags: new Map([
        [324, [4, [0]]],
        [325, [4, [0]]],
      ]),
    });
    const read = await readLevel(await openCog(rangesOf(writeTiff(sparse))));
    expect([read.at(0, 0), read.at(44, 37, 2)]).toEqual([7, 7]);
  });

  it('come with an internal mask', async () => {
    const mask = (column: number, row: number) => column + row > 30;
    for (const layout of [{ tilePixels: 16 }, { rowsPerStrip: 5, compression: 'deflate' as const }]) {
      const read = await readLevel(await openCog(rangesOf(writeTiff(image({ ...layout, mask })))));
      for (const [column, row] of [
        [0, 0],
        [15, 15],
        [15, 16],
        [44, 37],
        [30, 1],
      ] as const) {
        expect(read.hasData(column, row)).toBe(mask(column, row));
      }
    }
  });

  it('leave the bytes that were read as they were', async () => {
    const tiff = writeTiff(image({ sampleType: 'uint16', isBigEndian: true }));
    const before = Buffer.from(tiff);
    await readLevel(await openCog(rangesOf(tiff)));
    expect(tiff.equals(before)).toBe(true);
  });
});

describe('the description of a GeoTIFF', () => {
  it('says where the image is, and what it is made of', async () => {
    const tiff = writeTiff(image({ nodata: '-9999', sampleType: 'float32', tilePixels: 16 }));
    expect(await describeCog(rangesOf(tiff))).toMatchObject({
      widthPixels: 45,
      heightPixels: 38,
      bandCount: 3,
      sampleType: 'float32',
      srs: 'EPSG:32633',
      transform: { a: 10, b: 0, c: 500_000, d: 0, e: -10, f: 5_300_000 },
      box: { minX: 500_000, minY: 5_299_620, maxX: 500_450, maxY: 5_300_000 },
      nodata: -9999,
      hasAlpha: false,
      levels: [{ widthPixels: 45, blockWidthPixels: 16, blocksAcross: 3, blocksDown: 3 }],
    });
  });

  it('knows nodata that is not a number', async () => {
    const tiff = writeTiff(image({ nodata: 'nan', sampleType: 'float32' }));
    expect((await describeCog(rangesOf(tiff))).nodata).toBeNaN();
  });

  it('moves pixels by half of one whose coordinates are those of their middle', async () => {
    const keys = [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 2, 2048, 0, 1, 4326];
    const tiff = writeTiff(
      image({ tags: new Map([[34735, [3, keys]]]), pixelScale: [2, 4], corner: [10, 50] }),
    );
    expect(await describeCog(rangesOf(tiff))).toMatchObject({ srs: 'EPSG:4326', transform: { c: 9, f: 52 } });
  });

  it('reads a transformation that turns the image', async () => {
    const matrix = [0, 5, 0, 100, 5, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 1];
    const tiff = writeTiff(image({ withoutTags: [33550, 33922], tags: new Map([[34264, [12, matrix]]]) }));
    expect(await describeCog(rangesOf(tiff))).toMatchObject({
      transform: { a: 0, b: 5, c: 100, d: 5, e: 0, f: 200 },
      box: { minX: 100, minY: 200, maxX: 100 + 38 * 5, maxY: 200 + 45 * 5 },
    });
  });

  it('knows UTM that is defined by its projection', async () => {
    const keys = [1, 1, 0, 4, 1024, 0, 1, 1, 2048, 0, 1, 4326, 3072, 0, 1, 32767, 3074, 0, 1, 16133];
    const tiff = writeTiff(image({ tags: new Map([[34735, [3, keys]]]) }));
    expect((await describeCog(rangesOf(tiff))).srs).toBe('EPSG:32733');
  });

  it('needs one range', async () => {
    let ranges = 0;
    const read = rangesOf(writeTiff(image()));
    await describeCog((...range) => {
      ranges += 1;
      return read(...range);
    });
    expect(ranges).toBe(1);
  });
});

describe('what is not read', () => {
  it.each<[string, Partial<TestImage>, RegExp]>([
    ['a compression', { tags: new Map([[259, [3, [34712]]]]) }, /JPEG 2000 .*PREPROCESSOR_ENGINE=gdal/],
    ['an unknown compression', { tags: new Map([[259, [3, [777]]]]) }, /Compression 777 .*gdal/],
    ['a predictor', { compression: 'lzw', tags: new Map([[317, [3, [3]]]]) }, /Predictor 3 .*gdal/],
    ['a photometric interpretation', { tags: new Map([[262, [3, [5]]]]) }, /PhotometricInterpretation 5/],
    ['a size of samples', { tags: new Map([[258, [3, [12, 12, 12]]]]) }, /12 bits/],
    ['bands of several types', { tags: new Map([[258, [3, [8, 16, 8]]]]) }, /several types/],
    ['an image without a place', { withoutTags: [33922] }, /without a georeference/],
    ['an image without a reference system', { withoutTags: [34735] }, /without a reference system/],
    [
      'a reference system of its own',
      { tags: new Map([[34735, [3, [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32767]]]]) },
      /ProjectedCSTypeGeoKey/,
    ],
    [
      'ground control points',
      { withoutTags: [33550], tags: new Map([[33922, [12, [0, 0, 0, 1, 1, 0, 9, 9, 0, 2, 2, 0]]]]) },
      /ground control points/,
    ],
  ])('is named: %s', async (_what, changes, message) => {
    expect(await faultOf(changes)).toMatch(message);
  });

  it.each<[string, Partial<TestImage>, RegExp]>([
    ['no width', { tags: new Map([[256, [4, [0]]]]) }, /width is 0/],
    ['a width over the limit', { tags: new Map([[256, [4, [4_000_000_000]]]]) }, /at most/],
    [
      'fewer blocks than it has',
      { tilePixels: 16, tags: new Map([[324, [4, [8, 9]]]]) },
      /2 of its 9 blocks/,
    ],
    [
      'a block of all memory',
      {
        compression: 'lzw',
        tags: new Map([
          [256, [4, [900_000]]],
          [257, [4, [900_000]]],
          [278, [4, [900_000]]],
        ]),
      },
      /A block of the image has/,
    ],
    [
      'a block that is not in the file',
      { tilePixels: 64, tags: new Map([[324, [4, [99_999_999]]]]) },
      /ends before/,
    ],
    ['no pixel scale', { tags: new Map([[33550, [12, [0, 0, 0]]]]) }, /no area/],
    ['a block too short', { compression: 'deflate', tags: new Map([[256, [4, [50]]]]) }, /of its .* bytes/],
  ])('is broken: %s', async (_what, changes, message) => {
    expect(await faultOf(changes)).toMatch(message);
  });

  it('is a file that is no TIFF, empty, or whose directories go round', async () => {
    await expect(openCog(rangesOf(Buffer.alloc(0)))).rejects.toThrow('ends before byte 8');
    await expect(openCog(rangesOf(Buffer.from('%PDF-1.7 and more')))).rejects.toThrow('no TIFF');
    const circle = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
    await expect(openCog(rangesOf(circle))).rejects.toThrow('circle');
  });
});
