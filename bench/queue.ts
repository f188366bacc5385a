import { machineMilliseconds } from '../src/platform/machine-clock.ts';
import { QueueUnderTest } from '../test/queue/engine/test-engine.ts';
import { eventually } from '../test/support/eventually.ts';
import { median, medianSecondsOf, quantile } from './figures.ts';
import { noop } from './fixtures/task-functions.ts';
import { measureGraphileWorker, measurePgBoss, type PeerFigures } from './queue-peers.ts';
import type { Row } from './report.ts';

const PICK_UPS = 200;
const ENQUEUED_TASKS = 10_000;
const ROUNDS = 3;
const DRAINED_TASKS = ROUNDS * ENQUEUED_TASKS;
const WAITING_TASKS = 1_000_000;

/**
 * How fast the queue itself is: no-op tasks in two real worker processes, results stored. Beside it, in the same run
 * on the same Postgres, two peers that run functions in their own process and keep no results.
 */
export async function benchQueue(): Promise<Row[]> {
  const peerWork = { enqueuedTasks: ENQUEUED_TASKS, rounds: ROUNDS, pickUps: PICK_UPS };
  const boss = await measurePgBoss(peerWork);
  const graphile = await measureGraphileWorker(peerWork);
  const enqueued = await measureEnqueue();
  const drains: number[] = [];
  const drainsBesideMany: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    drains.push(await measureDrain(0));
    drainsBesideMany.push(await measureDrain(WAITING_TASKS));
  }
  const drained = median(drains);
  const drainedBesideMany = median(drainsBesideMany);
  const pickUps = await measurePickUp();
  return [
    {
      work: 'pick-up of a task by an idle engine, median',
      measured: `${median(pickUps).toFixed(1)} ms (99 %: ${quantile(pickUps, 0.99).toFixed(1)} ms)`,
      peer: describePeers(
        boss,
        graphile,
        ({ pickUpMilliseconds }) => `${median(pickUpMilliseconds).toFixed(1)} ms`,
      ),
      goal: 'pg-boss + 2 ms',
    },
    {
      work: `enqueue ${ENQUEUED_TASKS} tasks in one call, median of ${ROUNDS}`,
      measured: perSecond(enqueued),
      peer: describePeers(boss, graphile, ({ enqueuedPerSecond }) => perSecond(enqueuedPerSecond)),
      ratio: ratio(enqueued, boss.enqueuedPerSecond),
      goal: '0.5 of pg-boss',
    },
    {
      work: `drain no-op tasks, 2 worker processes, results stored, median of ${ROUNDS}`,
      measured: perSecond(drained),
      peer: describePeers(boss, graphile, ({ drainedPerSecond }) => perSecond(drainedPerSecond)),
      ratio: ratio(drained, boss.drainedPerSecond),
      goal: '0.5 of pg-boss',
    },
    {
      work: `likewise, beside ${WAITING_TASKS} that wait`,
      measured: perSecond(drainedBesideMany),
      ratio: `${ratio(drainedBesideMany, drained)} of without`,
      goal: '0.9',
    },
  ];
}

/** From the commit that enqueues a task to its function's first line, in milliseconds. */
async function measurePickUp(): Promise<number[]> {
  const test = await QueueUnderTest.open();
  try {
    await startBenchEngine(test);
    const delays: number[] = [];
    for (let count = 0; count < PICK_UPS; count += 1) {
      const id = await test.queue.asyncTask(noop, {});
      const committed = machineMilliseconds();
      const began = await test.queue.result(id, { wait: 10_000 });
      delays.push(Math.max(0, Number(began) - committed));
    }
    return delays;
  } finally {
    await test.close();
  }
}

async function measureEnqueue(): Promise<number> {
  const test = await QueueUnderTest.open();
  try {
    await test.queue.asyncTask(noop, {});
    const enqueue = () => test.queue.asyncTasks(noop, calls(ENQUEUED_TASKS));
    return ENQUEUED_TASKS / (await medianSecondsOf(ROUNDS, enqueue));
  } finally {
    await test.close();
  }
}

/** Tasks per second, from the first result to the last; beside so many that wait behind them. */
async function measureDrain(waiting: number): Promise<number> {
  const test = await QueueUnderTest.open();
  const { database } = test.platform;
  try {
    await test.queue.asyncTasks(noop, calls(DRAINED_TASKS));
    if (waiting > 0) {
      await database.raw(
        `INSERT INTO pgboss.job (name, data, priority, created_on, start_after, keep_until, policy)
         SELECT name, data, -1, created_on, start_after, keep_until, policy
         FROM (SELECT * FROM pgboss.job LIMIT 1) AS one, generate_series(1, ?)`,
        [waiting],
      );
      await database.raw('VACUUM ANALYZE pgboss.job');
      // Otherwise Postgres would write all of that to the disk while the tasks are drained.
      await database.raw('CHECKPOINT');
    }
    await startBenchEngine(test);
    await eventually(async () => {
      const { rows } = await database.raw('SELECT sum(successes)::integer AS done FROM queue.task_counts');
      return rows[0].done >= DRAINED_TASKS;
    }, 300_000);
    const { rows } = await database.raw(
      `SELECT extract(epoch FROM max(stopped) - min(stopped))::double precision AS seconds
       FROM (SELECT stopped FROM queue.tasks ORDER BY stopped LIMIT ?) AS drained`,
      [DRAINED_TASKS],
    );
    return DRAINED_TASKS / rows[0].seconds;
  } finally {
    await test.close();
  }
}

/** The peers keep no results and write no log: here results are all kept, and what goes wrong is logged. */
async function startBenchEngine(test: QueueUnderTest): Promise<void> {
  await test.startQuietEngine(
    { ENGINE_WORKER_COUNT: '2', Q_CLUSTER_SAVE_LIMIT: '0' },
    new URL('./fixtures/engine.ts', import.meta.url),
  );
}

function calls(count: number) {
  return Array.from({ length: count }, () => ({ args: {} }));
}

function perSecond(rate: number): string {
  return `${Math.round(rate)} tasks/s`;
}

function ratio(ours: number, peers: number): string {
  return (ours / peers).toFixed(2);
}

function describePeers(
  boss: PeerFigures,
  graphile: PeerFigures,
  describe: (figures: PeerFigures) => string,
): string {
  return `pg-boss ${describe(boss)}\ngraphile-worker ${describe(graphile)}`;
}
