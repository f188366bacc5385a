import type { Knex } from 'knex';
import type { TaskArguments } from '../tasks/task-function.ts';
import type { PackedOptions } from '../tasks/task-options.ts';
import type { SignedPackage } from '../tasks/task-package.ts';

/** A package that was handed out, and which presentation of it this is. */
export interface Presentation {
  readonly id: string;
  /** 1 for the first presentation. */
  readonly attempt: number;
}

/** A package as a broker hands it out; whether it is what was enqueued has to be verified. */
export interface Delivery extends Presentation {
  readonly carried: unknown;
  /** False if an earlier presentation still has a lease: the engine that holds it runs the task. */
  readonly isLeased: boolean;
}

/** A presentation that ended without success, and how long the package is hidden before the next one. */
export interface Release extends Presentation {
  readonly delaySeconds: number;
  /** Whether nothing was done with it, so that it does not count as presented. */
  readonly isUnstarted?: boolean;
}

/** A package on its way in. */
export interface OutgoingPackage {
  readonly signed: SignedPackage;
  /** A higher one is handed out first, by brokers that have an order; default: 0. */
  readonly priority?: number;
  /** How long it is hidden at first. */
  readonly delaySeconds?: number;
  /** At most so many packages with this key are handed out at a time, by brokers that can count them. */
  readonly limit?: { readonly key: string; readonly count: number };
  /** The keys that have packages waiting get turns. */
  readonly fairnessKey?: string;
}

/** What carries the packages, for people. */
export interface BrokerInfo {
  /** For instance `Postgres (pg-boss 12.35.0)`. */
  readonly description: string;
}

/** How a task that waits or runs shows itself. */
export type QueuedTaskState = 'queued' | 'delayed' | 'running';

/** A task that waits or runs, as an administrator sees it. */
export interface QueuedTask {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  /** Secret arguments are sealed. */
  readonly args: TaskArguments;
  readonly group: string | null;
  /** What it was enqueued with beside its arguments; empty where nothing. */
  readonly options: PackedOptions;
  readonly state: QueuedTaskState;
  /** Presentations so far. */
  readonly attempts: number;
  /** When it was enqueued, and when it may be presented next. */
  readonly created: string;
  readonly startAfter: string;
}

/** What stood in a queue that was purged. */
export interface PurgedPackages {
  readonly count: number;
  /** The iterations that had parts among them. */
  readonly iterationIds: readonly string[];
}

/** Which of the tasks that wait or run are asked for. */
export interface QueuedTaskPage {
  readonly limit: number;
  readonly offset: number;
  /** These alone; UUIDs. */
  readonly ids?: readonly string[];
}

/**
 * Moves packages from the processes that enqueue to the engines. Each operation that takes a transaction takes part in it
 * where the broker's storage is Postgres.
 */
export interface Broker {
  /** Messages of somebody else that it has come across. It leaves them where they are. */
  readonly foreignCount: number;
  /** Takes packages in; with a transaction, if and only if that commits. */
  enqueue(packages: readonly OutgoingPackage[], transaction?: Knex.Transaction): Promise<void>;
  /**
   * Hands out packages, oldest first, and stores with that the leases by which the engine holds their tasks, both or
   * neither. Each package is hidden until it is acknowledged or released.
   *
   * @throws {LeaseRefusedError}
   */
  dequeue(limit: number, engineId: string): Promise<readonly Delivery[]>;
  /** Removes packages for good, where the presentation is still the current one. */
  acknowledge(presentations: readonly Presentation[], transaction: Knex.Transaction): Promise<void>;
  /** Makes packages available again after a delay, where the presentation is still the current one. */
  release(releases: readonly Release[], transaction: Knex.Transaction): Promise<void>;
  /** Removes packages that wait; returns their ids. One that runs is left. */
  delete(ids: readonly string[], transaction?: Knex.Transaction): Promise<readonly string[]>;
  /** Removes every package that waits. */
  purgeQueue(transaction?: Knex.Transaction): Promise<PurgedPackages>;
  /** Removes the queue, and every package in it. */
  deleteQueue(): Promise<void>;
  /** Keeps packages hidden whose tasks run on, where the broker would show them again after a time. */
  renew(presentations: readonly Presentation[]): Promise<void>;
  /** Packages that wait, delayed ones included. */
  queueSize(): Promise<number>;
  /** Packages that are handed out. */
  lockSize(): Promise<number>;
  /** Some of the tasks that wait or run, oldest first. */
  list(page: QueuedTaskPage, transaction?: Knex.Transaction): Promise<readonly QueuedTask[]>;
  /** What carries the packages. */
  info(): Promise<BrokerInfo>;
  /** Throws where the broker cannot be reached or is not set up. */
  ping(): Promise<void>;
  /** Calls back when there may be packages to dequeue, until the returned function is called. */
  listen(onPackages: () => void): Promise<() => Promise<void>>;
  /** Ends what runs in the background; the database stays open. */
  close(): Promise<void>;
}
