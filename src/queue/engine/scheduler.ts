import { WakeUp } from '../../platform/wake-up.ts';
import { type DueSlotsOptions, runDueSlots, secondsUntilNextSlot } from '../schedules/due-slots.ts';

/** How long it takes at most until a schedule is seen that was made or changed meanwhile. */
const LONGEST_WAIT_SECONDS = 1;

/** How long it leaves to another engine what that has in hand. */
const SHORTEST_WAIT_SECONDS = 0.02;

/**
 * Runs the schedules of one queue, in every engine of it: whichever comes first enqueues a slot's task. It sleeps
 * until the next slot is due, by Postgres's clock.
 */
export class Scheduler {
  readonly #options: DueSlotsOptions;
  readonly #wakeUp = new WakeUp();
  #stopping = false;
  #finished: Promise<void> = Promise.resolve();

  constructor(options: DueSlotsOptions) {
    this.#options = options;
  }

  /** Begins to run schedules. */
  start(): void {
    this.#finished = this.#runUntilStopped();
  }

  /** Resolves when no slot is being run any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeUp.wake();
    await this.#finished;
  }

  async #runUntilStopped(): Promise<void> {
    while (!this.#stopping) await this.#wakeUp.wait(await this.#runOnce());
  }

  /** Runs what is due; returns how long there is nothing to do. */
  async #runOnce(): Promise<number> {
    const { database, queueName, logger } = this.#options;
    try {
      const seconds = await secondsUntilNextSlot(database, queueName);
      if (seconds === undefined) return LONGEST_WAIT_SECONDS;
      if (seconds > 0) return Math.min(seconds, LONGEST_WAIT_SECONDS);
      return (await runDueSlots(this.#options)) > 0 ? 0 : SHORTEST_WAIT_SECONDS;
    } catch (error) {
      logger.error({ err: error }, 'schedules could not be run, trying again');
      return LONGEST_WAIT_SECONDS;
    }
  }
}
