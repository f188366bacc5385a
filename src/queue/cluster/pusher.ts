import type { Database } from '../../platform/database/connection.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Broker, Delivery } from '../brokers/broker.ts';
import { PackageSignatureError, type PackageSigner, type TaskPackage } from '../task-package.ts';
import { Bell } from './bell.ts';
import { EngineLostError, type EngineRegistry } from './engine-registry.ts';

/** A verified package, held by this engine. */
export interface TakenTask {
  readonly task: TaskPackage;
  readonly attempt: number;
  /** The name under which the engine holds it. */
  readonly engineId: string;
}

/** What a {@link Pusher} needs. */
export interface PusherOptions {
  readonly database: Database;
  readonly broker: Broker;
  readonly registry: EngineRegistry;
  readonly signer: PackageSigner;
  readonly logger: Logger;
  /** How many tasks can be taken now. */
  readonly capacity: () => number;
  /** Where a taken task goes. */
  readonly onTask: (taken: TakenTask) => void;
  /** The tasks that the engine knows that it holds. */
  readonly knownTaskIds: () => readonly string[];
  /** The engine was declared lost by others. */
  readonly onLost: () => Promise<void>;
}

/** How long a task may wait that no notification told of: it became due, or the notification was missed. */
const POLL_SECONDS = 1;

/** Takes packages from the broker, never more than there are workers free. */
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
        const capacity = this.#options.capacity();
        const taken = capacity > 0 ? await this.#take(capacity) : 0;
        if (taken < capacity || capacity === 0) await this.#bell.wait(POLL_SECONDS);
      } catch (error) {
        this.#mayHoldStrays = true;
        if (error instanceof EngineLostError) await this.#options.onLost();
        else
          this.#options.logger.error({ err: error }, 'no tasks could be taken from the queue, trying again');
        await this.#bell.wait(POLL_SECONDS);
      }
    }
  }

  async #take(limit: number): Promise<number> {
    const { database, broker, registry } = this.#options;
    const verified = await database.transaction(async (transaction) => {
      const deliveries = await broker.dequeue(limit, transaction);
      const tasks = deliveries.map((delivery) => ({ delivery, task: this.#verify(delivery) }));
      await broker.acknowledge(
        tasks.filter(({ task }) => !task).map(({ delivery }) => delivery),
        transaction,
      );
      const taken = tasks.flatMap(({ task, delivery: { attempt } }) => (task ? [{ task, attempt }] : []));
      if (taken.length === 0) return [];
      const engineId = await registry.takeLeases(
        taken.map(({ task, attempt }) => ({ id: task.id, attempt })),
        transaction,
      );
      return taken.map((each) => ({ ...each, engineId }));
    });
    for (const taken of verified) this.#options.onTask(taken);
    return verified.length;
  }

  async #giveBackStrays(): Promise<void> {
    const { database, broker, registry, knownTaskIds, logger } = this.#options;
    const strays = await database.transaction(async (transaction) => {
      const ended = await registry.endLeasesBut(knownTaskIds(), transaction);
      await broker.release(
        ended.map(({ id, attempt }) => ({ id, attempt, delaySeconds: 0 })),
        transaction,
      );
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
