import { setTimeout as pause } from 'node:timers/promises';
import { machineMilliseconds } from '../../src/platform/machine-clock.ts';
import { QueueUnderTest } from '../../test/queue/engine/test-engine.ts';
import { eventually } from '../../test/support/eventually.ts';
import type { NodeProcess } from '../../test/support/node-process.ts';
import { noop } from '../fixtures/task-functions.ts';
import { IDLE_MILLISECONDS, WARM_UP_TASKS } from './contender.ts';
import { PostgresObserver } from './postgres-observer.ts';
import { countSuccesses } from './queue-tables.ts';

const DRAIN_DEADLINE_MILLISECONDS = 300_000;
const LOOK_INTERVAL_MILLISECONDS = 5;

const PICK_UP_DEADLINE_MILLISECONDS = 30_000;

/** What is done on the way to a drain. */
export interface DrainSteps {
  readonly onEnqueued?: () => Promise<void>;
  readonly beforeStart?: () => Promise<void>;
}

/** An empty queue in a new database, real engines on it, and an observer of its database. */
export class QueueUnderBench {
  readonly test: QueueUnderTest;
  readonly observer: PostgresObserver;

  private constructor(test: QueueUnderTest, observer: PostgresObserver) {
    this.test = test;
    this.observer = observer;
  }

  /** @param counted whether every statement is counted, which costs a little. */
  static async open({ counted = false } = {}): Promise<QueueUnderBench> {
    const test = await QueueUnderTest.open();
    const { rows } = await test.platform.database.raw<{ rows: { name: string }[] }>(
      'SELECT current_database() AS name',
    );
    const observer = await PostgresObserver.open(rows[0]?.name ?? '');
    if (counted) await observer.countStatements();
    return new QueueUnderBench(test, observer);
  }

  /**
   * Starts an engine with isolated worker processes. The peers write no log: here, what goes wrong is logged. All
   * results are kept.
   */
  async startEngine(workerCount: number, environment: NodeJS.ProcessEnv = {}): Promise<NodeProcess> {
    openBenches.add(this);
    return this.test.startQuietEngine(
      { ENGINE_WORKER_COUNT: String(workerCount), Q_CLUSTER_SAVE_LIMIT: '0', ...environment },
      new URL('../fixtures/engine.ts', import.meta.url),
    );
  }

  /** Has tasks done before anything is measured, so many for each engine that runs. */
  async warmUp(): Promise<void> {
    await this.#enqueueAndAwait(WARM_UP_TASKS * this.test.engines.length);
  }

  /**
   * Seconds from the moment that engines may begin with so many tasks, until all results are stored.
   *
   * @param onEnqueued is called when all of them wait.
   * @param beforeStart is called at the end, when Postgres has nothing more to do.
   */
  async drain(
    tasks: number,
    { onEnqueued = doNothing, beforeStart = doNothing }: DrainSteps = {},
  ): Promise<number> {
    const { queue } = this.test;
    await queue.pause('bench');
    let begun = Number.NaN;
    await this.#enqueueAndAwait(tasks, async () => {
      await onEnqueued();
      await this.observer.settle();
      await beforeStart();
      begun = performance.now();
      await queue.resume();
    });
    return (performance.now() - begun) / 1_000;
  }

  /**
   * Milliseconds from the commit of a task to its function's first line, for one task after another. Ends after half a
   * minute with those that have begun by then; one that has not is counted as late as it is then.
   */
  async pickUp(tasks: number): Promise<readonly number[]> {
    const delays: number[] = [];
    const deadline = performance.now() + PICK_UP_DEADLINE_MILLISECONDS;
    while (delays.length < tasks && performance.now() < deadline) delays.push(await this.pickUpTogether(1));
    return delays;
  }

  async close(): Promise<void> {
    await this.observer.close();
    await this.test.close();
    openBenches.delete(this);
  }

  /** Likewise for tasks that are enqueued together: until the last of them has begun. */
  async pickUpTogether(tasks: number): Promise<number> {
    await pause(IDLE_MILLISECONDS);
    const { queue } = this.test;
    const ids = await queue.asyncTasks(noop, calls(tasks));
    const committed = machineMilliseconds();
    // Reading results meanwhile would take Postgres from the engine, and no results of the peers are read.
    await pause(IDLE_MILLISECONDS);
    const begun = await Promise.all(
      ids.map((id) => queue.result(id, { wait: PICK_UP_DEADLINE_MILLISECONDS })),
    );
    const delays = begun.map((at) => (typeof at === 'number' ? at : machineMilliseconds()) - committed);
    return Math.max(0, ...delays);
  }

  async #enqueueAndAwait(tasks: number, onEnqueued = doNothing): Promise<void> {
    const before = await countSuccesses(this.observer);
    await this.test.queue.asyncTasks(noop, calls(tasks));
    await onEnqueued();
    await eventually(
      async () => (await countSuccesses(this.observer)) >= before + tasks,
      DRAIN_DEADLINE_MILLISECONDS,
      LOOK_INTERVAL_MILLISECONDS,
    );
  }
}

// An engine that a broken-off bench left behind would look for its Postgres for ever.
const openBenches = new Set<QueueUnderBench>();
process.once('exit', () => {
  for (const { test } of openBenches) for (const engine of test.engines) engine.kill('SIGKILL');
});

/** Calls without arguments, for `asyncTasks`. */
export function calls(count: number) {
  return Array.from({ length: count }, () => ({ args: {} }));
}

async function doNothing(): Promise<void> {}
