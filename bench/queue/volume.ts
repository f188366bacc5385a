import { eventually } from '../../test/support/eventually.ts';
import { median, quantile } from '../figures.ts';
import { hold, noop } from '../fixtures/task-functions.ts';
import type { Table } from '../report.ts';
import { copyWaitingPackage, countRunning, storeSuccesses } from './queue-tables.ts';
import { QueueUnderBench } from './queue-under-bench.ts';
import { describeRounds } from './rounds.ts';

/** How much is measured in each row, and how often. */
export interface VolumeWork {
  readonly tasks: number;
  readonly pickUps: number;
  readonly rounds: number;
}

const FINISHED_TASKS = [0, 10_000, 100_000, 1_000_000];
const WAITING_TASKS = 1_000_000;
const TOGETHER = 10;
const KEY = 'bench';
const SLOW_MILLISECONDS = 1_000;

/** Behind every task that is measured. */
const LOW_PRIORITY = -1;

/** Whether anything becomes slower beside tasks that have finished. */
export async function measureBesideFinished({ tasks, pickUps, rounds }: VolumeWork): Promise<Table> {
  const bench = await QueueUnderBench.open();
  try {
    await bench.startEngine(2);
    await bench.warmUp();
    const rows: string[][] = [];
    let stored = 0;
    let firstRate = Number.NaN;
    for (const finished of FINISHED_TASKS) {
      await storeSuccesses(bench.observer, finished - stored);
      stored = finished;
      const rates: number[] = [];
      for (let round = 0; round < rounds; round += 1) rates.push(tasks / (await bench.drain(tasks)));
      const delays = await bench.pickUp(pickUps);
      if (finished === 0) firstRate = median(rates);
      rows.push([
        String(finished),
        describeRounds(rates),
        (median(rates) / firstRate).toFixed(2),
        ...describeDelays(delays),
      ]);
    }
    return {
      title: `Beside tasks that have finished: median of ${rounds} drains of ${tasks} tasks, and their spread; ${pickUps} tasks picked up`,
      head: ['finished', 'drain, tasks/s', '÷ none', 'pick-up, ms', '99 %, ms'],
      rows,
    };
  } finally {
    await bench.close();
  }
}

/** Whether a drain becomes slower beside tasks that wait behind those that are drained. */
export async function measureBesideWaiting({ tasks, rounds }: Omit<VolumeWork, 'pickUps'>): Promise<Table> {
  const waiting = new Map<number, number[]>([
    [0, []],
    [WAITING_TASKS, []],
  ]);
  for (let round = 0; round < rounds; round += 1)
    for (const [count, rates] of waiting) rates.push(await drainBeside(count, tasks));
  const without = median(waiting.get(0) ?? []);
  return {
    title: `Beside tasks of a lower priority that wait: median of ${rounds} drains of ${tasks} tasks, and their spread`,
    head: ['waiting', 'drain, tasks/s', '÷ none', 'goal'],
    rows: [...waiting].map(([count, rates]) => [
      String(count),
      describeRounds(rates),
      (median(rates) / without).toFixed(2),
      count === 0 ? '' : '0.9',
    ]),
  };
}

async function drainBeside(waiting: number, tasks: number): Promise<number> {
  const bench = await QueueUnderBench.open();
  const { observer } = bench;
  try {
    await bench.startEngine(2);
    await bench.warmUp();
    const onEnqueued = () => copyWaitingPackage(observer, { count: waiting, priority: LOW_PRIORITY });
    return tasks / (await bench.drain(tasks, { onEnqueued }));
  } finally {
    await bench.close();
  }
}

/** Whether tasks without a key begin as soon as in an empty queue, beside tasks of a key that is at its limit. */
export async function measureBesideLimited({ tasks, pickUps, rounds }: VolumeWork): Promise<Table> {
  const bench = await QueueUnderBench.open();
  const { observer } = bench;
  const { queue } = bench.test;
  try {
    await bench.startEngine(2);
    await bench.warmUp();
    const limited = { limitKey: KEY, limit: 1 };
    await queue.asyncTask(hold, {}, limited);
    // From here on, one of the two workers is taken.
    await eventually(async () => (await countRunning(observer)) > 0);
    const empty = await measureUnlimited(bench, { tasks, pickUps, rounds });
    await queue.asyncTask(noop, {}, limited);
    await copyWaitingPackage(observer, { count: WAITING_TASKS });
    await observer.settle();
    const full = await measureUnlimited(bench, { tasks, pickUps, rounds });
    const delayRatio = (of: (delays: readonly number[]) => number) => {
      const ratio = of(full.delays) / of(empty.delays);
      return ratio.toFixed(2);
    };
    const describe = (waiting: number, { delays, together, rates }: typeof empty) => [
      String(waiting),
      ...describeDelays(delays),
      describeRounds(together, 1),
      describeRounds(rates),
    ];
    return {
      title: `Tasks without a key, beside tasks whose key is at its limit: ${pickUps} picked up, median of ${rounds} rounds of the others, and their spread`,
      head: [
        'waiting',
        'pick-up, ms',
        '99 %, ms',
        `${TOGETHER} together begun, ms`,
        `drain of ${tasks}, tasks/s`,
      ],
      rows: [
        describe(0, empty),
        describe(WAITING_TASKS, full),
        [
          'ratio (goal: 2.00 or less)',
          delayRatio(median),
          delayRatio((delays) => quantile(delays, 0.99)),
          (median(full.together) / median(empty.together)).toFixed(2),
          full.rates.length === 0
            ? 'not tried: too slow'
            : `${(median(empty.rates) / median(full.rates)).toFixed(2)} times as long`,
        ],
      ],
    };
  } finally {
    await bench.close();
  }
}

async function measureUnlimited(bench: QueueUnderBench, { tasks, pickUps, rounds }: VolumeWork) {
  const delays = await bench.pickUp(pickUps);
  const together: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < rounds && isQuick(together); round += 1)
    together.push(await bench.pickUpTogether(TOGETHER));
  // A drain would take hours where a single task takes seconds.
  for (let round = 0; round < rounds && isQuick(together); round += 1)
    rates.push(tasks / (await bench.drain(tasks)));
  return { delays, together, rates };
}

function isQuick(milliseconds: readonly number[]): boolean {
  return milliseconds.every((each) => each < SLOW_MILLISECONDS);
}

function describeDelays(delays: readonly number[]): readonly string[] {
  return [median(delays).toFixed(1), quantile(delays, 0.99).toFixed(1)];
}
