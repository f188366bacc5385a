import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import { withoutSealedArguments } from './sealed-arguments.ts';
import type { AnyTaskFunction, TaskFailure, TaskProgress } from './task-function.ts';
import type { TaskPackage } from './task-package.ts';

/** The end of a task, or of an attempt at it, that the task's function could not handle itself. */
export interface Loss {
  readonly task: Pick<TaskPackage, 'id' | 'func' | 'args'>;
  readonly failure: TaskFailure;
  /** How long until the next attempt; `undefined` if there is none. */
  readonly nextAttemptSeconds: number | undefined;
  /** Whether it was cancelled. */
  readonly isCancelled: boolean;
  /** The last progress that the attempt reported. */
  readonly progress: TaskProgress | null;
}

/** Calls the `onLost` of functions for attempts whose end they could not handle themselves. */
export class OnLostCaller {
  readonly #platform: Platform;
  readonly #taskFunctions: ReadonlyMap<string, AnyTaskFunction>;

  /** @param taskFunctions the functions that this process knows, by name; for others, nothing is called. */
  constructor(platform: Platform, taskFunctions: ReadonlyMap<string, AnyTaskFunction>) {
    this.#platform = platform;
    this.#taskFunctions = taskFunctions;
  }

  /** @param transaction the one that stores the failures. They are stored even if an `onLost` throws. */
  async call(transaction: Knex.Transaction, losses: readonly Loss[]): Promise<void> {
    for (const loss of losses) await this.#callFor(loss, transaction);
  }

  async #callFor(
    { task, failure, nextAttemptSeconds, isCancelled, progress }: Loss,
    transaction: Knex.Transaction,
  ): Promise<void> {
    const onLost = this.#taskFunctions.get(task.func)?.onLost;
    if (!onLost) return;
    const platform = this.#platform;
    try {
      // Within a savepoint: after an error, Postgres would accept nothing more in the transaction.
      await transaction.transaction((savepoint) =>
        onLost(withoutSealedArguments(task.args), failure, {
          taskId: task.id,
          transaction: savepoint,
          platform,
          nextAttemptSeconds,
          isCancelled,
          progress,
        }),
      );
    } catch (error) {
      platform.logger.error({ err: error, taskId: task.id, func: task.func }, 'onLost failed');
    }
  }
}
