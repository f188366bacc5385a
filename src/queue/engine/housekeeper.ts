import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../platform/database/connection.ts';
import type { Logger } from '../../platform/logging.ts';
import { foldTaskCounts, sampleQueueDepths } from '../figures/history.ts';
import type { DurationCounter } from './duration-counter.ts';
import { OrphanedAttempts } from './orphaned-attempts.ts';
import { Pruner, type PruningOptions } from './pruner.ts';

/** What a {@link Housekeeper} needs. */
export interface HousekeeperOptions extends PruningOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly durations: DurationCounter;
}

/** How often it looks: so many successes more than the limit are kept as come meanwhile. */
const ROUND_SECONDS = 5;

/** Rounds after which counts are added up: minutes past change no more. */
const ROUNDS_PER_FOLD = 120;

/** Rounds after which it is asked whether the depths of this minute are noted. */
const ROUNDS_PER_SAMPLE = 4;

/** Keeps an engine's tables small: removes what need not be kept, adds up what was counted, and notes how long the queues are. */
export class Housekeeper {
  readonly #options: HousekeeperOptions;
  readonly #pruner: Pruner;
  readonly #orphanedAttempts: OrphanedAttempts;
  readonly #stopping = new AbortController();
  #finished: Promise<void> = Promise.resolve();

  constructor(options: HousekeeperOptions) {
    this.#options = options;
    this.#pruner = new Pruner(options.database, options);
    this.#orphanedAttempts = new OrphanedAttempts(options.database);
  }

  /** Begins its rounds. */
  start(): void {
    this.#finished = this.#makeRounds();
  }

  /** Resolves when no round is being made any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#finished;
  }

  async #makeRounds(): Promise<void> {
    const { signal } = this.#stopping;
    for (let round = 0; !signal.aborted; round += 1) {
      await this.#options.durations.store();
      try {
        if (round % ROUNDS_PER_FOLD === 0) await foldTaskCounts(this.#options.database);
        if (round % ROUNDS_PER_FOLD === 0) await this.#orphanedAttempts.remove();
        await this.#pruner.prune();
        if (round % ROUNDS_PER_SAMPLE === 0) await sampleQueueDepths(this.#options.database);
      } catch (error) {
        this.#options.logger.warn({ err: error }, 'the tables could not be kept small, trying again');
      }
      await sleep(ROUND_SECONDS * 1_000, undefined, { signal }).catch(() => undefined);
    }
  }
}
