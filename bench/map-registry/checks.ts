import { eventually } from '../../test/support/eventually.ts';
import { median } from '../figures.ts';
import { noop, waitBriefly } from '../fixtures/task-functions.ts';
import { countSuccesses } from '../queue/queue-tables.ts';
import { QueueUnderBench } from '../queue/queue-under-bench.ts';
import { describeRounds } from '../queue/rounds.ts';
import type { Row } from '../report.ts';

const WAITING_TASKS = 100_000;
const HOSTS = 3_000;
/** As `REGISTRY_HOST_CONCURRENCY` has it by default. */
const TASKS_OF_A_HOST = 2;

/** Checks, as the queue has them: what they do, and how many of them are measured. The others wait behind these. */
const WORK = [
  { name: 'that do nothing', taskFunction: noop, measured: 20_000, goal: '≥ 0.8' },
  { name: 'of 5 ms', taskFunction: waitBriefly, measured: 3_000, goal: '≥ 0.8' },
] as const;

const WORKERS = 2;
const CALLS_AT_ONCE = 5_000;
const DEADLINE_MILLISECONDS = 300_000;
const LOOK_INTERVAL_MILLISECONDS = 5;

/** The rate of the queue while checks of many hosts wait, against the same tasks without hosts. */
export async function benchChecks(rounds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const work of WORK) rows.push(await compare(work, rounds));
  return rows;
}

type Work = (typeof WORK)[number];

async function compare(work: Work, rounds: number): Promise<Row> {
  const withHosts: number[] = [];
  const without: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    without.push(await tasksPerSecond(work, false));
    withHosts.push(await tasksPerSecond(work, true));
  }
  return {
    work: `${WAITING_TASKS} checks ${work.name}, of ${HOSTS} hosts, tasks/s`,
    measured: describeRounds(withHosts),
    peer: `${describeRounds(without)} without hosts`,
    ratio: (median(withHosts) / median(without)).toFixed(2),
    goal: work.goal,
  };
}

async function tasksPerSecond({ taskFunction, measured }: Work, haveHosts: boolean): Promise<number> {
  const bench = await QueueUnderBench.open();
  const { queue } = bench.test;
  try {
    await bench.startEngine(WORKERS);
    await bench.warmUp();
    const before = await countSuccesses(bench.observer);
    await queue.pause('bench');
    for (let from = 0; from < WAITING_TASKS; from += CALLS_AT_ONCE)
      await queue.asyncTasks<Record<string, never>, number | null>(taskFunction, callsFrom(from, haveHosts));
    await bench.observer.settle();
    const begun = performance.now();
    await queue.resume();
    await eventually(
      async () => (await countSuccesses(bench.observer)) >= before + measured,
      DEADLINE_MILLISECONDS,
      LOOK_INTERVAL_MILLISECONDS,
    );
    return measured / ((performance.now() - begun) / 1_000);
  } finally {
    await bench.close();
  }
}

function callsFrom(from: number, haveHosts: boolean) {
  return Array.from({ length: CALLS_AT_ONCE }, (_, index) => ({
    args: {},
    options: haveHosts
      ? { limitKey: `host:${(from + index) % HOSTS}.example.com`, limit: TASKS_OF_A_HOST }
      : {},
  }));
}
