import type { Database } from '../../../platform/database/connection.ts';
import type { Logger } from '../../../platform/logging.ts';
import type { Refresh } from './refresh.ts';
import type { StepProgress } from './step.ts';
import { storeProgress } from './stored-steps.ts';

const INTERVAL_MILLISECONDS = 1_000;

/** Stores the newest progress of a step, at most once a second, one statement at a time. */
export class ProgressWriter {
  readonly #store: (progress: StepProgress) => Promise<void>;
  readonly #logger: Logger;
  #newest: StepProgress | undefined;
  #writing: Promise<void> | undefined;
  #lastMilliseconds = Number.NEGATIVE_INFINITY;

  constructor(database: Database, refresh: Refresh, position: number, logger: Logger) {
    this.#store = (progress) => storeProgress(database, refresh, position, progress);
    this.#logger = logger;
  }

  /** Takes the progress of a step; returns at once. */
  report(progress: StepProgress): void {
    this.#newest = progress;
    const isDue = performance.now() - this.#lastMilliseconds >= INTERVAL_MILLISECONDS;
    if (isDue && this.#writing === undefined) this.#writing = this.#write();
  }

  /** Waits until nothing is being written. What was not due yet is left to the end of the step. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  /** A progress that could not be stored is made up for by the next one. */
  async #write(): Promise<void> {
    const progress = this.#newest;
    this.#lastMilliseconds = performance.now();
    try {
      if (progress !== undefined) await this.#store(progress);
    } catch (error) {
      this.#logger.warn({ err: error }, 'the progress of a step could not be stored');
    } finally {
      this.#writing = undefined;
    }
  }
}
