import { hostname } from 'node:os';
import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import {
  type AttemptCourse,
  saveUnsuccessfulAttempts,
  type UnsuccessfulAttempt,
} from '../results/attempts.ts';
import { type FinishedAttempt, finishedTask } from '../results/finished-tasks.ts';
import { ResultStore } from '../results/result-store.ts';
import { queueSettings } from '../settings.ts';
import type { HookFunction } from '../tasks/finished-task.ts';
import { type PackedTask, packTask } from '../tasks/packing.ts';
import { runTask, storableResult } from '../tasks/run-task.ts';
import { withoutSealedArguments } from '../tasks/sealed-arguments.ts';
import type { AnyTaskFunction, JsonValue, TaskArguments, TaskContext } from '../tasks/task-function.ts';
import type { TaskPackage } from '../tasks/task-package.ts';

/** What is run here and now, beside the task itself. */
export interface InlineCall {
  readonly taskFunction: AnyTaskFunction;
  readonly packed: PackedTask;
  readonly hook: HookFunction | undefined;
}

/** `AbortSignal.timeout` counts in 32 bits. */
const LONGEST_TIMEOUT_MILLISECONDS = 4_294_967_295;

/**
 * Runs tasks in this process, without a broker, by the code that workers run them with: for tests, and for scripts
 * that have no engine. A task is tried once, and what is said of its delay, priority, limit and unique key has no
 * effect.
 */
export class InlineRunner {
  readonly #platform: Platform;
  readonly #results: ResultStore;
  readonly #queueName: string;

  constructor(platform: Platform, queueName: string) {
    this.#platform = platform;
    this.#queueName = queueName;
    this.#results = new ResultStore({
      platform,
      queueName,
      keepsSuccesses: true,
      cachedSeconds: platform.settingsOf(queueSettings).serving.cachedSeconds,
      isReadHere: true,
    });
  }

  /**
   * Runs a task, stores how it ended, and runs its hook.
   *
   * @returns what the function returned.
   * @throws what the function throws, once that is stored.
   */
  async run({ taskFunction, packed, hook }: InlineCall, transaction?: Knex.Transaction): Promise<JsonValue> {
    const { attempt, thrown } = await this.#attempt(taskFunction, packed.task);
    await this.store(attempt, hook, transaction);
    if (!attempt.outcome.success) throw thrown;
    return attempt.outcome.result;
  }

  /** Runs a part of an iteration, likewise; what it returns is not stored by itself. */
  async runPart(
    taskFunction: AnyTaskFunction,
    { task }: PackedTask,
    transaction?: Knex.Transaction,
  ): Promise<JsonValue> {
    const { attempt, thrown } = await this.#attempt(taskFunction, task);
    if (attempt.outcome.success) return attempt.outcome.result;
    await this.store(attempt, undefined, transaction);
    throw thrown;
  }

  /** Stores how a task ended, and runs its hook; a hook that throws has failed as a task of its own, as elsewhere. */
  async store(
    attempt: FinishedAttempt,
    hook: HookFunction | undefined,
    transaction?: Knex.Transaction,
  ): Promise<void> {
    const [stored] = await this.#within(transaction, async (inner) => {
      await saveUnsuccessfulAttempts(inner, failedAttempt(attempt));
      return this.#results.store(inner, [attempt]);
    });
    if (!hook || !stored) return;
    const task = finishedTask(attempt, this.#queueName, stored.stopped);
    const packed = packTask(hook, { task }, {}, this.#platform.secretBox);
    await this.run({ taskFunction: hook, packed, hook: undefined }, transaction).catch(() => undefined);
  }

  async #attempt(
    taskFunction: AnyTaskFunction,
    task: TaskPackage,
  ): Promise<{ readonly attempt: FinishedAttempt; readonly thrown: unknown }> {
    let thrown: unknown;
    const call = await taskFunction.load();
    const handler = async (args: TaskArguments, context: TaskContext): Promise<JsonValue> => {
      try {
        return storableResult(await call(args, context));
      } catch (error) {
        thrown = error;
        throw error;
      }
    };
    const begun = performance.now();
    const outcome = await runTask(
      this.#platform,
      { handlerOf: async () => handler, functionOf: () => taskFunction },
      { task, attempt: 1 },
      { signal: timeoutSignal(task, taskFunction), progress: () => undefined },
    );
    const args = outcome.success ? withoutSealedArguments(task.args) : task.args;
    const ranSeconds = (performance.now() - begun) / 1_000;
    return { attempt: { task, attemptCount: 1, outcome, args, course: inlineCourse(ranSeconds) }, thrown };
  }

  #within<T>(
    transaction: Knex.Transaction | undefined,
    work: (transaction: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    return transaction ? work(transaction) : this.#platform.database.transaction(work);
  }
}

/** It began at once, and no engine took it. */
function inlineCourse(ranSeconds: number): AttemptCourse {
  return {
    engineId: null,
    host: hostname(),
    workerPid: process.pid,
    takenAgoSeconds: null,
    begunAgoSeconds: ranSeconds,
    waitedSeconds: 0,
    ranSeconds,
  };
}

function failedAttempt({ task, attemptCount, outcome, course }: FinishedAttempt): UnsuccessfulAttempt[] {
  if (outcome.success || !course) return [];
  const { error } = outcome.result;
  return [{ ...course, taskId: task.id, number: attemptCount, outcome: 'failed', error, sentBy: null }];
}

function timeoutSignal(task: TaskPackage, taskFunction: AnyTaskFunction): AbortSignal {
  const timeoutSeconds = task.options?.timeoutSeconds ?? taskFunction.timeoutSeconds;
  if (timeoutSeconds === undefined) return new AbortController().signal;
  return AbortSignal.timeout(Math.min(Math.ceil(timeoutSeconds * 1_000), LONGEST_TIMEOUT_MILLISECONDS));
}
