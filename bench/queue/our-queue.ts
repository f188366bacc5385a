import { secondsOf } from '../figures.ts';
import { noop } from '../fixtures/task-functions.ts';
import { type Contender, WARM_UP_TASKS } from './contender.ts';
import { calls, QueueUnderBench } from './queue-under-bench.ts';

const WORKERS = 2;

/** Our queue: signed packages, isolated worker processes, results that are stored. */
export const ourQueue: Contender = {
  name: 'this queue',

  async enqueue(tasks) {
    const bench = await QueueUnderBench.open();
    try {
      const { queue } = bench.test;
      await queue.asyncTasks(noop, calls(WARM_UP_TASKS));
      await bench.observer.settle();
      return await secondsOf(() => queue.asyncTasks(noop, calls(tasks)));
    } finally {
      await bench.close();
    }
  },

  async drain(tasks) {
    const bench = await QueueUnderBench.open();
    try {
      await bench.startEngine(WORKERS);
      await bench.warmUp();
      return await bench.drain(tasks);
    } finally {
      await bench.close();
    }
  },

  async pickUp(tasks) {
    const bench = await QueueUnderBench.open();
    try {
      await bench.startEngine(WORKERS);
      await bench.warmUp();
      return await bench.pickUp(tasks);
    } finally {
      await bench.close();
    }
  },
};
