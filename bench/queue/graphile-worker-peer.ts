import { Logger, type RunnerOptions, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { createTestDatabase } from '../../test/support/database.ts';
import { eventually } from '../../test/support/eventually.ts';
import { secondsOf } from '../figures.ts';
import { type Contender, WARM_UP_TASKS } from './contender.ts';
import { measurePickUps } from './peer-pick-up.ts';
import { openObserverOf, type PostgresObserver } from './postgres-observer.ts';

/**
 * As its documentation advises where speed matters: jobs are taken ahead, 500 at once, and completed together. Its functions
 * run in this process, no result is kept, and jobs that are done are deleted.
 */
const PRESET = {
  worker: { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
};

const DRAIN_DEADLINE_MILLISECONDS = 300_000;
const LOOK_INTERVAL_MILLISECONDS = 2;

/** What is measured with: how to run, and to watch its database. */
interface GraphileWorker {
  readonly pool: pg.Pool;
  readonly observer: PostgresObserver;
  readonly options: RunnerOptions;
}

/** graphile-worker. */
export const graphileWorker: Contender = {
  name: 'graphile-worker',

  enqueue: (tasks) =>
    withGraphileWorker(async (graphile) => {
      await addJobs(graphile, WARM_UP_TASKS);
      await graphile.observer.settle();
      return secondsOf(() => addJobs(graphile, tasks));
    }),

  drain: (tasks) =>
    withGraphileWorker(async (graphile) => {
      await addJobs(graphile, WARM_UP_TASKS);
      await drain(graphile, WARM_UP_TASKS);
      await addJobs(graphile, tasks);
      await graphile.observer.settle();
      return drain(graphile, tasks);
    }),

  pickUp: (tasks) =>
    withGraphileWorker(async ({ pool, options }) => {
      let onNoop: () => void = () => undefined;
      const runner = await run({ ...options, taskList: { noop: async () => onNoop() } });
      const delays = await measurePickUps(
        tasks,
        () => pool.query(`SELECT graphile_worker.add_job('noop', '{}')`),
        async (onStart) => {
          onNoop = onStart;
        },
      );
      await runner.stop();
      return delays;
    }),
};

async function withGraphileWorker<T>(use: (graphile: GraphileWorker) => Promise<T>): Promise<T> {
  const database = await createTestDatabase();
  const observer = await openObserverOf(database);
  const pool = new pg.Pool({ connectionString: database.url });
  let isEnding = false;
  const onError = (error: Error) => {
    // The connection that it listens on is still closing when its database goes.
    if (!isEnding) process.stderr.write(`graphile-worker: ${error}\n`);
  };
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  // A line of log for each task would be what is measured.
  const logger = new Logger(() => () => undefined);
  try {
    await runMigrations({ pgPool: pool, logger });
    const options = { pgPool: pool, logger, noHandleSignals: true, preset: PRESET };
    return await use({ pool, observer, options });
  } finally {
    isEnding = true;
    await pool.end();
    await observer.close();
    await database.drop();
  }
}

/** Seconds from the first function's start, as it takes a while until it runs, to an empty table. */
async function drain({ observer, options }: GraphileWorker, tasks: number): Promise<number> {
  let begun: number | undefined;
  let left = tasks;
  const { promise: ran, resolve } = Promise.withResolvers<void>();
  const noop = async () => {
    begun ??= performance.now();
    left -= 1;
    if (left === 0) resolve();
  };
  const runner = await run({ ...options, taskList: { noop } });
  await ran;
  await eventually(
    async () => {
      const [row] = await observer.query<{ isEmpty: boolean }>(
        'SELECT NOT EXISTS (SELECT FROM graphile_worker._private_jobs) AS "isEmpty"',
      );
      return row?.isEmpty;
    },
    DRAIN_DEADLINE_MILLISECONDS,
    LOOK_INTERVAL_MILLISECONDS,
  );
  const seconds = (performance.now() - (begun ?? Number.NaN)) / 1_000;
  await runner.stop();
  return seconds;
}

async function addJobs({ pool }: GraphileWorker, count: number): Promise<void> {
  await pool.query(
    `SELECT graphile_worker.add_jobs(array(
       SELECT ROW('noop', '{}'::json, NULL, NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec
       FROM generate_series(1, $1)))`,
    [count],
  );
}
