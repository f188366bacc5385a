import type { Knex } from 'knex';
import { type FinishedAttempt, finishedTask, forgetFailures } from '../results/finished-tasks.ts';
import { notifyFinished } from '../results/finished-watch.ts';
import { completeParts, type FinishedPart } from '../results/iterations.ts';
import type { ResultStore, StoredAttempt } from '../results/result-store.ts';
import type { PackedTask } from '../tasks/packing.ts';
import { newTaskId, taskNameOf } from '../tasks/task-identity.ts';
import type { TaskPackage } from '../tasks/task-package.ts';
import { nextLink } from './composed/composing.ts';
import { type EnqueueingTarget, enqueueTasks } from './enqueueing.ts';
import { freeUniqueKeys } from './unique-keys.ts';

/** What a {@link Completion} needs: where follow-ups are enqueued, and where results are stored. */
export interface CompletionOptions extends EnqueueingTarget {
  readonly results: ResultStore;
}

/**
 * What the end of attempts brings with it, all in the transaction that ends them: results, hooks, the next links of
 * chains, iterations that are complete, and unique keys that are free again. However many attempts there are, the
 * statements are the same few.
 */
export class Completion {
  readonly #options: CompletionOptions;

  constructor(options: CompletionOptions) {
    this.#options = options;
  }

  /**
   * @param attempts those that have an outcome.
   * @param ended the tasks that are settled for good, with or without an outcome.
   */
  async complete(
    transaction: Knex.Transaction,
    attempts: readonly FinishedAttempt[],
    ended: readonly TaskPackage[],
  ): Promise<void> {
    const { results, queueName } = this.#options;
    const parts = attempts.flatMap((attempt) => finishedPart(attempt) ?? []);
    const partIds = new Set(parts.map(({ taskId }) => taskId));
    const others = attempts.filter(({ task }) => !partIds.has(task.id));
    const stored = [...(await results.store(transaction, others))];
    await forgetFailures(transaction, [...partIds]);
    await completeParts(transaction, parts, async (savepoint, collated) => {
      stored.push(...(await results.store(savepoint, collated)));
    });
    const followUps = stored.flatMap((each) => [...this.#hookCall(each), ...nextLinkOf(each)]);
    if (followUps.length > 0) await enqueueTasks(this.#options, followUps, transaction);
    await freeUniqueKeys(
      transaction,
      ended.filter(({ options }) => options?.uniqueKey !== undefined).map(({ id }) => id),
    );
    if (attempts.length > 0) await notifyFinished(transaction, queueName);
  }

  /**
   * The call of a hook is a task of its own, with the fairness key of the task that it is called with. What it throws
   * fails that task, and nothing else.
   */
  #hookCall({ attempt, stopped }: StoredAttempt): PackedTask[] {
    const { hook, fairnessKey } = attempt.task.options ?? {};
    if (hook === undefined) return [];
    const id = newTaskId();
    const task = finishedTask(attempt, this.#options.queueName, stopped);
    const started = new Date().toISOString();
    return [
      {
        task: {
          id,
          name: taskNameOf(id),
          func: hook,
          args: { task },
          group: null,
          started,
          ...(fairnessKey === undefined ? {} : { options: { fairnessKey } }),
        },
        delaySeconds: undefined,
      },
    ];
  }
}

/** The attempt as a part of an iteration, where it is one that has succeeded. */
function finishedPart({ task, outcome }: FinishedAttempt): FinishedPart | undefined {
  const iteration = task.options?.iteration;
  if (!iteration || !outcome.success) return undefined;
  return { taskId: task.id, iterationId: iteration.id, index: iteration.index, result: outcome.result };
}

/** A chain stops at a link that failed; sent back, that link goes on with it. */
function nextLinkOf({ attempt: { task, outcome } }: StoredAttempt): PackedTask[] {
  const next = outcome.success ? nextLink(task.options?.chain ?? [], task.group) : undefined;
  return next ? [next] : [];
}
