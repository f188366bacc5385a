import { QueueUnderTest } from '../test/queue/cluster/test-engine.ts';
import { eventually } from '../test/support/eventually.ts';
import { median, quantile, secondsOf } from './figures.ts';
import { noop } from './fixtures/task-functions.ts';
import type { Row } from './report.ts';

const PICK_UPS = 200;
const DRAINED_TASKS = 5_000;
const ENQUEUED_TASKS = 10_000;

/** How fast the queue itself is: no-op tasks in real worker processes, results stored. */
export async function benchQueue(): Promise<Row[]> {
  const pickUp = await measurePickUp();
  return [
    {
      work: 'pick-up of a task by an idle engine, median',
      measured: `${pickUp.median.toFixed(1)} ms (99 %: ${pickUp.late.toFixed(1)} ms)`,
      goal: '< 20 ms',
    },
    {
      work: `enqueue ${ENQUEUED_TASKS} tasks in one call`,
      measured: `${(await measureEnqueue()).toFixed(2)} s`,
    },
    {
      work: 'drain no-op tasks, 2 worker processes, results stored',
      measured: `${Math.round(await measureDrain())} tasks/s`,
    },
  ];
}

/** From the commit that enqueues a task to its function's first line. */
async function measurePickUp(): Promise<{ median: number; late: number }> {
  const test = await QueueUnderTest.open();
  try {
    await test.startEngine({}, new URL('./fixtures/engine.ts', import.meta.url));
    const delays: number[] = [];
    for (let count = 0; count < PICK_UPS; count += 1) {
      const id = await test.queue.asyncTask(noop, {});
      const committed = performance.timeOrigin + performance.now();
      const { result } = await test.finished(id);
      delays.push(Math.max(0, Number(result) - committed));
    }
    return { median: median(delays), late: quantile(delays, 0.99) };
  } finally {
    await test.close();
  }
}

async function measureEnqueue(): Promise<number> {
  const test = await QueueUnderTest.open();
  try {
    await test.queue.asyncTask(noop, {});
    return await secondsOf(() => test.queue.asyncTasks(noop, calls(ENQUEUED_TASKS)));
  } finally {
    await test.close();
  }
}

async function measureDrain(): Promise<number> {
  const test = await QueueUnderTest.open();
  try {
    await test.queue.asyncTasks(noop, calls(DRAINED_TASKS));
    await test.startEngine(
      { ENGINE_WORKER_COUNT: '2', LOG_LEVEL: 'info' },
      new URL('./fixtures/engine.ts', import.meta.url),
    );
    await eventually(async () => {
      const { rows } = await test.platform.database.raw('SELECT count(*)::integer FROM tasks');
      return rows[0].count === DRAINED_TASKS;
    }, 120_000);
    const { rows } = await test.platform.database.raw(
      'SELECT extract(epoch FROM max(stopped) - min(stopped))::double precision AS seconds FROM tasks',
    );
    return DRAINED_TASKS / rows[0].seconds;
  } finally {
    await test.close();
  }
}

function calls(count: number) {
  return Array.from({ length: count }, () => ({ args: {} }));
}
