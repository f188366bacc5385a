import type { Database } from '../../platform/database/connection.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Broker, Delivery } from '../brokers/broker.ts';
import { withdrawTasks } from '../cancellation.ts';
import type { LossTeller } from '../losses.ts';
import { PackageSignatureError, type PackageSigner, type TaskPackage } from '../task-package.ts';
import { freeUniqueKeys } from '../unique-keys.ts';
import { Bell } from './bell.ts';
import { EngineLostError, type EngineRegistry } from './engine-registry.ts';

/** A verified package, held by this engine. */
export interface TakenTask {
  readonly task: TaskPackage;
  readonly attempt: number;
  /** The name under which the engine holds it. */
  readonly engineId: string;
  /** By `performance.now()`: when it was taken. */
  readonly takenMilliseconds: number;
}

/** What a {@link Pusher} needs. */
export interface PusherOptions {
  readonly database: Database;
  readonly broker: Broker;
  readonly queueName: string;
  /** Told of tasks that were cancelled before this engine knew of them. */
  readonly lossTeller: LossTeller;
  readonly registry: EngineRegistry;
  readonly signer: PackageSigner;
  readonly logger: Logger;
  /** How many tasks can be taken now. */
  readonly capacity: () => number;
  /** Tasks that are taken at once, at the most. */
  readonly bulk: number;
  /** How long a task may wait that no notification told of: it became due, or the notification was missed. */
  readonly pollSeconds: number;
  /** Where taken tasks go. */
  readonly onTasks: (taken: readonly TakenTask[]) => void;
  /** The tasks that the engine knows that it holds. */
  readonly knownTaskIds: () => readonly string[];
  /** The engine was declared lost by others. */
  readonly onLost: () => Promise<void>;
}

/** The wait after tasks could not be taken. */
const RETRY_SECONDS = 1;

/** Takes packages from the broker, never more than the engine has use for. */
export class Pusher {
  readonly #options: PusherOptions;
  readonly #bell = new Bell();
  #stopping = false;
  /** A take failed: where its commit was stored, though nobody heard of it, tasks stand under this engine's name. */
  #mayHoldStrays = false;
  #finished: Promise<void> = Promise.resolve();
  #stopListening: (() => Promise<void>) | undefined;

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Begins to take. */
  async start(): Promise<void> {
    this.#stopListening = await this.#options.broker.listen(() => this.#bell.ring());
    this.#finished = this.#takeUntilStopped();
  }

  /** Looks again: there may be capacity, or packages. */
  nudge(): void {
    this.#bell.ring();
  }

  /** Takes no more; resolves when what was being taken has been handed over. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#bell.ring();
    await this.#finished;
    await this.#stopListening?.();
  }

  async #takeUntilStopped(): Promise<void> {
    while (!this.#stopping) {
      try {
        if (this.#mayHoldStrays) await this.#giveBackStrays();
        const limit = Math.min(this.#options.capacity(), this.#options.bulk);
        const taken = limit > 0 ? await this.#take(limit) : 0;
        if (taken < limit || limit === 0) await this.#bell.wait(this.#options.pollSeconds);
      } catch (error) {
        this.#mayHoldStrays = true;
        if (error instanceof EngineLostError) await this.#options.onLost();
        else
          this.#options.logger.error({ err: error }, 'no tasks could be taken from the queue, trying again');
        await this.#bell.wait(RETRY_SECONDS);
      }
    }
  }

  /** Answers how many packages the broker handed out. */
  async #take(limit: number): Promise<number> {
    const { database, broker, registry } = this.#options;
    const { handedOut, taken } = await database.transaction(async (transaction) => {
      if (await registry.isQueuePaused(transaction)) return { handedOut: 0, taken: [] };
      const deliveries = await broker.dequeue(limit, transaction);
      const takenMilliseconds = performance.now();
      const verified = deliveries.map((delivery) => ({ delivery, task: this.#verify(delivery) }));
      const discarded = verified.filter(({ task }) => !task).map(({ delivery }) => delivery);
      await broker.acknowledge(discarded, transaction);
      await freeUniqueKeys(
        transaction,
        discarded.map(({ id }) => id),
      );
      const wanted = verified.flatMap(({ task, delivery: { attempt } }) => (task ? [{ task, attempt }] : []));
      if (wanted.length === 0) return { handedOut: deliveries.length, taken: [] };
      const { engineId, takenIds } = await registry.takeLeases(wanted, transaction);
      // A broker may hand out one package twice: whoever holds the lease runs it.
      const doubles = wanted.filter(({ task }) => !takenIds.has(task.id));
      await broker.release(
        doubles.map(({ task, attempt }) => ({
          id: task.id,
          attempt,
          delaySeconds: RETRY_SECONDS,
          isUnstarted: true,
        })),
        transaction,
      );
      return {
        handedOut: deliveries.length,
        taken: wanted
          .filter(({ task }) => takenIds.has(task.id))
          .map((each) => ({ ...each, engineId, takenMilliseconds })),
      };
    });
    if (taken.length > 0) this.#options.onTasks(taken);
    return handedOut;
  }

  async #giveBackStrays(): Promise<void> {
    const { database, broker, queueName, lossTeller, registry, knownTaskIds, logger } = this.#options;
    const strays = await database.transaction(async (transaction) => {
      const ended = await registry.endLeasesBut(knownTaskIds(), transaction);
      await broker.release(
        ended.map(({ id, attempt }) => ({ id, attempt, delaySeconds: 0, isUnstarted: true })),
        transaction,
      );
      const cancelled = ended.flatMap(({ id, cancelledBy }) =>
        cancelledBy === null ? [] : [[id, cancelledBy] as const],
      );
      await withdrawTasks(transaction, { broker, queueName, lossTeller }, new Map(cancelled));
      return ended;
    });
    this.#mayHoldStrays = false;
    if (strays.length > 0)
      logger.warn({ tasks: strays.map(({ id }) => id) }, 'gave back tasks that were taken unheard');
  }

  #verify(delivery: Delivery): TaskPackage | undefined {
    try {
      return this.#options.signer.verify(delivery.carried);
    } catch (error) {
      if (!(error instanceof PackageSignatureError)) throw error;
      this.#options.logger.error({ taskId: delivery.id, reason: error.message }, 'package discarded');
      return undefined;
    }
  }
}
