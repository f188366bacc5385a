import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../platform/logging.ts';
import type { AttemptEnds } from './attempt-ends.ts';
import type { Backlog } from './backlog.ts';
import type { Crew } from './crew.ts';
import type { EngineRegistry } from './engine-registry.ts';
import { endOversizedWorkers } from './memory-limit.ts';
import type { RunningReport } from './running-report.ts';

const INTERVAL_MILLISECONDS = 250;

/** What {@link Rounds} look after. */
export interface RoundsOptions {
  readonly backlog: Backlog;
  readonly crew: Crew;
  readonly attemptEnds: AttemptEnds;
  readonly running: RunningReport;
  readonly registry: EngineRegistry;
  /** Memory that a worker may take; 0 for no limit. */
  readonly memoryLimitBytes: number;
  readonly logger: Logger;
}

/**
 * Looks four times a second for tasks that wait too long and for workers that hang or grow too large, and stores what
 * runs.
 */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #ending = new AbortController();
  #made: Promise<void> = Promise.resolve();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Begins. */
  start(): void {
    this.#made = this.#makeRounds(this.#ending.signal);
  }

  /** Ends after the round that is being made. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#made;
  }

  async #makeRounds(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(INTERVAL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      await this.#look();
      await this.#storeRunning();
    }
  }

  async #look(): Promise<void> {
    const { attemptEnds, backlog, crew, memoryLimitBytes } = this.#options;
    attemptEnds.leaveUnstarted(backlog.removeStale());
    crew.recallBehindSlow();
    crew.freeUnbegun();
    await endOversizedWorkers(crew, memoryLimitBytes);
  }

  async #storeRunning(): Promise<void> {
    const { crew, logger, registry, running } = this.#options;
    const reports = running.take(crew.runningTasks);
    if (reports.length === 0) return;
    try {
      await registry.reportRunning(reports);
    } catch (error) {
      running.repeat();
      logger.warn({ err: error }, 'what runs could not be told');
    }
  }
}
