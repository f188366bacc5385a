import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../src/standalone/postgres.ts';
import { median } from '../figures.ts';
import type { Row } from '../report.ts';
import { type MeasuredRefresh, POSTGRES_SESSION, RefreshedSite } from './refreshed-site.ts';

/** The rows that a goal is for: as many as are copied where no limit is set. */
const USUAL_ROWS = 100_000;

/** Refreshes of so many rows, of which the middle one counts. */
const ROUNDS = 3;

const PARAMETERS = { shared_buffers: '512MB', max_wal_size: '4GB' };

/**
 * Measures whole refreshes over HTTP, with a server, an engine and two workers as processes of their own, while clients read the
 * live table: of 100,000 rows, and of as many as are wanted.
 */
export async function benchRefreshes(rows: number): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'refresh-bench-'));
  await chmod(directory, 0o755);
  const postgres = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    parameters: PARAMETERS,
  });
  const refresh = async (rowCount: number, rounds: number) => {
    const site = await RefreshedSite.start(postgres, rowCount);
    try {
      const measured: MeasuredRefresh[] = [];
      for (let round = 0; round < rounds; round += 1) measured.push(await site.refresh());
      return measured;
    } finally {
      await site.stop();
    }
  };
  try {
    const usual = await refresh(USUAL_ROWS, ROUNDS);
    const many = await refresh(rows, 1);
    return [...refreshRows(usual), ...scaleRows(usual, many, rows), ...swapRows([...usual, ...many])];
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function refreshRows(usual: readonly MeasuredRefresh[]): readonly Row[] {
  return [
    {
      work: `refresh of ${USUAL_ROWS} rows, with its promotion, median of ${usual.length}`,
      measured: `${median(usual.map(({ seconds }) => seconds)).toFixed(1)} s`,
      goal: '≤ 60 s',
    },
    {
      work: '  indexing into Postgres by two workers, the index of the words included',
      measured: `${Math.round(rateOf(usual))} documents/s`,
      goal: '≥ 8000/s',
    },
    {
      work: '  processor time of that for 100000 documents',
      measured: `${median(usual.map((refresh) => refresh.processorSecondsPer100k)).toFixed(1)} s`,
    },
  ];
}

/** How what was measured grows with the number of rows. */
function scaleRows(
  usual: readonly MeasuredRefresh[],
  many: readonly MeasuredRefresh[],
  rows: number,
): readonly Row[] {
  const peaks = many.flatMap(({ peakBytes }) => [...peakBytes]);
  return [
    {
      work: `refresh of ${rows} rows`,
      measured: `${median(many.map(({ seconds }) => seconds)).toFixed(1)} s`,
    },
    {
      work: `  indexing, and how fast beside ${USUAL_ROWS} rows`,
      measured: `${Math.round(rateOf(many))} documents/s`,
      ratio: (rateOf(many) / rateOf(usual)).toFixed(2),
      goal: '≥ 8000/s, ≥ 0.8',
    },
    {
      work: '  processor time of that for 100000 documents',
      measured: `${median(many.map((refresh) => refresh.processorSecondsPer100k)).toFixed(1)} s`,
      ratio: (
        median(usual.map((refresh) => refresh.processorSecondsPer100k)) /
        median(many.map((refresh) => refresh.processorSecondsPer100k))
      ).toFixed(2),
      goal: '≥ 0.8',
    },
    ...peaks.map(([name, bytes]) => {
      const before = Math.max(...usual.map(({ peakBytes }) => peakBytes.get(name) ?? Number.NaN));
      return {
        work: `  peak memory of ${name}, and how much beside ${USUAL_ROWS} rows`,
        measured: `${Math.round(bytes / 1e6)} MB`,
        ratio: (bytes / before).toFixed(2),
        // Postgres builds indexes within 256 MB, and takes less for fewer rows.
        goal: name === POSTGRES_SESSION ? '≤ 300 MB' : '≤ 1.3',
      };
    }),
  ];
}

function swapRows(all: readonly MeasuredRefresh[]): readonly Row[] {
  const reads = all.map(({ readsMeanwhile }) => readsMeanwhile);
  const count = reads.reduce((sum, { reads: some }) => sum + some, 0);
  return [
    {
      work: `swap: how long it locked readers out, the longest of ${all.length}`,
      measured: `${Math.max(...all.map(({ lockedMilliseconds }) => lockedMilliseconds)).toFixed(0)} ms`,
      goal: '≤ 50 ms',
    },
    {
      work: `the longest of ${count} reads during promotions`,
      measured: `${Math.max(...reads.map(({ longestMilliseconds }) => longestMilliseconds)).toFixed(0)} ms`,
      goal: '≤ 250 ms',
    },
    {
      work: 'reads that failed, during all refreshes',
      measured: String(all.flatMap(({ faults }) => faults).length),
      goal: '0',
    },
  ];
}

function rateOf(refreshes: readonly MeasuredRefresh[]): number {
  return median(refreshes.map(({ documentsPerSecond }) => documentsPerSecond));
}
