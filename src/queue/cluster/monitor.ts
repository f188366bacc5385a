import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import type { Broker } from '../brokers/broker.ts';
import { saveFinishedAttempts } from '../finished-tasks.ts';
import type { AnyTaskFunction, TaskOutcome } from '../task-function.ts';
import { type TaskPackage, withoutSealedArguments } from '../task-package.ts';
import type { EngineRegistry } from './engine-registry.ts';

/** An attempt that is over, and what becomes of its package. */
export interface EndedAttempt {
  /** Under which the engine held the task. */
  readonly engineId: string;
  readonly task: TaskPackage;
  /** Which presentation of the package ended. */
  readonly attempt: number;
  /** Attempts that were made, where the engine that made the last one could not say so. */
  readonly attemptCount?: number;
  /** Absent where the attempt leaves no trace but that it was made: its worker died, or had to make way. */
  readonly outcome?: TaskOutcome;
  /** How long until the next attempt; `undefined` where there is none. */
  readonly nextAttemptSeconds: number | undefined;
  /** The function could not see to its own failure. */
  readonly lost: boolean;
}

/** What a {@link Monitor} needs. */
export interface MonitorOptions {
  readonly platform: Platform;
  readonly broker: Broker;
  readonly registry: EngineRegistry;
  readonly queueName: string;
  readonly taskFunctions: ReadonlyMap<string, AnyTaskFunction>;
}

/** Attempts that are stored by one transaction at the most. */
const BATCH_SIZE = 500;

/** The wait before a transaction that failed is tried again. */
const RETRY_SECONDS = 1;

/**
 * Stores results, and acknowledges or releases their packages in the same transaction. What could not be stored
 * is kept and tried again, for as long as that takes; what was taken from this engine meanwhile is dropped.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  #waiting: EndedAttempt[] = [];
  #storing: Promise<void> | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  /** Takes an attempt; those that come while a transaction runs go together into the next one. */
  store(attempt: EndedAttempt): void {
    this.#waiting.push(attempt);
    this.#storeWhatWaits();
  }

  /** Resolves when everything that was taken is stored. */
  async drained(): Promise<void> {
    while (this.#storing !== undefined) await this.#storing;
  }

  #storeWhatWaits(): void {
    if (this.#storing !== undefined || this.#waiting.length === 0) return;
    this.#storing = this.#storeAll().finally(() => {
      this.#storing = undefined;
      this.#storeWhatWaits();
    });
  }

  async #storeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_SIZE);
      try {
        await this.#options.platform.database.transaction((transaction) =>
          this.#storeBatch(batch, transaction),
        );
        this.#waiting = this.#waiting.slice(batch.length);
      } catch (error) {
        this.#options.platform.logger.error(
          { err: error, attempts: batch.length },
          'results could not be stored, trying again',
        );
        await sleep(RETRY_SECONDS * 1_000);
      }
    }
  }

  async #storeBatch(batch: readonly EndedAttempt[], transaction: Knex.Transaction): Promise<void> {
    const { broker, queueName, platform } = this.#options;
    const held = await this.#endLeases(batch, transaction);
    const dropped = batch.filter((attempt) => !held.includes(attempt));
    if (dropped.length > 0) {
      platform.logger.warn(
        { tasks: dropped.map(({ task }) => task.id) },
        'dropped results of tasks that others have taken',
      );
    }
    await saveFinishedAttempts(
      transaction,
      queueName,
      held.flatMap(({ task, attempt, attemptCount = attempt, outcome }) =>
        outcome
          ? [
              {
                task,
                attemptCount,
                outcome,
                args: outcome.success ? withoutSealedArguments(task.args) : task.args,
              },
            ]
          : [],
      ),
    );
    await broker.acknowledge(
      held.filter(({ nextAttemptSeconds }) => nextAttemptSeconds === undefined).map(presentation),
      transaction,
    );
    await broker.release(
      held.flatMap((ended) =>
        ended.nextAttemptSeconds === undefined
          ? []
          : [{ ...presentation(ended), delaySeconds: ended.nextAttemptSeconds }],
      ),
      transaction,
    );
    for (const ended of held) await this.#tellOfLoss(ended, transaction);
  }

  async #endLeases(
    batch: readonly EndedAttempt[],
    transaction: Knex.Transaction,
  ): Promise<readonly EndedAttempt[]> {
    const held: EndedAttempt[] = [];
    // Nearly always one: an engine that was declared lost goes on under another id.
    for (const [engineId, attempts = []] of Object.entries(
      Object.groupBy(batch, (attempt) => attempt.engineId),
    )) {
      const ids = await this.#options.registry.endLeases(engineId, attempts.map(presentation), transaction);
      held.push(...attempts.filter(({ task }) => ids.has(task.id)));
    }
    return held;
  }

  /** A function that fails here must not keep the result from being stored: it runs behind a savepoint. */
  async #tellOfLoss({ task, outcome, lost }: EndedAttempt, transaction: Knex.Transaction): Promise<void> {
    const onLost = this.#options.taskFunctions.get(task.func)?.onLost;
    if (!lost || !onLost || !outcome || outcome.success) return;
    const failure = outcome.result;
    const { platform } = this.#options;
    try {
      await transaction.transaction((savepoint) =>
        onLost(withoutSealedArguments(task.args), failure, { transaction: savepoint, platform }),
      );
    } catch (error) {
      platform.logger.error({ err: error, taskId: task.id, func: task.func }, 'onLost failed');
    }
  }
}

function presentation({ task, attempt }: EndedAttempt): { id: string; attempt: number } {
  return { id: task.id, attempt };
}
