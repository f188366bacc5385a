import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../figures.ts';
import type { Row } from '../report.ts';
import { type Scene, writeScene } from './scene.ts';

const run = promisify(execFile);

const CONVERT_ONCE = fileURLToPath(new URL('convert-once.ts', import.meta.url));

/** What GNU time prints: seconds of the clock, of programs and of the system, and kilobytes at most. */
const TIME_FORMAT = '%e %U %S %M';

const SIDE_PIXELS = 10_000;
const RGB: Scene = { sidePixels: SIDE_PIXELS, bandCount: 3, sampleType: 'uint8' };
const FOUR_BANDS: Scene = { sidePixels: SIDE_PIXELS, bandCount: 4, sampleType: 'uint16' };
const NINE_TIMES: Scene = { ...RGB, sidePixels: 3 * SIDE_PIXELS };

/** What a conversion took. */
interface Cost {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly memoryBytes: number;
  readonly fileBytes: number;
}

/**
 * Images to COGs: UTM to degrees, bilinear, against gdalwarp with its own defaults and DEFLATE.
 *
 * @param rounds of each, alternating.
 */
export async function benchCog(rounds: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-cog-'));
  try {
    const rgb = await compare(folder, '8-bit RGB, 10,000 × 10,000', RGB, rounds, ({ ours, theirs }) => ({
      goal: 'wall ≤ 0.5, memory ≤ 0.6, file ≤ 0.75',
      ratio:
        `wall ${ratio(ours.seconds, theirs.seconds)}, CPU ${ratio(ours.processorSeconds, theirs.processorSeconds)}, ` +
        `memory ${ratio(ours.memoryBytes, theirs.memoryBytes)}, file ${ratio(ours.fileBytes, theirs.fileBytes)}`,
    }));
    const four = await compare(
      folder,
      '16-bit × 4, 10,000 × 10,000',
      FOUR_BANDS,
      rounds,
      ({ ours, theirs }) => ({
        goal: 'CPU ≤ 0.6',
        ratio:
          `wall ${ratio(ours.seconds, theirs.seconds)}, CPU ${ratio(ours.processorSeconds, theirs.processorSeconds)}, ` +
          `memory ${ratio(ours.memoryBytes, theirs.memoryBytes)}, file ${ratio(ours.fileBytes, theirs.fileBytes)}`,
      }),
    );
    const source = join(folder, 'nine');
    await writeScene(source, NINE_TIMES);
    const nine = await convert(source, join(folder, 'target'));
    return [
      rgb.row,
      four.row,
      {
        work: '8-bit RGB, 30,000 × 30,000',
        measured: shown(nine),
        ratio: `memory ${ratio(nine.memoryBytes, rgb.ours.memoryBytes)} of that for a ninth`,
        goal: 'memory ≤ 1.5',
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  folder: string,
  work: string,
  scene: Scene,
  rounds: number,
  judge: (costs: { ours: Cost; theirs: Cost }) => Pick<Row, 'goal' | 'ratio'>,
): Promise<{ row: Row; ours: Cost }> {
  const source = join(folder, 'source');
  await writeScene(source, scene);
  const hasPeer = await isInstalled('gdalwarp');
  const [ourCosts, theirCosts]: [Cost[], Cost[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ourCosts.push(await convert(source, join(folder, 'target')));
    if (hasPeer) theirCosts.push(await convertByGdalwarp(source, join(folder, 'target')));
  }
  const ours = medianOf(ourCosts);
  const theirs = theirCosts.length > 0 ? medianOf(theirCosts) : undefined;
  const row = {
    work,
    measured: shown(ours),
    ...(theirs
      ? { peer: shown(theirs), ...judge({ ours, theirs }) }
      : { peer: 'gdalwarp is not installed (Debian: apt-get install gdal-bin)' }),
  };
  return { row, ours };
}

function convert(source: string, target: string): Promise<Cost> {
  return measure(process.execPath, [CONVERT_ONCE, source, target], target);
}

function convertByGdalwarp(source: string, target: string): Promise<Cost> {
  const options = [
    '-q',
    '-t_srs',
    'EPSG:4326',
    '-r',
    'bilinear',
    '-of',
    'COG',
    '-multi',
    '-wo',
    'NUM_THREADS=2',
  ];
  const creation = ['COMPRESS=DEFLATE', 'OVERVIEW_RESAMPLING=AVERAGE', 'NUM_THREADS=2', 'BIGTIFF=IF_SAFER'];
  const args = [...options, ...creation.flatMap((option) => ['-co', option]), source, target];
  return measure('gdalwarp', args, target);
}

/** Runs a program under GNU time, which Debian has in the package `time`. */
async function measure(program: string, args: readonly string[], target: string): Promise<Cost> {
  await rm(target, { force: true });
  const { stderr } = await run('/usr/bin/time', ['-f', TIME_FORMAT, program, ...args]);
  const figures = stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  const [seconds = 0, userSeconds = 0, systemSeconds = 0, kilobytes = 0] = figures;
  const { size: fileBytes } = await stat(target);
  return { seconds, processorSeconds: userSeconds + systemSeconds, memoryBytes: kilobytes * 1024, fileBytes };
}

async function isInstalled(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

function medianOf(costs: readonly Cost[]): Cost {
  const of = (figure: (cost: Cost) => number) => median(costs.map(figure));
  return {
    seconds: of(({ seconds }) => seconds),
    processorSeconds: of(({ processorSeconds }) => processorSeconds),
    memoryBytes: of(({ memoryBytes }) => memoryBytes),
    fileBytes: of(({ fileBytes }) => fileBytes),
  };
}

function shown({ seconds, processorSeconds, memoryBytes, fileBytes }: Cost): string {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return `${seconds.toFixed(1)} s (CPU ${processorSeconds.toFixed(1)} s), peak ${megabytes(memoryBytes)}, file ${megabytes(fileBytes)}`;
}

function ratio(ours: number, theirs: number): string {
  return (ours / theirs).toFixed(2);
}
