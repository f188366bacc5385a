import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../../platform/database/connection.ts';
import type { GroupedTasks } from '../../pull-queues/grouped-tasks.ts';
import { type LeaseRequest, takeBackLeases } from '../../pull-queues/leases.ts';
import type { QueueName } from '../../pull-queues/names.ts';
import type { PullTask } from '../../pull-queues/pull-task.ts';
import { findQueueId } from '../../pull-queues/queues.ts';

/** How often a client that waits looks for tasks. */
const LOOK_MILLISECONDS = 250;

/** Clients that may wait in one process: each looks at the database several times a second. */
const MOST_WAITING = 100;

/** What a client leases, and for how long it waits for the first task. */
export interface AwaitedLease {
  readonly queue: QueueName;
  readonly waitSeconds: number;
  /** Says what to lease each time that it is tried; `undefined` if there is nothing yet. */
  readonly request: (queueId: string) => Promise<LeaseRequest | undefined>;
  /** Fires when the client is gone. */
  readonly gone: AbortSignal;
}

/** Leases tasks for clients that wait for them. */
export class LongPoll {
  readonly #database: Database;
  readonly #tasks: GroupedTasks;
  #waiting = 0;

  constructor(database: Database, tasks: GroupedTasks) {
    this.#database = database;
    this.#tasks = tasks;
  }

  /**
   * Leases tasks, and waits for them if there are none. What was leased for a client that is gone is given back.
   *
   * @returns none if the time is over, or if too many clients wait already.
   */
  async lease(awaited: AwaitedLease): Promise<readonly PullTask[]> {
    const first = await this.#lease(awaited);
    if (first.length > 0 || awaited.waitSeconds === 0 || this.#waiting >= MOST_WAITING) return first;
    this.#waiting += 1;
    try {
      return await this.#wait(awaited);
    } finally {
      this.#waiting -= 1;
    }
  }

  async #wait(awaited: AwaitedLease): Promise<readonly PullTask[]> {
    const { gone, waitSeconds } = awaited;
    const end = performance.now() + waitSeconds * 1_000;
    while (performance.now() < end && !gone.aborted) {
      await sleep(Math.min(LOOK_MILLISECONDS, end - performance.now()), undefined, { signal: gone }).catch(
        () => undefined,
      );
      const leased = gone.aborted ? [] : await this.#lease(awaited);
      if (leased.length > 0) return leased;
    }
    return [];
  }

  async #lease({ queue, request, gone }: AwaitedLease): Promise<readonly PullTask[]> {
    const queueId = await findQueueId(this.#database, queue);
    const wanted = queueId && (await request(queueId));
    if (!queueId || !wanted) return [];
    const leased = await this.#tasks.lease(queueId, wanted);
    if (!gone.aborted || leased.length === 0) return leased;
    await takeBackLeases(this.#database, leased);
    return [];
  }
}
