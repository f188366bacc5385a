import type { Knex } from 'knex';
import type { QueuedTask, QueuedTaskPage } from '../brokers/broker.ts';
import type { RunningTask, RunningTaskPage } from '../leases/running-tasks.ts';
import type { ResultReading } from '../results/results.ts';
import type { AnyTaskFunction, JsonValue, TaskArguments, TaskFunction } from '../tasks/task-function.ts';
import type { CallOptions, EnqueueOptions, TaskOptions } from '../tasks/task-options.ts';
import type { Cancellation } from './cancelling.ts';
import type { ChainLink, ChainOptions, IterOptions } from './composed/composing.ts';

/** One call of many that are enqueued together. */
export interface TaskCall<Arguments extends TaskArguments> {
  readonly args: Arguments;
  readonly options?: CallOptions;
}

/** Sends functions to the queue, and what failed back into it; reads what finished. */
export interface TaskQueue extends ResultReading {
  readonly queueName: string;
  /** Enqueues one call; returns the task's id at once. @throws {TaskOptionsError} */
  asyncTask<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    args: Arguments,
    options?: TaskOptions,
  ): Promise<string>;
  /** Enqueues many calls of one function, all or none; returns their ids in order. @throws {TaskOptionsError} */
  asyncTasks<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    calls: readonly TaskCall<Arguments>[],
    options?: EnqueueOptions,
  ): Promise<string[]>;
  /**
   * Runs calls one after another, each when the one before has succeeded, as tasks of one group; returns the group.
   * It stops at a call that fails for good; sent back, that goes on with the chain.
   *
   * @throws {TaskOptionsError}
   */
  asyncChain(links: readonly ChainLink[], options?: ChainOptions): Promise<string>;
  /**
   * Calls a function for each element, side by side; returns the id of the one result, which is there when all calls
   * have succeeded: the list of what they returned, in the order of the elements. Calls that failed are in the group
   * that has this id as its name, and can be sent back.
   *
   * @throws {TaskOptionsError}
   */
  asyncIter<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    elements: Iterable<Arguments>,
    options?: IterOptions,
  ): Promise<string>;
  /**
   * Sends failed tasks to their queues again, each as a new task with the same function, arguments, options and group,
   * and removes the failures, in one transaction. A failed task that still waits for its next attempt goes on as
   * this new one alone; one whose next attempt runs is left, as it would run twice. Returns the new ids; if another
   * task has a failed one's unique key by now, that one's.
   *
   * The attempts at a failed task stay with the new one.
   *
   * @param transaction what else has to happen with it, or not at all.
   * @param resubmittedBy who resubmits them, for people: each attempt at the new tasks names it.
   */
  resubmitTasks(
    ids: readonly string[],
    transaction?: Knex.Transaction,
    resubmittedBy?: string,
  ): Promise<string[]>;
  /** Removes tasks that wait; one that runs is left. Returns how many there were. */
  deleteQueuedTasks(ids: readonly string[], transaction?: Knex.Transaction): Promise<number>;
  /**
   * Asks for the end of tasks, from any process. One that runs has its `AbortSignal` fired, and its worker killed
   * where its function does not stop within five seconds; one that waits ends at once, and the `onLost` of its function
   * is called. Either ends as a failure that is not presented again.
   *
   * @param cancelledBy who cancels them, for people: part of the task's error.
   */
  cancelTasks(
    ids: readonly string[],
    cancelledBy: string,
    transaction?: Knex.Transaction,
  ): Promise<ReadonlyMap<string, Cancellation>>;
  /** Likewise for one task. */
  cancel(id: string, cancelledBy: string): Promise<Cancellation>;
  /** Some of the tasks that engines hold, of all queues, those first that were taken first. */
  running(page: RunningTaskPage): Promise<readonly RunningTask[]>;
  /** Pauses the queue: what runs ends, nothing more is taken, and tasks can still be enqueued. */
  pause(pausedBy: string, transaction?: Knex.Transaction): Promise<void>;
  /** Lets a paused queue go on. */
  resume(transaction?: Knex.Transaction): Promise<void>;
  /** Removes every task that waits; returns how many there were. */
  purgeQueue(): Promise<number>;
  /** Removes the queue, and every task in it; it is there again when it is next used. */
  deleteQueue(): Promise<void>;
  /** Some of the tasks that wait or run, oldest first. */
  queuedTasks(page: QueuedTaskPage): Promise<readonly QueuedTask[]>;
  /** Tasks that wait, those delayed included. */
  queueSize(): Promise<number>;
  /**
   * Returns `undefined` while fewer than `mostWaiting` tasks with this fairness key wait, those delayed included.
   * Otherwise returns an estimate, in whole seconds, of when that will be so, from the pace of the queue.
   *
   * Nothing is reserved: callers that ask at the same moment may all find room.
   */
  secondsUntilRoom(fairnessKey: string, mostWaiting: number): Promise<number | undefined>;
  /** Tasks that run. */
  lockSize(): Promise<number>;
  /** Another queue, opened with the same options; the caller closes it. @throws {TaskOptionsError} */
  sibling(queueName: string): TaskQueue;
  /** Throws where the broker cannot be reached or is not set up. */
  ping(): Promise<void>;
  /** Ends what runs in the background, and every wait for a result; the database stays open. */
  close(): Promise<void>;
}

/** Options of {@link openTaskQueue}. */
export interface TaskQueueOptions {
  /** Whether tasks are run here and now where they do not say: for tests. */
  readonly sync?: boolean;
  /** Functions whose `onLost` is called here: for tasks that are cancelled while they wait. Default: none. */
  readonly taskFunctions?: readonly AnyTaskFunction[];
}
