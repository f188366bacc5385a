import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeTiff } from '../../test/apps/view-server/cog/write-tiff.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';

/** A scene of one metre a pixel in UTM, in strips without compression, with a collar that has no data. */
export interface Scene {
  readonly sidePixels: number;
  readonly bandCount: number;
  readonly sampleType: 'uint8' | 'uint16';
}

const SAMPLE_BYTES = { uint8: 1, uint16: 2 } as const;

/** East of the middle of its zone, so that rows of the scene are no rows of the target. */
const MIDDLE = [530_000, 5_300_000] as const;

/** Rows of noise that the scene repeats: it must not compress as a drawing does. */
const NOISE_ROWS = 61;

/** Writes a scene, line by line. */
export async function writeScene(path: string, scene: Scene): Promise<void> {
  const { sidePixels, bandCount, sampleType } = scene;
  const dataBytes = sidePixels * sidePixels * bandCount * SAMPLE_BYTES[sampleType];
  const headerOf = (dataAt: number) =>
    writeTiff({
      widthPixels: sidePixels,
      heightPixels: sidePixels,
      bandCount,
      sampleType,
      nodata: '0',
      sample: () => 0,
      pixelScale: [1, 1],
      corner: [MIDDLE[0] - sidePixels / 2, MIDDLE[1]],
      blocks: [Buffer.alloc(0)],
      isBig: dataBytes >= 2 ** 32,
      tags: new Map([
        [273, [16, [dataAt]]],
        [279, [16, [dataBytes]]],
      ]),
    });
  const header = headerOf(headerOf(0).length);
  await pipeline(
    Readable.from(
      (function* () {
        yield header;
        yield* linesOf(scene);
      })(),
    ),
    createWriteStream(path, { highWaterMark: 8 * 1024 * 1024 }),
  );
}

function* linesOf({ sidePixels, bandCount, sampleType }: Scene): Generator<Buffer> {
  const highest = sampleType === 'uint8' ? 250 : 12_000;
  const waves = Float64Array.from({ length: sidePixels }, (_, column) => Math.sin(column / 97) * 0.2 + 0.5);
  const random = seededRandom(1);
  const noise = Float64Array.from({ length: sidePixels + NOISE_ROWS * 101 }, () => random.below(31) / 1_500);
  for (let row = 0; row < sidePixels; row += 1) {
    const line =
      sampleType === 'uint8'
        ? new Uint8Array(sidePixels * bandCount)
        : new Uint16Array(sidePixels * bandCount);
    const wave = Math.cos(row / 83) * 0.2;
    const middle = sidePixels / 2 - (row - sidePixels / 2) * 0.1;
    const first = Math.max(0, Math.ceil(middle - sidePixels * 0.46));
    const end = Math.min(sidePixels, Math.floor(middle + sidePixels * 0.46));
    const shift = (row % NOISE_ROWS) * 101;
    for (let column = first; column < end; column += 1) {
      const value = (waves[column] ?? 0) + wave + (noise[column + shift] ?? 0);
      for (let band = 0; band < bandCount; band += 1) {
        line[column * bandCount + band] = 1 + (value - band * 0.02) * (highest - 1);
      }
    }
    yield Buffer.from(line.buffer);
  }
}
