import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../src/platform/database/connection.ts';
import { type EmbeddedPostgres, startPostgres } from '../src/standalone/postgres.ts';
import { CopyUnderTest } from '../test/apps/ingestion/copy/copy-under-test.ts';
import { captureLog } from '../test/support/captured-log.ts';
import { median, secondsOf } from './figures.ts';
import { cachedPages, makeLiveTables, makeUpstreamTable, warmLiveTable } from './ingestion/image-tables.ts';
import { cleanAsOriginal, copyAsOriginal } from './ingestion/original-server.ts';
import { processorSeconds } from './queue/processor-time.ts';
import type { Row } from './report.ts';

/** About 260 MB: half of the cache of the database. */
const LIVE_ROWS = 190_000;

/** Each way of copying is measured so often, by turns. */
const ROUNDS = 3;

/** Without autovacuum, which would clean up behind one way of copying while another is measured. */
const PARAMETERS = { shared_buffers: '512MB', max_wal_size: '4GB', autovacuum: 'off' };

/** What one copy took. */
interface Measured {
  readonly seconds: number;
  /** Of both databases and of this process. */
  readonly processorSeconds: number;
  /** How much of the live table is still in the cache of its database, from 0 to 1. */
  readonly cachedShare: number;
}

/**
 * Copies and cleans images from one Postgres to another, against `INSERT … SELECT` through `postgres_fdw` and a pass of
 * `UPDATE`s, which is how the original server does it.
 */
export async function benchIngestion(rows: number): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ingestion-bench-'));
  await chmod(directory, 0o755);
  const servers: EmbeddedPostgres[] = [];
  const start = async (name: string) => {
    const server = await startPostgres({ dataDirectory: join(directory, name), parameters: PARAMETERS });
    servers.push(server);
    return server;
  };
  try {
    return await compare(await start('upstream'), await start('api'), rows);
  } finally {
    for (const server of servers) await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function compare(
  upstreamServer: EmbeddedPostgres,
  apiServer: EmbeddedPostgres,
  rows: number,
): Promise<Row[]> {
  const options = { applicationName: 'bench', maximumConnections: 2, logger: captureLog().logger };
  const upstream = openDatabase(upstreamServer.url, options);
  const api = openDatabase(apiServer.url, options);
  const environment = { UPSTREAM_DATABASE_URL: upstreamServer.url, INGESTION_DATABASE_URL: apiServer.url };
  // Without cleaning, so that both do the same.
  const copying = await CopyUnderTest.start({ ...environment, INGESTION_CLEAN: 'downstream' });
  const cleaning = await CopyUnderTest.start(environment);
  try {
    await makeUpstreamTable(upstream, rows);
    await makeLiveTables(api, LIVE_ROWS);
    const databases = { upstream, api };
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(await measure(databases, () => copyAsOriginal(api, upstreamServer.url)));
      ours.push(await measure(databases, () => copying.copy()));
    }
    const theirsCleaned = await measure(databases, async () => {
      await copyAsOriginal(api, upstreamServer.url);
      await cleanAsOriginal(apiServer.url, rows);
    });
    const oursCleaned = await measure(databases, async () => {
      await cleaning.copy();
      await cleaning.clean();
    });
    return [
      ...rowsOf(`copy of ${rows} rows`, rows, middle(ours), middle(theirs), '≥ 2'),
      ...rowsOf(`copy and cleaning of ${rows} rows`, rows, oursCleaned, theirsCleaned, '≥ 4'),
    ];
  } finally {
    await copying.stop();
    await cleaning.stop();
    await upstream.destroy();
    await api.destroy();
  }
}

async function measure(
  { upstream, api }: { readonly upstream: Database; readonly api: Database },
  work: () => Promise<unknown>,
): Promise<Measured> {
  await api.raw('DROP TABLE IF EXISTS temp_import_image, ingestion_next.image').catch(() => undefined);
  await warmLiveTable(api);
  for (const database of [upstream, api]) await database.raw('CHECKPOINT');
  const pagesBefore = await cachedPages(api);
  const processorBefore = (await processorSeconds(process.pid)) ?? Number.NaN;
  const seconds = await secondsOf(work);
  const processorAfter = (await processorSeconds(process.pid)) ?? Number.NaN;
  return {
    seconds,
    processorSeconds: processorAfter - processorBefore,
    cachedShare: (await cachedPages(api)) / pagesBefore,
  };
}

function middle(rounds: readonly Measured[]): Measured {
  return {
    seconds: median(rounds.map(({ seconds }) => seconds)),
    processorSeconds: median(rounds.map((round) => round.processorSeconds)),
    cachedShare: median(rounds.map(({ cachedShare }) => cachedShare)),
  };
}

function rowsOf(work: string, rows: number, ours: Measured, theirs: Measured, goal: string): readonly Row[] {
  const rate = ({ seconds }: Measured) => `${Math.round(rows / seconds)} rows/s`;
  const share = ({ cachedShare }: Measured) => `${Math.round(cachedShare * 100)} %`;
  return [
    {
      work,
      measured: rate(ours),
      peer: rate(theirs),
      ratio: (theirs.seconds / ours.seconds).toFixed(2),
      goal,
    },
    {
      work: '  processor time',
      measured: `${ours.processorSeconds.toFixed(1)} s`,
      peer: `${theirs.processorSeconds.toFixed(1)} s`,
      ratio: (ours.processorSeconds / theirs.processorSeconds).toFixed(2),
      goal: '≤ 0.75',
    },
    {
      work: '  live table still in the cache',
      measured: share(ours),
      peer: share(theirs),
      goal: '≥ 90 %',
    },
  ];
}
