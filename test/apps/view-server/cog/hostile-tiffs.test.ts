import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { convertImage } from '../../../../src/apps/view-server/cog/built-in/convert-image.ts';
import { UnreadableImageError } from '../../../../src/apps/view-server/cog/cog-engine.ts';
import { openCog } from '../../../../src/apps/view-server/cog/open-cog.ts';
import { type SeededRandom, seededRandom } from '../../../support/seeded-random.ts';
import { DEFAULT_OPTIONS, landscape } from './cog-engine-conformance.ts';
import { rangesOf } from './read-image.ts';
import { type TestImage, writeTiff } from './write-tiff.ts';

const SMALL: TestImage = { widthPixels: 40, heightPixels: 30, bandCount: 3, sample: landscape };

const SOURCES: readonly Buffer[] = [
  writeTiff({ ...SMALL, rowsPerStrip: 7, nodata: '0' }),
  writeTiff({ ...SMALL, tilePixels: 16, compression: 'deflate', predictor: 2 }),
  writeTiff({ ...SMALL, tilePixels: 16, compression: 'lzw', isPlanar: true, isBigEndian: true }),
  writeTiff({
    ...SMALL,
    rowsPerStrip: 5,
    compression: 'packbits',
    isBig: true,
    mask: (column) => column > 3,
  }),
  writeTiff({ ...SMALL, sampleType: 'float32', compression: 'zstd', tilePixels: 32, nodata: 'nan' }),
];

const OPENED = 10_000;
const CONVERTED = 400;

const WORDS = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** The end of a file of a test holds its directories; there, faults do the most. */
function mutate(source: Buffer, random: SeededRandom): Buffer {
  const file = Buffer.from(source);
  const faults = 1 + random.below(4);
  for (let fault = 0; fault < faults; fault += 1) {
    const isAtEnd = random.below(4) > 0;
    const at = isAtEnd
      ? file.length - 1 - random.below(Math.min(600, file.length))
      : random.below(file.length);
    if (random.below(2) === 0) file[at] = random.below(256);
    else if (at + 4 <= file.length) file.writeUInt32LE(random.oneOf(WORDS) ?? 0, at);
  }
  return random.below(20) === 0 ? file.subarray(0, random.below(file.length)) : file;
}

/** The files of a folder that this process has open, as Linux tells; none elsewhere. */
async function openFilesBelow(folder: string): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(
    descriptors.map((each) => readlink(`/proc/self/fd/${each}`).catch(() => '')),
  );
  return paths.filter((path) => path.startsWith(folder));
}

describe('TIFFs that lie', () => {
  it(`are opened and read, or refused, ${OPENED} times`, async () => {
    const random = seededRandom(13);
    const strange: string[] = [];
    let refused = 0;
    let largestRangeBytes = 0;
    for (let round = 0; round < OPENED; round += 1) {
      const file = mutate(SOURCES[round % SOURCES.length] ?? Buffer.alloc(0), random);
      const read = rangesOf(file);
      try {
        const cog = await openCog((start, length) => {
          largestRangeBytes = Math.max(largestRangeBytes, length);
          return read(start, length);
        });
        const level = random.below(cog.description.levels.length);
        const { blocksAcross = 1, blocksDown = 1 } = cog.description.levels[level] ?? {};
        await cog.readBlock(level, random.below(blocksAcross), random.below(blocksDown));
      } catch (error) {
        if (error instanceof UnreadableImageError) refused += 1;
        else strange.push(`${round}: ${error}`);
      }
    }
    expect(strange).toEqual([]);
    expect(refused).toBeGreaterThan(OPENED / 10);
    expect(refused).toBeLessThan(OPENED);
    // 4,000,000 values of 8 bytes in a directory, or twice a block.
    expect(largestRangeBytes).toBeLessThan(520 * 1024 * 1024);
  }, 120_000);

  it(`are converted, or refused, ${CONVERTED} times`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostile-test-'));
    const random = seededRandom(29);
    const strange: string[] = [];
    let converted = 0;
    for (let round = 0; round < CONVERTED; round += 1) {
      const scratchFolder = await mkdtemp(join(folder, 'scratch-'));
      const sourceFile = join(scratchFolder, 'source');
      await writeFile(sourceFile, mutate(SOURCES[round % SOURCES.length] ?? Buffer.alloc(0), random));
      try {
        await convertImage(
          {
            sourceFile,
            targetFile: join(scratchFolder, 'cog'),
            scratchFolder,
            options: DEFAULT_OPTIONS,
            projections: new Map(),
            maximumPixels: 1e7,
          },
          () => undefined,
        );
        converted += 1;
      } catch (error) {
        if (!(error instanceof UnreadableImageError)) strange.push(`${round}: ${error}`);
      }
      await rm(scratchFolder, { recursive: true });
    }
    const leftOpen = await openFilesBelow(folder);
    await rm(folder, { recursive: true });
    expect(strange).toEqual([]);
    expect(leftOpen).toEqual([]);
    expect(converted).toBeGreaterThan(CONVERTED / 10);
  }, 120_000);
});
