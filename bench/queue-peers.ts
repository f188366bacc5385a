import { Logger, run, runMigrations, type TaskList } from 'graphile-worker';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { createTestDatabase } from '../test/support/database.ts';
import { medianSecondsOf, secondsOf } from './figures.ts';

/** What a peer was measured to do. */
export interface PeerFigures {
  readonly enqueuedPerSecond: number;
  readonly drainedPerSecond: number;
  /** From enqueueing to the function's first line, one task at a time: milliseconds. */
  readonly pickUpMilliseconds: readonly number[];
}

const BATCH_SIZE = 100;

/** How much a peer is given to do. */
export interface PeerWork {
  /** Tasks that are enqueued by one call, and how often. */
  readonly enqueuedTasks: number;
  readonly rounds: number;
  readonly pickUps: number;
}

/** pg-boss as it comes: its functions run in this process, and no result is kept. */
export async function measurePgBoss({ enqueuedTasks, rounds, pickUps }: PeerWork): Promise<PeerFigures> {
  const database = await createTestDatabase();
  const boss = new PgBoss({ connectionString: database.url, schema: 'peer', useListenNotify: true });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error}\n`));
  try {
    await boss.start();
    await boss.createQueue('peer', { notify: true });
    const jobs = Array.from({ length: enqueuedTasks }, () => ({ data: {} }));
    // The first statement of a new database is always slow.
    await boss.insert('peer', jobs.slice(0, 1));
    const enqueueSeconds = await medianSecondsOf(rounds, () => boss.insert('peer', jobs));
    const drainSeconds = await secondsOf(async () => {
      for (;;) {
        const batch = await boss.fetch('peer', { batchSize: BATCH_SIZE });
        if (batch.length === 0) return;
        await boss.complete(
          'peer',
          batch.map(({ id }) => id),
        );
      }
    });
    const pickUpMilliseconds = await measureOneByOne(
      pickUps,
      () => boss.send('peer', {}),
      async (onStart) => {
        await boss.work('peer', async () => onStart());
      },
    );
    return {
      enqueuedPerSecond: enqueuedTasks / enqueueSeconds,
      drainedPerSecond: (rounds * enqueuedTasks) / drainSeconds,
      pickUpMilliseconds,
    };
  } finally {
    await boss.stop({ graceful: false });
    await database.drop();
  }
}

/** graphile-worker as it comes, likewise. */
export async function measureGraphileWorker({
  enqueuedTasks,
  rounds,
  pickUps,
}: PeerWork): Promise<PeerFigures> {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url });
  let onNoop: () => void = () => undefined;
  const taskList: TaskList = { noop: async () => onNoop() };
  // A line of log for each task would be what is measured.
  const logger = new Logger(() => () => undefined);
  const preset = {
    worker: { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
  };
  const options = { pgPool: pool, logger, noHandleSignals: true, preset };
  pool.on('error', (error) => process.stderr.write(`graphile-worker: ${error}\n`));
  try {
    await runMigrations({ pgPool: pool, logger });
    const enqueueSeconds = await medianSecondsOf(rounds, () =>
      pool.query(
        `SELECT graphile_worker.add_jobs(array(
           SELECT ROW('noop', '{}'::json, NULL, NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec
           FROM generate_series(1, $1)))`,
        [enqueuedTasks],
      ),
    );
    let done = 0;
    const { promise: drained, resolve } = Promise.withResolvers<void>();
    onNoop = () => {
      done += 1;
      if (done === rounds * enqueuedTasks) resolve();
    };
    const begun = performance.now();
    const runner = await run({ ...options, taskList });
    await drained;
    const drainSeconds = (performance.now() - begun) / 1_000;
    const pickUpMilliseconds = await measureOneByOne(
      pickUps,
      () => pool.query(`SELECT graphile_worker.add_job('noop', '{}')`),
      async (onStart) => {
        onNoop = onStart;
      },
    );
    await runner.stop();
    return {
      enqueuedPerSecond: enqueuedTasks / enqueueSeconds,
      drainedPerSecond: (rounds * enqueuedTasks) / drainSeconds,
      pickUpMilliseconds,
    };
  } finally {
    await pool.end();
    await database.drop();
  }
}

async function measureOneByOne(
  count: number,
  send: () => Promise<unknown>,
  work: (onStart: () => void) => Promise<void>,
): Promise<number[]> {
  let started = Promise.withResolvers<number>();
  await work(() => started.resolve(performance.now()));
  const delays: number[] = [];
  for (let sent = 0; sent <= count; sent += 1) {
    started = Promise.withResolvers<number>();
    await send();
    const committed = performance.now();
    delays.push(Math.max(0, (await started.promise) - committed));
  }
  // The first one finds nothing warm.
  return delays.slice(1);
}
