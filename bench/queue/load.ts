import { setTimeout as pause } from 'node:timers/promises';
import type { Table } from '../report.ts';
import { processorSeconds } from './processor-time.ts';
import { QueueUnderBench } from './queue-under-bench.ts';
import { describeRounds } from './rounds.ts';

const ENGINE_COUNTS = [1, 2, 4, 8];
const WORKERS_OF_AN_ENGINE = 2;

const IDLE_ENGINE_COUNTS = [1, 8];
/** What engines do once, after they have started, is not what they do when they are idle. */
const SETTLING_SECONDS = 5;
const IDLE_SECONDS = 30;

/** What one drain through several engines has cost. */
interface Drain {
  readonly tasksPerSecond: number;
  readonly postgresMilliseconds: number;
  readonly engineMilliseconds: number;
  readonly statements: number;
  readonly writingTransactions: number;
  readonly logBytes: number;
}

/** What several engines on one Postgres make of it, and what Postgres has to do for a task. */
export async function measureManyEngines(
  { tasks, rounds }: { readonly tasks: number; readonly rounds: number },
  postgresPid: number,
): Promise<Table> {
  const drains = new Map<number, Drain[]>(ENGINE_COUNTS.map((engines) => [engines, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [engines, measured] of drains) measured.push(await drainWith(engines, tasks, postgresPid));
  return {
    title: `Engines with ${WORKERS_OF_AN_ENGINE} worker processes on one Postgres, drain of ${tasks} tasks: median of ${rounds} rounds, and their spread`,
    head: [
      'engines',
      'tasks/s',
      'Postgres, processor s in 1,000 tasks',
      'engines, processor s in 1,000 tasks',
      'statements a task',
      'writing transactions a task',
      'log bytes a task',
    ],
    rows: [...drains].map(([engines, measured]) => {
      const column = (of: (drain: Drain) => number, digits: number) =>
        describeRounds(measured.map(of), digits);
      return [
        String(engines),
        column(({ tasksPerSecond }) => tasksPerSecond, 0),
        column(({ postgresMilliseconds }) => postgresMilliseconds, 3),
        column(({ engineMilliseconds }) => engineMilliseconds, 3),
        column(({ statements }) => statements, 3),
        column(({ writingTransactions }) => writingTransactions, 3),
        column(({ logBytes }) => logBytes, 0),
      ];
    }),
  };
}

async function drainWith(engineCount: number, tasks: number, postgresPid: number): Promise<Drain> {
  const bench = await QueueUnderBench.open({ counted: true });
  const { observer } = bench;
  try {
    await startEngines(bench, engineCount);
    await bench.warmUp();
    const usage = async () => ({
      work: await observer.work(),
      postgres: await processorSecondsOf([postgresPid]),
      engines: await processorSecondsOf(enginePids(bench)),
    });
    let before = await usage();
    const seconds = await bench.drain(tasks, {
      beforeStart: async () => {
        before = await usage();
      },
    });
    const after = await usage();
    return {
      tasksPerSecond: tasks / seconds,
      // Seconds in a thousand tasks, and milliseconds in one, are the same number.
      postgresMilliseconds: (1_000 * (after.postgres - before.postgres)) / tasks,
      engineMilliseconds: (1_000 * (after.engines - before.engines)) / tasks,
      statements: (after.work.statements - before.work.statements) / tasks,
      writingTransactions: (after.work.writingTransactions - before.work.writingTransactions) / tasks,
      logBytes: (after.work.walBytes - before.work.walBytes) / tasks,
    };
  } finally {
    await bench.close();
  }
}

/** What engines do that have nothing to do. */
export async function measureIdleEngines(postgresPid: number): Promise<Table> {
  const rows: string[][] = [];
  for (const engines of IDLE_ENGINE_COUNTS) rows.push(await idleWith(engines, postgresPid));
  return {
    title: `Idle engines with ${WORKERS_OF_AN_ENGINE} worker processes, watched for ${IDLE_SECONDS} seconds`,
    head: [
      'engines',
      'statements a minute',
      'writing transactions a minute',
      'engines, processor s a minute',
      'Postgres, processor s a minute',
    ],
    rows,
  };
}

async function idleWith(engineCount: number, postgresPid: number): Promise<string[]> {
  const bench = await QueueUnderBench.open({ counted: true });
  const { observer } = bench;
  try {
    await startEngines(bench, engineCount);
    await bench.warmUp();
    await pause(SETTLING_SECONDS * 1_000);
    const engines = await processorSecondsOf(enginePids(bench));
    const postgres = await processorSecondsOf([postgresPid]);
    const before = await observer.work();
    await pause(IDLE_SECONDS * 1_000);
    const after = await observer.work();
    const aMinute = (amount: number) => (amount * 60) / IDLE_SECONDS;
    return [
      String(engineCount),
      aMinute(after.statements - before.statements).toFixed(0),
      aMinute(after.writingTransactions - before.writingTransactions).toFixed(0),
      aMinute((await processorSecondsOf(enginePids(bench))) - engines).toFixed(2),
      aMinute((await processorSecondsOf([postgresPid])) - postgres).toFixed(2),
    ];
  } finally {
    await bench.close();
  }
}

async function startEngines(bench: QueueUnderBench, count: number): Promise<void> {
  for (let started = 0; started < count; started += 1) await bench.startEngine(WORKERS_OF_AN_ENGINE);
}

function enginePids({ test }: QueueUnderBench): readonly number[] {
  return test.engines.map(({ pid }) => pid);
}

/** Not a number where the system does not tell. */
async function processorSecondsOf(pids: readonly number[]): Promise<number> {
  const seconds = await Promise.all(pids.map(processorSeconds));
  return seconds.reduce<number>((sum, each) => sum + (each ?? Number.NaN), 0);
}
