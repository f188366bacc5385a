import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { SecretBox } from '../platform/crypto/secret-box.ts';
import type { Database } from '../platform/database/connection.ts';
import type { Platform } from '../platform/platform.ts';
import type { Broker, QueuedTask, QueuedTaskPage } from './brokers/broker.ts';
import { createBroker } from './brokers/index.ts';
import { lockFailedTasks, takeFailedTasks } from './finished-tasks.ts';
import { addressPackage, type PackedTask, packTask } from './packing.ts';
import { DEFAULT_QUEUE_NAME } from './queue-name.ts';
import type { JsonValue, TaskArguments, TaskFunction } from './task-function.ts';
import type { TaskOptions } from './task-options.ts';
import { PackageSigner } from './task-package.ts';

/** One call of many that are enqueued together. */
export interface TaskCall<Arguments extends TaskArguments> {
  readonly args: Arguments;
  readonly options?: Omit<TaskOptions, 'transaction' | 'sync' | 'cluster'>;
}

/** Sends functions to the queue, and what failed back into it. */
export interface TaskQueue {
  /** Enqueues one call; answers the task's id at once. @throws {TaskOptionsError} */
  asyncTask<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    args: Arguments,
    options?: TaskOptions,
  ): Promise<string>;
  /** Enqueues many calls of one function in one statement; answers their ids in order. @throws {TaskOptionsError} */
  asyncTasks<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    calls: readonly TaskCall<Arguments>[],
    options?: Pick<TaskOptions, 'transaction'>,
  ): Promise<string[]>;
  /**
   * Sends failed tasks to the queue again, each as a new task with the same function, arguments and group, and
   * removes the failures, in one transaction. A failed task that still waits for its next attempt goes on as
   * this new one alone; one whose next attempt runs is left, as it would run twice. Answers the new ids.
   *
   * @param transaction what else has to happen with it, or not at all.
   */
  resubmitTasks(ids: readonly string[], transaction?: Knex.Transaction): Promise<string[]>;
  /** Removes tasks that wait; one that runs is left. Answers how many there were. */
  deleteQueuedTasks(ids: readonly string[], transaction?: Knex.Transaction): Promise<number>;
  /** Some of the tasks that wait or run, oldest first. */
  queuedTasks(page: QueuedTaskPage): Promise<readonly QueuedTask[]>;
  /** Tasks that wait, those delayed included. */
  queueSize(): Promise<number>;
  /** Tasks that run. */
  lockSize(): Promise<number>;
  /** Throws where the broker cannot be reached or is not set up. */
  ping(): Promise<void>;
  /** Ends what runs in the background; the database stays open. */
  close(): Promise<void>;
}

/** Opens a queue; the database is first asked when the queue is first used. */
export function openTaskQueue(platform: Platform, queueName = DEFAULT_QUEUE_NAME): TaskQueue {
  return new SigningTaskQueue(platform, createBroker(platform, queueName));
}

class SigningTaskQueue implements TaskQueue {
  readonly #database: Database;
  readonly #secretBox: SecretBox;
  readonly #signer: PackageSigner;
  readonly #broker: Broker;

  constructor(platform: Platform, broker: Broker) {
    this.#database = platform.database;
    this.#secretBox = platform.secretBox;
    this.#signer = new PackageSigner(platform.settings.secretKey);
    this.#broker = broker;
  }

  async asyncTask<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    args: Arguments,
    { transaction, ...options }: TaskOptions = {},
  ): Promise<string> {
    const packed = packTask(taskFunction, args, options, this.#secretBox);
    await this.#enqueue([packed], transaction);
    return packed.task.id;
  }

  async asyncTasks<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    calls: readonly TaskCall<Arguments>[],
    { transaction }: Pick<TaskOptions, 'transaction'> = {},
  ): Promise<string[]> {
    const packed = calls.map(({ args, options = {} }) =>
      packTask(taskFunction, args, options, this.#secretBox),
    );
    if (packed.length > 0) await this.#enqueue(packed, transaction);
    return packed.map(({ task }) => task.id);
  }

  async resubmitTasks(ids: readonly string[], outer?: Knex.Transaction): Promise<string[]> {
    return (outer ?? this.#database).transaction(async (transaction) => {
      const failedIds = await lockFailedTasks(transaction, ids);
      // Those that wait first: what an engine was just taking has a lease when this is done.
      await this.#broker.delete(failedIds, transaction);
      const failed = await takeFailedTasks(transaction, failedIds);
      const started = new Date().toISOString();
      const packed = failed.map(({ id, options, ...task }) => ({
        task: { ...task, id: randomUUID(), started, options: { ...options, resubmittedFrom: id } },
        delaySeconds: undefined,
      }));
      if (packed.length > 0) await this.#enqueue(packed, transaction);
      return packed.map(({ task }) => task.id);
    });
  }

  async deleteQueuedTasks(ids: readonly string[], transaction?: Knex.Transaction): Promise<number> {
    const deleted = await this.#broker.delete(ids, transaction);
    return deleted.length;
  }

  queuedTasks(page: QueuedTaskPage): Promise<readonly QueuedTask[]> {
    return this.#broker.list(page);
  }

  queueSize(): Promise<number> {
    return this.#broker.queueSize();
  }

  lockSize(): Promise<number> {
    return this.#broker.lockSize();
  }

  ping(): Promise<void> {
    return this.#broker.ping();
  }

  close(): Promise<void> {
    return this.#broker.close();
  }

  #enqueue(tasks: readonly PackedTask[], transaction?: Knex.Transaction): Promise<void> {
    return this.#broker.enqueue(
      tasks.map((task) => addressPackage(task, this.#signer)),
      transaction,
    );
  }
}
