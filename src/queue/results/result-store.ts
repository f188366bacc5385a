import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import { CachedResults, type CachedResultsOptions } from './cached-results.ts';
import { FailedTaskSigner } from './failed-task-signer.ts';
import {
  type FinishedAttempt,
  forgetFailures,
  saveFinishedAttempts,
  withMicroseconds,
} from './finished-tasks.ts';

/** What a {@link ResultStore} needs. */
export interface ResultStoreOptions extends CachedResultsOptions {
  readonly platform: Platform;
  readonly queueName: string;
  /** Whether a success is kept where its task does not say. */
  readonly keepsSuccesses: boolean;
}

/** An attempt whose end is stored, or does not have to be. */
export interface StoredAttempt {
  readonly attempt: FinishedAttempt;
  /** When it ended: ISO 8601 in UTC, with microseconds. */
  readonly stopped: string;
}

/**
 * Stores how attempts ended: in the table of tasks, in the cache, or nowhere, as each task wants it. Failures are
 * always in the table, from which they can be sent back.
 */
export class ResultStore {
  readonly #options: ResultStoreOptions;
  readonly #cached: CachedResults;
  readonly #signer: FailedTaskSigner;

  constructor(options: ResultStoreOptions) {
    this.#options = options;
    this.#signer = new FailedTaskSigner(options.platform);
    this.#cached = new CachedResults(options.platform, options);
  }

  /** Returns the attempts that count: not those of tasks that have succeeded before. */
  async store(
    transaction: Knex.Transaction,
    attempts: readonly FinishedAttempt[],
  ): Promise<readonly StoredAttempt[]> {
    const { queueName, keepsSuccesses } = this.#options;
    const places = Object.groupBy(attempts, ({ outcome, task: { options } }) => {
      if (!outcome.success) return 'kept';
      if (options?.cached) return 'cached';
      return (options?.save ?? keepsSuccesses) ? 'kept' : 'unsaved';
    });
    const { kept = [], cached = [], unsaved = [] } = places;
    const uncached = await this.#cached.store(transaction, queueName, cached);
    const stopped = await saveFinishedAttempts(transaction, queueName, [...kept, ...uncached], this.#signer);
    const elsewhere = [...unsaved, ...cached].filter((attempt) => !uncached.includes(attempt));
    await forgetFailures(
      transaction,
      elsewhere.map(({ task }) => task.id),
    );
    const now = withMicroseconds(new Date().toISOString());
    const elsewhereIds = new Set(elsewhere.map(({ task }) => task.id));
    return attempts.flatMap((attempt) => {
      const when = elsewhereIds.has(attempt.task.id) ? now : stopped.get(attempt.task.id);
      return when === undefined ? [] : [{ attempt, stopped: when }];
    });
  }
}
