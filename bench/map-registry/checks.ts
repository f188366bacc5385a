import { eventually } from '../../test/support/eventually.ts';
import { median } from '../figures.ts';
import { noop } from '../fixtures/task-functions.ts';
import { countSuccesses } from '../queue/queue-tables.ts';
import { QueueUnderBench } from '../queue/queue-under-bench.ts';
import { describeRounds } from '../queue/rounds.ts';
import type { Row } from '../report.ts';

const WAITING_TASKS = 100_000;
const HOSTS = 3_000;
/** As `REGISTRY_HOST_CONCURRENCY` has it by default. */
const TASKS_OF_A_HOST = 2;

/** The rate is that of the first tasks, behind which the others wait. */
const MEASURED_TASKS = 20_000;

const WORKERS = 2;
const CALLS_AT_ONCE = 5_000;
const DEADLINE_MILLISECONDS = 300_000;
const LOOK_INTERVAL_MILLISECONDS = 5;

/** The rate of the queue while checks of many hosts wait, against the same tasks without hosts. */
export async function benchChecks(rounds: number): Promise<Row[]> {
  const rates = new Map<'hosts' | 'none', number[]>([
    ['none', []],
    ['hosts', []],
  ]);
  for (let round = 0; round < rounds; round += 1)
    for (const [keys, measured] of rates) measured.push(await tasksPerSecond(keys));
  const [without = [], withHosts = []] = [...rates.values()];
  return [
    {
      work: `${WAITING_TASKS} checks of ${HOSTS} hosts wait, tasks/s`,
      measured: describeRounds(withHosts),
      peer: `${describeRounds(without)} without hosts`,
      ratio: (median(withHosts) / median(without)).toFixed(2),
      goal: '≥ 0.8',
    },
  ];
}

async function tasksPerSecond(keys: 'hosts' | 'none'): Promise<number> {
  const bench = await QueueUnderBench.open();
  const { queue } = bench.test;
  try {
    await bench.startEngine(WORKERS);
    await bench.warmUp();
    const before = await countSuccesses(bench.observer);
    await queue.pause('bench');
    for (let from = 0; from < WAITING_TASKS; from += CALLS_AT_ONCE)
      await queue.asyncTasks(noop, callsFrom(from, keys));
    await bench.observer.settle();
    const begun = performance.now();
    await queue.resume();
    await eventually(
      async () => (await countSuccesses(bench.observer)) >= before + MEASURED_TASKS,
      DEADLINE_MILLISECONDS,
      LOOK_INTERVAL_MILLISECONDS,
    );
    return MEASURED_TASKS / ((performance.now() - begun) / 1_000);
  } finally {
    await bench.close();
  }
}

function callsFrom(from: number, keys: 'hosts' | 'none') {
  return Array.from({ length: CALLS_AT_ONCE }, (_, index) => ({
    args: {},
    options:
      keys === 'none'
        ? {}
        : { limitKey: `host:${(from + index) % HOSTS}.example.com`, limit: TASKS_OF_A_HOST },
  }));
}
