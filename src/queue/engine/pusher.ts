import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../platform/database/connection.ts';
import type { Logger } from '../../platform/logging.ts';
import { WakeUp } from '../../platform/wake-up.ts';
import type { Broker, Delivery } from '../brokers/broker.ts';
import { giveBack } from '../enqueueing/cancelling.ts';
import { LEASE_SECONDS } from '../leases/engine-state.ts';
import type { Lease } from '../leases/lease.ts';
import { LeaseRefusedError } from '../leases/leasing.ts';
import type { FailedTaskSigner } from '../results/failed-task-signer.ts';
import type { OnLostCaller } from '../tasks/on-lost.ts';
import { PackageSignatureError, type PackageSigner, type TaskPackage } from '../tasks/task-package.ts';
import type { TakenTask } from './attempts.ts';
import { EngineLostError, type EngineRegistry } from './engine-registry.ts';
import { type UnverifiedPackage, UnverifiedPackages } from './unverified-packages.ts';

/** What a {@link Pusher} needs. */
export interface PusherOptions {
  readonly database: Database;
  readonly broker: Broker;
  readonly queueName: string;
  /** Called with tasks that were cancelled before this engine knew of them. */
  readonly onLostCaller: OnLostCaller;
  readonly registry: EngineRegistry;
  readonly signer: PackageSigner;
  readonly failedTaskSigner: FailedTaskSigner;
  readonly logger: Logger;
  /** How many tasks can be taken now. */
  readonly capacity: () => number;
  /** Tasks that are taken at once, at most. */
  readonly bulk: number;
  /** How long a task without a notification may wait: it became due, or the notification was missed. */
  readonly pollSeconds: number;
  /** Where taken tasks go. */
  readonly onTasks: (taken: readonly TakenTask[]) => void;
  /** The tasks that the engine knows that it holds. */
  readonly knownTaskIds: () => readonly string[];
  /** The engine was declared lost by others. */
  readonly onLost: () => Promise<void>;
  /** So many packages in a row could not be verified that the engine's key is probably wrong. */
  readonly onDistrust: () => void;
}

/** A lease of a package that could not be verified. */
type UnverifiedLease = Lease & Pick<UnverifiedPackage, 'delaySeconds'>;

/** Longer than a statement of a broker may take: one that was under way when it was looked last has ended by the next. */
const STRAY_LOOK_SECONDS = LEASE_SECONDS;

/** The wait after tasks could not be taken. */
const RETRY_SECONDS = 1;

/** Takes packages from the broker, never more than the engine has use for. */
export class Pusher {
  readonly #options: PusherOptions;
  readonly #wakeUp = new WakeUp();
  readonly #unverified = new UnverifiedPackages();
  readonly #stopping = new AbortController();
  /** Whether the queue was found to be paused: it is asked for again then, before anything is taken. */
  #wasPaused = false;
  /** When it next looks for strays (leases with this engine's id for tasks that it does not know), by `performance.now()`. */
  #nextStrayLook = 0;
  #finished: Promise<void> = Promise.resolve();
  #stopListening: (() => Promise<void>) | undefined;

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Begins to take. */
  async start(): Promise<void> {
    this.#stopListening = await this.#options.broker.listen(() => this.#wakeUp.wake());
    this.#finished = this.#takeUntilStopped();
  }

  /** Looks again: there may be capacity, or packages. */
  nudge(): void {
    this.#wakeUp.wake();
  }

  /** The queue is paused: what is being taken now is not to be begun. */
  pause(): void {
    this.#wasPaused = true;
  }

  /** Whether the queue was found to be paused, and not yet to go on. */
  get isPaused(): boolean {
    return this.#wasPaused;
  }

  /** How many packages it has left in the queue because it could not verify them. */
  get unverifiedCount(): number {
    return this.#unverified.count;
  }

  /** Whether the engine's key is probably wrong, so that it takes nothing more. */
  get distrustsKey(): boolean {
    return this.#unverified.distrustsKey;
  }

  /** Takes no more; resolves when what was being taken has been handed over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wakeUp.wake();
    await this.#finished;
    await this.#stopListening?.();
  }

  async #takeUntilStopped(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#hesitate();
        if (performance.now() >= this.#nextStrayLook) await this.#giveBackStrays();
        const limit = roundLimit(
          Math.min(this.#options.capacity(), this.#options.bulk, this.#unverified.mostTaken),
        );
        const taken = await this.#take(limit);
        if (taken < limit || limit === 0) await this.#wakeUp.wait(this.#options.pollSeconds);
      } catch (error) {
        // The take may have been stored, though its confirmation was lost. It may also be stored later than this.
        this.#nextStrayLook = 0;
        if (error instanceof EngineLostError) await this.#options.onLost();
        else
          this.#options.logger.error({ err: error }, 'no tasks could be taken from the queue, trying again');
        await this.#wakeUp.wait(RETRY_SECONDS);
      }
    }
  }

  async #hesitate(): Promise<void> {
    const { hesitationSeconds } = this.#unverified;
    if (hesitationSeconds === 0) return;
    const { signal } = this.#stopping;
    await sleep(hesitationSeconds * 1_000, undefined, { signal }).catch(() => undefined);
  }

  /** Returns how many packages the broker handed out. */
  async #take(limit: number): Promise<number> {
    const { registry } = this.#options;
    this.#wasPaused &&= await registry.isQueuePaused();
    if (this.#wasPaused) return 0;
    const { engineId } = registry;
    const deliveries = await this.#dequeue(limit, engineId);
    // The engine was declared lost meanwhile, and is another one now: these tasks are free again.
    if (engineId !== registry.engineId) return 0;
    const takenMilliseconds = performance.now();
    const taken: TakenTask[] = [];
    const unverified: UnverifiedLease[] = [];
    for (const { id, attempt, carried, waitedSeconds } of deliveries) {
      const verified = this.#verify(carried, id);
      if ('task' in verified)
        taken.push({ task: verified.task, attempt, engineId, takenMilliseconds, waitedSeconds });
      else unverified.push({ id, attempt, engineId, delaySeconds: verified.delaySeconds });
    }
    if (taken.length > 0) this.#options.onTasks(taken);
    await this.#turnAway(unverified);
    return deliveries.length;
  }

  async #dequeue(limit: number, engineId: string): Promise<readonly Delivery[]> {
    const { broker, registry } = this.#options;
    try {
      return await broker.dequeue(limit, engineId);
    } catch (error) {
      if (!(error instanceof LeaseRefusedError)) throw error;
      if (await registry.isLost()) throw new EngineLostError();
      this.#wasPaused = true;
      this.#wakeUp.wake();
      return [];
    }
  }

  /** Puts off what cannot be verified. */
  async #turnAway(unverified: readonly UnverifiedLease[]): Promise<void> {
    if (unverified.length === 0) return;
    // An engine that takes nothing more leaves them to others at once.
    const delays = new Map(
      unverified.map(({ id, delaySeconds }) => [id, this.distrustsKey ? 0 : delaySeconds]),
    );
    await this.#options.database.transaction((transaction) =>
      giveBack(transaction, this.#options, unverified, ({ id }) => ({
        delaySeconds: delays.get(id) ?? 0,
        isUnstarted: true,
      })),
    );
  }

  async #giveBackStrays(): Promise<void> {
    const { database, registry, knownTaskIds, logger } = this.#options;
    const unknown = await registry.unknownLeases(knownTaskIds());
    const strays = await database.transaction((transaction) =>
      giveBack(transaction, this.#options, unknown, () => ({ delaySeconds: 0, isUnstarted: true })),
    );
    this.#nextStrayLook = performance.now() + STRAY_LOOK_SECONDS * 1_000;
    if (strays.length > 0)
      logger.warn({ tasks: strays.map(({ id }) => id) }, 'gave back tasks that were taken unheard');
  }

  #verify(carried: unknown, id: string): { readonly task: TaskPackage } | UnverifiedPackage {
    const { signer } = this.#options;
    try {
      const task = signer.verify(carried, id);
      this.#unverified.noteVerified();
      return { task };
    } catch (error) {
      if (!(error instanceof PackageSignatureError)) throw error;
      return this.#leave(id, error);
    }
  }

  #leave(id: string, { isSigned, message }: PackageSignatureError): UnverifiedPackage {
    const { logger, queueName, onDistrust } = this.#options;
    const wasDistrustful = this.distrustsKey;
    const left = this.#unverified.note(id, isSigned);
    if (left.isNew) logger.error({ taskId: id, reason: message }, 'package left in the queue');
    if (this.distrustsKey && !wasDistrustful) {
      logger.fatal(
        { queue: queueName, packages: this.#unverified.count },
        'the DJANGO_SECRET_KEY of this engine is probably wrong: it cannot verify the packages in its queue, and takes nothing more until it is restarted',
      );
      onDistrust();
    }
    return left;
  }
}

/**
 * Down to one of some forty numbers: a broker may write it into its statement, and each statement is prepared for
 * itself.
 */
function roundLimit(limit: number): number {
  if (limit < 1) return 0;
  const step = 2 ** Math.max(0, Math.floor(Math.log2(limit)) - 2);
  return Math.floor(limit / step) * step;
}
