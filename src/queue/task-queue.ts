import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { SecretBox } from '../platform/crypto/secret-box.ts';
import type { Database } from '../platform/database/connection.ts';
import type { Platform } from '../platform/platform.ts';
import type { Broker, QueuedTask, QueuedTaskPage } from './brokers/broker.ts';
import { PostgresBroker } from './brokers/postgres-broker.ts';
import { lockFailedTasks, takeFailedTasks } from './finished-tasks.ts';
import type { JsonValue, TaskArguments, TaskFunction } from './task-function.ts';
import { PackageSigner, sealArguments, type TaskPackage } from './task-package.ts';

/** The queue that clusters serve where nothing else is said. */
export const DEFAULT_QUEUE_NAME = 'composite';

/** Options of `asyncTask`, under Django-Q's names. */
export interface TaskOptions {
  /** The caller's transaction: the task is queued if and only if it commits. */
  readonly transaction?: Knex.Transaction;
  /** The task's id, where the caller has to know it before; otherwise one is made. */
  readonly id?: string;
  /** A name of up to 250 characters; otherwise the function's. */
  readonly taskName?: string;
  /** A label by which results can be read together, of up to 250 characters. */
  readonly group?: string;
}

/** One call of many that are enqueued together. */
export interface TaskCall<Arguments extends TaskArguments> {
  readonly args: Arguments;
  readonly options?: Omit<TaskOptions, 'transaction'>;
}

/** A call cannot be enqueued as it is. */
export class TaskOptionsError extends Error {
  override readonly name = 'TaskOptionsError';
}

/** Names and groups stand in indexes, which hold no long texts: a longer one could be enqueued, but never stored. */
const LONGEST_LABEL_CHARACTERS = 250;

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
   */
  resubmitTasks(ids: readonly string[]): Promise<string[]>;
  /** Removes tasks that wait; one that runs is left. Answers how many there were. */
  deleteQueuedTasks(ids: readonly string[]): Promise<number>;
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

/** The broker of a queue, as the settings name it. */
export function createBroker(platform: Platform, queueName: string): Broker {
  const { sqsQueueName } = platform.settings.engine;
  if (sqsQueueName !== undefined) {
    platform.logger.warn(
      { sqsQueueName },
      'SQS_BROKER_QUEUE_NAME has no effect in this version: Postgres carries the tasks',
    );
  }
  return new PostgresBroker({
    database: platform.database,
    databaseUrl: platform.settings.databaseUrl,
    queueName,
    logger: platform.logger,
  });
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
    const task = this.#package(taskFunction, { args, options });
    await this.#enqueue([task], transaction);
    return task.id;
  }

  async asyncTasks<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    calls: readonly TaskCall<Arguments>[],
    { transaction }: Pick<TaskOptions, 'transaction'> = {},
  ): Promise<string[]> {
    const tasks = calls.map((call) => this.#package(taskFunction, call));
    if (tasks.length > 0) await this.#enqueue(tasks, transaction);
    return tasks.map(({ id }) => id);
  }

  async resubmitTasks(ids: readonly string[]): Promise<string[]> {
    return this.#database.transaction(async (transaction) => {
      const failedIds = await lockFailedTasks(transaction, ids);
      // Those that wait first: what an engine was just taking has a lease when this is done.
      await this.#broker.delete(failedIds, transaction);
      const failed = await takeFailedTasks(transaction, failedIds);
      const started = new Date().toISOString();
      const tasks = failed.map((task) => ({ ...task, id: randomUUID(), started }));
      if (tasks.length > 0) await this.#enqueue(tasks, transaction);
      return tasks.map(({ id }) => id);
    });
  }

  deleteQueuedTasks(ids: readonly string[]): Promise<number> {
    return this.#broker.delete(ids);
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

  #package<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    { args, options = {} }: TaskCall<Arguments>,
  ): TaskPackage {
    checkLabel('taskName', options.taskName, taskFunction.name);
    checkLabel('group', options.group, taskFunction.name);
    return {
      id: options.id ?? randomUUID(),
      name: options.taskName ?? taskFunction.name,
      func: taskFunction.name,
      args: sealArguments(args, taskFunction.secretArguments, this.#secretBox),
      group: options.group ?? null,
      started: new Date().toISOString(),
    };
  }

  #enqueue(tasks: readonly TaskPackage[], transaction?: Knex.Transaction): Promise<void> {
    return this.#broker.enqueue(
      tasks.map((task) => this.#signer.sign(task)),
      transaction,
    );
  }
}

function checkLabel(option: string, label: string | undefined, func: string): void {
  if (label === undefined || label.length <= LONGEST_LABEL_CHARACTERS) return;
  throw new TaskOptionsError(
    `The ${option} of a call of ${func} has ${label.length} characters; it can have up to ${LONGEST_LABEL_CHARACTERS}`,
  );
}
