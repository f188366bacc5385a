import type { Knex } from 'knex';
import type { EndedLease, Lease, Presentation } from '../leases/lease.ts';
import type { TaskArguments } from '../tasks/task-function.ts';
import type { PackedOptions } from '../tasks/task-options.ts';

/** A package as a broker has it; whether it is what was enqueued has to be verified. */
export interface CarriedPackage {
  readonly id: string;
  readonly carried: unknown;
}

/** A package as a broker hands it out. */
export interface Delivery extends Presentation, CarriedPackage {
  /** How long it could have been handed out before: since it was enqueued, or since its delay was over. */
  readonly waitedSeconds: number;
}

/** How a package goes on whose presentation ended without success. */
export interface Release {
  /** How long it is hidden before the next presentation. */
  readonly delaySeconds: number;
  /** Whether nothing was done with it, so that the presentation does not count. */
  readonly isUnstarted?: boolean;
  /** Whether a package is released too whose task was cancelled meanwhile; otherwise it is removed. */
  readonly evenIfCancelled?: boolean;
}

/** The end of a presentation. */
export interface Settlement extends Lease {
  /** Absent where the package is removed for good. */
  readonly release?: Release;
}

/** A package on its way in. */
export interface OutgoingPackage {
  readonly id: string;
  /** The package and its signature, as JSON: see `SignedPackage`. */
  readonly carried: string;
  /** A higher one is handed out first, by brokers that have an order; default: 0. */
  readonly priority?: number;
  /** How long it is hidden at first. */
  readonly delaySeconds?: number;
  /** At most so many packages with this key are handed out at a time, by brokers that can count them. */
  readonly limit?: { readonly key: string; readonly count: number };
  /** The keys that have packages waiting get turns, by brokers that have an order. */
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
  /**
   * Takes packages in; with a transaction, if and only if that commits. One whose id waits in the queue, or is held, is
   * passed over.
   */
  enqueue(packages: readonly OutgoingPackage[], transaction?: Knex.Transaction): Promise<void>;
  /**
   * Hands out packages, and stores with that the leases by which the engine holds their tasks, both or neither. Each
   * package is hidden until it is settled. A package whose task has a lease already, because it is in two queues, waits
   * for the end of that.
   *
   * @param limit the most packages; with 0, what became due or has a slot now is left to other engines, which are notified.
   * @throws {LeaseRefusedError}
   */
  dequeue(limit: number, engineId: string): Promise<readonly Delivery[]>;
  /**
   * Ends presentations and their leases: removes their packages for good, or makes them available again. Returns those
   * that the engine still held; the others are left as they are.
   */
  settle(settlements: readonly Settlement[], transaction: Knex.Transaction): Promise<readonly EndedLease[]>;
  /** Removes packages that wait; returns their ids. One that runs is left. */
  delete(ids: readonly string[], transaction?: Knex.Transaction): Promise<readonly string[]>;
  /** Removes every package that waits. */
  purgeQueue(transaction?: Knex.Transaction): Promise<PurgedPackages>;
  /** Removes the queue, and every package in it. */
  deleteQueue(): Promise<void>;
  /** Packages that wait, delayed ones included. */
  queueSize(): Promise<number>;
  /** Packages with this fairness key that wait, delayed ones included; counts no more than `atMost`. */
  waitingOfFairnessKey(fairnessKey: string, atMost: number): Promise<number>;
  /** Packages that are handed out. */
  lockSize(): Promise<number>;
  /** Some of the tasks that wait or run, oldest first. */
  list(page: QueuedTaskPage, transaction?: Knex.Transaction): Promise<readonly QueuedTask[]>;
  /** Those of the packages that wait or run. */
  carried(ids: readonly string[], transaction: Knex.Transaction): Promise<readonly CarriedPackage[]>;
  /** What carries the packages. */
  info(): Promise<BrokerInfo>;
  /** Throws where the broker cannot be reached or is not set up. */
  ping(): Promise<void>;
  /** Calls back when there may be packages to dequeue, until the returned function is called. */
  listen(onPackages: () => void): Promise<() => Promise<void>>;
  /** Ends what runs in the background; the database stays open. */
  close(): Promise<void>;
}
