import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Database } from '../../platform/database/connection.ts';
import { isRefusal } from '../../platform/database/refusal.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Broker, Settlement } from '../brokers/broker.ts';
import type { Completion } from '../enqueueing/completion.ts';
import { forgetStandstills, noteHeldFailures } from '../enqueueing/standstills.ts';
import type { Lease } from '../leases/lease.ts';
import { saveUnsuccessfulAttempts } from '../results/attempts.ts';
import { cancellationMessage } from '../tasks/cancellation-message.ts';
import type { OnLostCaller } from '../tasks/on-lost.ts';
import { withoutSealedArguments } from '../tasks/sealed-arguments.ts';
import { courseOf, unsuccessfulAttempt } from './attempt-history.ts';
import type { EndedAttempt } from './attempts.ts';
import type { EngineRegistry } from './engine-registry.ts';

/** What a {@link Monitor} needs. */
export interface MonitorOptions {
  readonly logger: Logger;
  /** Goes by indexes: its statements are planned once, perhaps while the tables are empty, and are kept. */
  readonly database: Database;
  readonly broker: Broker;
  readonly queueName: string;
  readonly registry: EngineRegistry;
  /** Stores the attempts, and what follows from them. */
  readonly completion: Completion;
  /** Calls the functions of attempts that could not handle their own end. */
  readonly onLostCaller: OnLostCaller;
  /** Called with each attempt once its end is stored. */
  readonly onStored: (attempt: EndedAttempt) => void;
  /** Fewer attempts wait to be stored: the engine may take tasks again. */
  readonly onRoom: () => void;
}

/** Attempts that are stored by one transaction at most. */
const BATCH_SIZE = 500;

/** The wait before a transaction that failed is tried again. */
const RETRY_SECONDS = 1;

/** Transactions side by side: while Postgres stores one batch, the next one is made ready. */
export const MOST_TRANSACTIONS = 2;

/**
 * Stores results, and settles their packages in the same transaction. What could not be stored is kept and tried again,
 * for as long as that takes; what was taken from this engine meanwhile is dropped. A result that Postgres refuses is left
 * out, because it would block all others.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #givingUp = new AbortController();
  #waiting: EndedAttempt[] = [];
  /** The batches that are being stored. */
  readonly #batches = new Map<readonly EndedAttempt[], Promise<void>>();

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  /** Takes an attempt; those that come while transactions run go together into the next one. */
  store(attempt: EndedAttempt): void {
    this.#waiting.push(attempt);
    this.#storeWhatWaits();
  }

  /** How many attempts are not stored yet. */
  get size(): number {
    return [...this.#batches.keys()].reduce((sum, batch) => sum + batch.length, this.#waiting.length);
  }

  /** The tasks whose attempts are not stored yet. */
  get waitingTaskIds(): readonly string[] {
    return this.#unstored.map(({ task }) => task.id);
  }

  /**
   * Resolves when everything that was taken is stored, or could not be for so long. Returns the tasks whose results
   * are lost then: they run again, as this engine's leases end.
   */
  async finish(patienceSeconds: number): Promise<readonly string[]> {
    const timer = setTimeout(() => this.#givingUp.abort(), patienceSeconds * 1_000);
    while (this.#batches.size > 0) await Promise.all(this.#batches.values());
    clearTimeout(timer);
    return this.waitingTaskIds;
  }

  get #unstored(): readonly EndedAttempt[] {
    return [...[...this.#batches.keys()].flat(), ...this.#waiting];
  }

  #storeWhatWaits(): void {
    while (this.#mayBegin()) {
      const batch = this.#waiting.splice(0, BATCH_SIZE);
      const storing = this.#storeAll(batch).then((unstored) => {
        this.#batches.delete(batch);
        this.#waiting.unshift(...unstored);
        this.#storeWhatWaits();
      });
      this.#batches.set(batch, storing);
    }
  }

  /** A second transaction is worth it only for a whole batch: what is less goes into the next one with what comes. */
  #mayBegin(): boolean {
    const least = this.#batches.size === 0 ? 1 : BATCH_SIZE;
    return (
      this.#waiting.length >= least &&
      this.#batches.size < MOST_TRANSACTIONS &&
      !this.#givingUp.signal.aborted
    );
  }

  /** Stores a batch, however often that has to be tried; returns what is not stored when the engine gives up. */
  async #storeAll(batch: readonly EndedAttempt[]): Promise<readonly EndedAttempt[]> {
    const { signal } = this.#givingUp;
    let rest = batch;
    let size = batch.length;
    while (rest.length > 0 && !signal.aborted) {
      const some = rest.slice(0, size);
      try {
        const stored = await this.#options.database.transaction((transaction) =>
          this.#storeBatch(some, transaction),
        );
        for (const attempt of stored) this.#options.onStored(attempt);
        rest = rest.slice(some.length);
        size = Math.min(2 * size, BATCH_SIZE);
        this.#options.onRoom();
      } catch (error) {
        this.#options.logger.error(
          { err: error, attempts: some.length },
          'results could not be stored, trying again',
        );
        const [first] = some;
        if (!isRefusal(error) || !first) {
          await sleep(RETRY_SECONDS * 1_000, undefined, { signal }).catch(() => undefined);
        } else if (some.length > 1) {
          // One of them is to blame; halved again and again, it is alone after a few tries.
          size = Math.ceil(some.length / 2);
        } else {
          rest = [withoutRefused(first), ...rest.slice(1)];
        }
      }
    }
    return rest;
  }

  /** Returns the attempts whose tasks this engine still held. */
  async #storeBatch(
    batch: readonly EndedAttempt[],
    transaction: Knex.Transaction,
  ): Promise<readonly EndedAttempt[]> {
    const { completion, logger, onLostCaller, registry } = this.#options;
    const held = await this.#endLeases(await this.#giveUpStandstills(batch, transaction), transaction);
    const heldKeys = new Set(held.map((attempt) => keyOf(lease(attempt))));
    const dropped = batch.filter((attempt) => !heldKeys.has(keyOf(lease(attempt))));
    if (dropped.length > 0) {
      logger.warn(
        { tasks: dropped.map(({ task }) => task.id) },
        'dropped results of tasks that others have taken',
      );
    }
    const finished = held.flatMap(
      ({ task, attempt, attemptCount = attempt, outcome, isCancelled = false, history }) =>
        outcome
          ? [
              {
                task,
                attemptCount,
                outcome,
                args: outcome.success ? withoutSealedArguments(task.args) : task.args,
                cancelled: isCancelled,
                course: history && courseOf(history),
              },
            ]
          : [],
    );
    const ended = held.filter(({ nextAttemptSeconds }) => nextAttemptSeconds === undefined);
    await completion.complete(
      transaction,
      finished,
      ended.map(({ task }) => task),
    );
    await saveUnsuccessfulAttempts(
      transaction,
      held.flatMap((attempt) => unsuccessfulAttempt(attempt) ?? []),
    );
    // Nothing is noted of a task before an attempt at it has failed.
    await forgetStandstills(
      transaction,
      ended
        .filter(({ attempt, mostWithoutProgress }) => attempt > 1 || mostWithoutProgress !== undefined)
        .map(({ task }) => task.id),
    );
    await registry.count(
      finished.filter(({ outcome }) => outcome.success).length,
      finished.filter(({ outcome }) => !outcome.success).length,
      transaction,
    );
    await onLostCaller.call(
      transaction,
      held.flatMap(({ task, loss, nextAttemptSeconds, isCancelled = false, progress = null }) =>
        loss ? [{ task, failure: loss, nextAttemptSeconds, isCancelled, progress }] : [],
      ),
    );
    return held;
  }

  /** Those of the attempts whose tasks this engine still held; marked as cancelled if that was asked for. */
  async #endLeases(
    batch: readonly EndedAttempt[],
    transaction: Knex.Transaction,
  ): Promise<readonly EndedAttempt[]> {
    const ended = await this.#options.broker.settle(batch.map(settlementOf), transaction);
    const endedByKey = new Map(ended.map((each) => [keyOf(each), each]));
    return batch.flatMap((attempt) => {
      const found = endedByKey.get(keyOf(lease(attempt)));
      if (!found) return [];
      const progress = attempt.progress ?? found.progress;
      return [{ ...withCancellation(attempt, found.cancelledBy), progress }];
    });
  }

  /** Counts the attempts that failed without progress; one that is one too many is the last. */
  async #giveUpStandstills(
    attempts: readonly EndedAttempt[],
    transaction: Knex.Transaction,
  ): Promise<readonly EndedAttempt[]> {
    const { queueName, logger } = this.#options;
    const counted = attempts.filter(
      ({ mostWithoutProgress, nextAttemptSeconds }) =>
        mostWithoutProgress !== undefined && nextAttemptSeconds !== undefined,
    );
    if (counted.length === 0) return attempts;
    const counts = await noteHeldFailures(
      transaction,
      queueName,
      counted.map((attempt) => ({ ...lease(attempt), done: attempt.progress?.done ?? 0 })),
    );
    const isOver = ({ task, mostWithoutProgress = Number.POSITIVE_INFINITY }: EndedAttempt) =>
      (counts.get(task.id) ?? 0) >= mostWithoutProgress;
    const over = counted.filter(isOver).map(({ task }) => task.id);
    if (over.length === 0) return attempts;
    logger.warn({ tasks: over }, 'gave up tasks whose attempts failed without progress');
    return attempts.map((attempt) =>
      over.includes(attempt.task.id) ? { ...attempt, nextAttemptSeconds: undefined } : attempt,
    );
  }
}

/** The attempt with a plain result; where it has that already, without any. Its task's fate stays the same. */
function withoutRefused({ outcome, ...attempt }: EndedAttempt): EndedAttempt {
  if (outcome?.success && outcome.result !== null) {
    return { ...attempt, outcome: { success: true, result: null } };
  }
  const error = 'The task failed, and what it said cannot be stored; the log of the engine says why';
  if (outcome?.success === false && outcome.result.error !== error) {
    return { ...attempt, outcome: { success: false, result: { error } } };
  }
  return attempt;
}

/** An attempt that ended otherwise before its engine heard that it is to end: it is the last one all the same. */
function withCancellation(attempt: EndedAttempt, cancelledBy: string | null): EndedAttempt {
  if (cancelledBy === null || attempt.nextAttemptSeconds === undefined) return attempt;
  const error = cancellationMessage(cancelledBy);
  // What it failed with by itself, its function has seen to.
  const isLoss = attempt.loss !== undefined || attempt.outcome === undefined;
  return {
    ...attempt,
    ...(isLoss ? { loss: { error } } : {}),
    outcome: { success: false, result: { error } },
    nextAttemptSeconds: undefined,
    isCancelled: true,
  };
}

function settlementOf(attempt: EndedAttempt): Settlement {
  const { nextAttemptSeconds, isUnstarted = false } = attempt;
  if (nextAttemptSeconds === undefined) return lease(attempt);
  return { ...lease(attempt), release: { delaySeconds: nextAttemptSeconds, isUnstarted } };
}

function lease({ engineId, task, attempt }: EndedAttempt): Lease {
  return { engineId, id: task.id, attempt };
}

function keyOf({ engineId, id, attempt }: Lease): string {
  return `${engineId} ${id} ${attempt}`;
}
