import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import type { AnyTaskFunction, TaskFailure, TaskProgress } from './task-function.ts';
import { type TaskPackage, withoutSealedArguments } from './task-package.ts';

/** The end of a task, or of an attempt at it, that its function could not see to itself. */
export interface Loss {
  readonly task: Pick<TaskPackage, 'id' | 'func' | 'args'>;
  readonly failure: TaskFailure;
  /** How long until the next attempt; `undefined` where there is none. */
  readonly nextAttemptSeconds: number | undefined;
  /** As the attempt told last. */
  readonly progress: TaskProgress | null;
}

/** Tells functions of what they could not see to themselves, by their `onLost`. */
export class LossTeller {
  readonly #platform: Platform;
  readonly #taskFunctions: ReadonlyMap<string, AnyTaskFunction>;

  /** @param taskFunctions those that this process knows, by their names; of others, nobody is told. */
  constructor(platform: Platform, taskFunctions: ReadonlyMap<string, AnyTaskFunction>) {
    this.#platform = platform;
    this.#taskFunctions = taskFunctions;
  }

  /** @param transaction the one that stores the failures. A function that fails here does not keep them from that. */
  async tell(transaction: Knex.Transaction, losses: readonly Loss[]): Promise<void> {
    for (const loss of losses) await this.#tellOf(loss, transaction);
  }

  async #tellOf(
    { task, failure, nextAttemptSeconds, progress }: Loss,
    transaction: Knex.Transaction,
  ): Promise<void> {
    const onLost = this.#taskFunctions.get(task.func)?.onLost;
    if (!onLost) return;
    const platform = this.#platform;
    try {
      // Behind a savepoint: after an error, Postgres would take nothing more in the transaction.
      await transaction.transaction((savepoint) =>
        onLost(withoutSealedArguments(task.args), failure, {
          transaction: savepoint,
          platform,
          nextAttemptSeconds,
          progress,
        }),
      );
    } catch (error) {
      platform.logger.error({ err: error, taskId: task.id, func: task.func }, 'onLost failed');
    }
  }
}
