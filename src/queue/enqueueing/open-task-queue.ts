import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import type { QueuedTask, QueuedTaskPage } from '../brokers/broker.ts';
import { type RunningTask, type RunningTaskPage, runningTasks } from '../leases/running-tasks.ts';
import { forgetAttemptsOfGone } from '../results/attempts.ts';
import { FailedTaskSigner } from '../results/failed-task-signer.ts';
import { collatedAttempt, createIteration, forgetIterations } from '../results/iterations.ts';
import { ResultStore } from '../results/result-store.ts';
import { type GroupReadOptions, type ReadOptions, ResultReader } from '../results/results.ts';
import { queueSettings } from '../settings.ts';
import type { FinishedTask } from '../tasks/finished-task.ts';
import { OnLostCaller } from '../tasks/on-lost.ts';
import { type PackedTask, packTask } from '../tasks/packing.ts';
import type { JsonValue, TaskArguments, TaskFunction } from '../tasks/task-function.ts';
import type { EnqueueOptions, TaskOptions } from '../tasks/task-options.ts';
import { type Cancellation, cancelTasks } from './cancelling.ts';
import { Completion } from './completion.ts';
import {
  type ChainLink,
  type ChainOptions,
  chainTogether,
  type IterOptions,
  type PackedIteration,
  packIteration,
  packLinks,
} from './composed/composing.ts';
import { enqueuePackedTasks, enqueueTasks, MOST_PACKAGES, needTransaction } from './enqueueing.ts';
import { InlineRunner } from './inline-runner.ts';
import { OpenBrokers } from './open-brokers.ts';
import { pauseQueue, resumeQueue } from './queue-control.ts';
import { resubmitTasks } from './resubmitting.ts';
import { secondsUntilRoom } from './room.ts';
import { forgetStandstills, forgetStandstillsOfPurged } from './standstills.ts';
import type { TaskCall, TaskQueue, TaskQueueOptions } from './task-queue.ts';
import { freeAbandonedUniqueKeys, freeUniqueKeys } from './unique-keys.ts';

/** Opens a queue; the database is first asked when the queue is first used. */
export function openTaskQueue(
  platform: Platform,
  queueName = platform.settingsOf(queueSettings).queueName,
  options: TaskQueueOptions = {},
): TaskQueue {
  return new OpenTaskQueue(platform, queueName, options);
}

/** One queue, and what it shares with the queues beside it: brokers that are open, and the reader of results. */
class OpenTaskQueue implements TaskQueue {
  readonly #platform: Platform;
  readonly queueName: string;
  readonly #options: TaskQueueOptions;
  readonly #isSync: boolean;
  readonly #onLostCaller: OnLostCaller;
  readonly #failedTaskSigner: FailedTaskSigner;
  readonly #brokers: OpenBrokers;
  readonly #results: ResultReader;

  /** @throws {TaskOptionsError} for what cannot be a queue's name. */
  constructor(platform: Platform, queueName: string, options: TaskQueueOptions) {
    const { sync = false, taskFunctions = [] } = options;
    this.#platform = platform;
    this.queueName = queueName;
    this.#options = options;
    this.#isSync = sync;
    this.#onLostCaller = new OnLostCaller(
      platform,
      new Map(taskFunctions.map((taskFunction) => [taskFunction.name, taskFunction])),
    );
    this.#failedTaskSigner = new FailedTaskSigner(platform);
    this.#brokers = new OpenBrokers(platform);
    this.#results = new ResultReader(platform);
    this.#brokers.broker(queueName);
  }

  async asyncTask<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    args: Arguments,
    { transaction, sync, cluster, ...options }: TaskOptions = {},
  ): Promise<string> {
    const [id = ''] = await this.asyncTasks(taskFunction, [{ args, options }], {
      transaction,
      sync,
      cluster,
    });
    return id;
  }

  async asyncTasks<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    calls: readonly TaskCall<Arguments>[],
    where: EnqueueOptions = {},
  ): Promise<string[]> {
    const pack = ({ args, options = {} }: TaskCall<Arguments>) =>
      packTask(taskFunction, args, options, this.#platform.secretBox);
    if (!this.#runsInline(where) && areMany(calls)) {
      const within = where.transaction ?? this.#platform.database;
      const target = this.#brokers.target(this.#nameOf(where));
      const packed = function* () {
        for (const call of calls) yield pack(call);
      };
      return within.transaction((inner) => enqueuePackedTasks(target, packed(), inner));
    }
    const packed = calls.map(pack);
    if (!this.#runsInline(where)) return this.#enqueue(packed, where);
    const runner = this.#inlineRunner(where);
    for (const [place, each] of packed.entries()) {
      const hook = calls[place]?.options?.hook;
      await runner.run({ taskFunction, packed: each, hook }, where.transaction);
    }
    return packed.map(({ task }) => task.id);
  }

  async asyncChain(links: readonly ChainLink[], options: ChainOptions = {}): Promise<string> {
    const { group, packed } = packLinks(links, options, this.#platform.secretBox);
    if (!this.#runsInline(options)) {
      await this.#enqueue(chainTogether(links, packed), options);
      return group;
    }
    const runner = this.#inlineRunner(options);
    for (const [place, link] of links.entries()) {
      const { hook } = link.options;
      const each = packed[place];
      if (each)
        await runner.run({ taskFunction: link.taskFunction, packed: each, hook }, options.transaction);
    }
    return group;
  }

  async asyncIter<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    elements: Iterable<Arguments>,
    { transaction, sync, cluster, ...options }: IterOptions = {},
  ): Promise<string> {
    const where = { transaction, sync, cluster };
    const iteration = packIteration(taskFunction, elements, options, this.#platform.secretBox);
    const { id, parts } = iteration;
    if (this.#runsInline(where)) {
      const runner = this.#inlineRunner(where);
      const result: JsonValue[] = [];
      for (const packed of parts) result.push(await runner.runPart(taskFunction, packed, transaction));
      await runner.store(collatedAttempt(iteration, { success: true, result }), options.hook, transaction);
      return id;
    }
    await this.#within(transaction, async (inner) => {
      if (parts.length === 0) return this.#completeAtOnce(iteration, inner, where);
      await createIteration(inner, this.#nameOf(where), iteration, parts.length);
      await this.#enqueue(parts, { ...where, transaction: inner });
    });
    return id;
  }

  resubmitTasks(
    ids: readonly string[],
    transaction?: Knex.Transaction,
    resubmittedBy?: string,
  ): Promise<string[]> {
    const within = transaction ?? this.#platform.database;
    return within.transaction((inner) =>
      resubmitTasks(this.#brokers, this.#failedTaskSigner, ids, inner, resubmittedBy),
    );
  }

  deleteQueuedTasks(ids: readonly string[], transaction?: Knex.Transaction): Promise<number> {
    return this.#within(transaction, async (inner) => {
      const broker = this.#brokers.broker(this.queueName);
      const queued = await broker.list({ ids, limit: ids.length, offset: 0 }, inner);
      const deleted = new Set(await broker.delete(ids, inner));
      await freeUniqueKeys(inner, [...deleted]);
      await forgetAttemptsOfGone(inner, [...deleted]);
      await forgetStandstills(inner, [...deleted]);
      await forgetIterations(
        inner,
        queued.flatMap(({ id, options: { iteration } }) =>
          iteration && deleted.has(id) ? iteration.id : [],
        ),
      );
      return deleted.size;
    });
  }

  cancelTasks(
    ids: readonly string[],
    cancelledBy: string,
    transaction?: Knex.Transaction,
  ): Promise<ReadonlyMap<string, Cancellation>> {
    const target = {
      broker: this.#brokers.broker(this.queueName),
      queueName: this.queueName,
      onLostCaller: this.#onLostCaller,
      signer: this.#brokers.signer,
      failedTaskSigner: this.#failedTaskSigner,
    };
    return this.#within(transaction, (inner) => cancelTasks(inner, target, ids, cancelledBy));
  }

  async cancel(id: string, cancelledBy: string): Promise<Cancellation> {
    const cancelled = await this.cancelTasks([id], cancelledBy);
    return cancelled.get(id) ?? 'unknown';
  }

  running(page: RunningTaskPage): Promise<readonly RunningTask[]> {
    return runningTasks(this.#platform.database, page);
  }

  pause(pausedBy: string, transaction?: Knex.Transaction): Promise<void> {
    return pauseQueue(transaction ?? this.#platform.database, this.queueName, pausedBy);
  }

  resume(transaction?: Knex.Transaction): Promise<void> {
    return resumeQueue(transaction ?? this.#platform.database, this.queueName);
  }

  async purgeQueue(): Promise<number> {
    const broker = this.#brokers.broker(this.queueName);
    const count = await this.#platform.database.transaction(async (transaction) => {
      const purged = await broker.purgeQueue(transaction);
      await forgetIterations(transaction, purged.iterationIds);
      await forgetStandstillsOfPurged(transaction, this.queueName);
      return purged.count;
    });
    await freeAbandonedUniqueKeys(this.#platform.database, broker, this.queueName);
    return count;
  }

  async deleteQueue(): Promise<void> {
    await this.purgeQueue();
    const broker = this.#brokers.broker(this.queueName);
    await broker.deleteQueue();
    await freeAbandonedUniqueKeys(this.#platform.database, broker, this.queueName);
  }

  queuedTasks(page: QueuedTaskPage): Promise<readonly QueuedTask[]> {
    return this.#brokers.broker(this.queueName).list(page);
  }

  queueSize(): Promise<number> {
    return this.#brokers.broker(this.queueName).queueSize();
  }

  secondsUntilRoom(fairnessKey: string, mostWaiting: number): Promise<number | undefined> {
    const target = { broker: this.#brokers.broker(this.queueName), queueName: this.queueName };
    return secondsUntilRoom(this.#platform.database, target, fairnessKey, mostWaiting);
  }

  lockSize(): Promise<number> {
    return this.#brokers.broker(this.queueName).lockSize();
  }

  sibling(queueName: string): TaskQueue {
    return new OpenTaskQueue(this.#platform, queueName, this.#options);
  }

  ping(): Promise<void> {
    return this.#brokers.broker(this.queueName).ping();
  }

  result(idOrName: string, options?: ReadOptions): Promise<JsonValue | undefined> {
    return this.#results.result(idOrName, options);
  }

  fetch(idOrName: string, options?: ReadOptions): Promise<FinishedTask | undefined> {
    return this.#results.fetch(idOrName, options);
  }

  resultGroup(group: string, options?: GroupReadOptions): Promise<JsonValue[]> {
    return this.#results.resultGroup(group, options);
  }

  fetchGroup(group: string, options?: GroupReadOptions): Promise<FinishedTask[]> {
    return this.#results.fetchGroup(group, options);
  }

  countGroup(
    group: string,
    options?: { readonly failures?: boolean; readonly cached?: boolean },
  ): Promise<number> {
    return this.#results.countGroup(group, options);
  }

  deleteGroup(
    group: string,
    options?: { readonly tasks?: boolean; readonly cached?: boolean },
  ): Promise<number> {
    return this.#results.deleteGroup(group, options);
  }

  deleteCached(idOrName: string): Promise<boolean> {
    return this.#results.deleteCached(idOrName);
  }

  async close(): Promise<void> {
    await Promise.all([this.#brokers.close(), this.#results.close()]);
  }

  /** An iteration of nothing has no last part that would complete it. */
  async #completeAtOnce(
    iteration: PackedIteration,
    transaction: Knex.Transaction,
    where: EnqueueOptions,
  ): Promise<void> {
    const target = this.#brokers.target(this.#nameOf(where));
    const results = new ResultStore({
      platform: this.#platform,
      queueName: target.queueName,
      keepsSuccesses: this.#platform.settingsOf(queueSettings).serving.saveLimit >= 0,
      cachedSeconds: this.#platform.settingsOf(queueSettings).serving.cachedSeconds,
      isReadHere: false,
    });
    const attempt = collatedAttempt(iteration, { success: true, result: [] });
    await new Completion({ ...target, results }).complete(transaction, [attempt], []);
  }

  #runsInline({ sync = this.#isSync }: EnqueueOptions): boolean {
    return sync;
  }

  #nameOf({ cluster = this.queueName }: EnqueueOptions): string {
    return cluster;
  }

  #inlineRunner(where: EnqueueOptions): InlineRunner {
    return new InlineRunner(this.#platform, this.#nameOf(where));
  }

  async #enqueue(tasks: readonly PackedTask[], where: EnqueueOptions): Promise<string[]> {
    if (tasks.length === 0) return [];
    const target = this.#brokers.target(this.#nameOf(where));
    if (!needTransaction(tasks)) return enqueueTasks(target, tasks, where.transaction);
    return this.#within(where.transaction, (transaction) => enqueueTasks(target, tasks, transaction));
  }

  #within<T>(
    transaction: Knex.Transaction | undefined,
    work: (transaction: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    return transaction ? work(transaction) : this.#platform.database.transaction(work);
  }
}

/** Whether calls are packed a part at a time; not where they have unique keys, which are taken in one order for all. */
function areMany(calls: readonly TaskCall<TaskArguments>[]): boolean {
  return calls.length > MOST_PACKAGES && calls.every(({ options }) => options?.uniqueKey === undefined);
}
