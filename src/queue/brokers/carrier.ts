import type { QueuedTask } from './broker.ts';

/** One queue, as far as one carrier has packages of it. */
export interface CarriedQueue {
  readonly name: string;
  /** Packages that wait, delayed ones included; an estimate if there are more than `MOST_COUNTED_ROWS`. */
  readonly waiting: number;
  readonly isWaitingEstimated: boolean;
  /** How many of the oldest `MOST_COUNTED_ROWS` that wait are delayed. */
  readonly delayed: number;
  /** How long the oldest package has been waiting that could be handed out; `null` if there is none. */
  readonly oldestSeconds: number | null;
}

/** A task that waits or runs, and its queue. */
export interface TaskOfQueue extends QueuedTask {
  readonly queue: string;
  /** ISO 8601 in UTC with microseconds, as {@link WaitingPlace} needs. */
  readonly created: string;
  readonly startAfter: string;
}

/** A place in a list in the order of enqueueing: the task after which the list continues. */
export interface WaitingPlace {
  readonly created: string;
  readonly id: string;
}

/** A page of the tasks that wait. */
export interface WaitingTaskPage {
  readonly queue: string;
  readonly limit: number;
  /** Returns only tasks that were enqueued after this one. */
  readonly after?: WaitingPlace | undefined;
}

/**
 * What carries packages that wait, read over all queues: for figures and lists. It reads the tables of one kind of broker, so that
 * nothing outside `brokers/` does, and needs no connection to what moves the packages.
 */
export interface Carrier {
  /** Returns every queue that it has packages of, perhaps others as well, with one statement; long queues are estimated. */
  queues(): Promise<readonly CarriedQueue[]>;
  /** Returns a page of the tasks that wait in a queue, oldest first. */
  waitingTasks(page: WaitingTaskPage): Promise<readonly TaskOfQueue[]>;
  /** Returns those of the tasks with these ids (UUIDs) that wait, in any queue, with one statement. */
  findTasks(ids: readonly string[]): Promise<readonly TaskOfQueue[]>;
  /** Returns at most `limit` tasks whose ids lie between two UUIDs, these included, and that wait, in any queue. */
  tasksBetween(first: string, last: string, limit: number): Promise<readonly TaskOfQueue[]>;
}
