import { QueueUnderTest } from '../../test/queue/engine/test-engine.ts';
import { eventually } from '../../test/support/eventually.ts';
import type { NodeProcess } from '../../test/support/node-process.ts';
import { noop } from '../fixtures/task-functions.ts';
import { PostgresObserver } from './postgres-observer.ts';
import { countSuccesses } from './queue-tables.ts';

/** Tasks that go first, so that nobody is measured while code is loaded and compiled. */
export const WARM_UP_TASKS = 500;

const DRAIN_DEADLINE_MILLISECONDS = 300_000;
const LOOK_INTERVAL_MILLISECONDS = 5;

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
    return this.test.startQuietEngine(
      { ENGINE_WORKER_COUNT: String(workerCount), Q_CLUSTER_SAVE_LIMIT: '0', ...environment },
      new URL('../fixtures/engine.ts', import.meta.url),
    );
  }

  /** Has tasks done before anything is measured. */
  async warmUp(): Promise<void> {
    await this.#enqueueAndAwait(WARM_UP_TASKS, async () => undefined);
  }

  /**
   * Seconds from the moment that engines may begin with so many tasks, until all results are stored.
   *
   * @param beforeStart is called when everything waits, just before.
   */
  async drain(tasks: number, beforeStart: () => Promise<void> = async () => undefined): Promise<number> {
    const { queue } = this.test;
    await queue.pause('bench');
    let begun = 0;
    await this.#enqueueAndAwait(tasks, async () => {
      await this.observer.settle();
      await beforeStart();
      begun = performance.now();
      await queue.resume();
    });
    return (performance.now() - begun) / 1_000;
  }

  async close(): Promise<void> {
    await this.observer.close();
    await this.test.close();
  }

  async #enqueueAndAwait(tasks: number, onEnqueued: () => Promise<void>): Promise<void> {
    const before = await countSuccesses(this.observer);
    await this.test.queue.asyncTasks(
      noop,
      Array.from({ length: tasks }, () => ({ args: {} })),
    );
    await onEnqueued();
    await eventually(
      async () => (await countSuccesses(this.observer)) >= before + tasks,
      DRAIN_DEADLINE_MILLISECONDS,
      LOOK_INTERVAL_MILLISECONDS,
    );
  }
}
