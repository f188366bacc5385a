import type { Database } from '../../platform/database/connection.ts';
import type { Logger } from '../../platform/logging.ts';
import { addDurations, type DurationKind, Durations } from '../figures/durations.ts';
import type { AnyTaskFunction } from '../tasks/task-function.ts';
import { courseOf } from './attempt-history.ts';
import type { EndedAttempt } from './attempts.ts';

/** What a {@link DurationCounter} needs. */
export interface DurationCounterOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly queueName: string;
  /** Others are counted together, so that there are no more rows than installed functions. */
  readonly taskFunctions: ReadonlyMap<string, AnyTaskFunction>;
}

/** How functions are counted that are not installed here. */
const UNKNOWN_FUNCTION = 'unknown';

/**
 * Counts how long attempts waited and ran, in the memory of the engine, and adds that to the table every few seconds:
 * a statement for each batch of results would slow down quick tasks. An engine that is killed loses the counts of those
 * seconds, and nothing else.
 */
export class DurationCounter {
  readonly #options: DurationCounterOptions;
  #durations = new Durations();

  constructor(options: DurationCounterOptions) {
    this.#options = options;
  }

  /** Counts an attempt whose end is stored, if its function began. */
  note({ task, history }: EndedAttempt): void {
    if (!history?.run) return;
    const { waitedSeconds, ranSeconds } = courseOf(history);
    const func = this.#options.taskFunctions.has(task.func) ? task.func : UNKNOWN_FUNCTION;
    const seconds: Readonly<Record<DurationKind, number | null>> = { waited: waitedSeconds, ran: ranSeconds };
    for (const kind of ['waited', 'ran'] as const) this.#durations.note(func, kind, seconds[kind] ?? 0);
  }

  /** Adds what was counted to the table; if that is not possible, the next call does. */
  async store(): Promise<void> {
    const { database, logger, queueName } = this.#options;
    const counted = this.#durations;
    if (counted.isEmpty) return;
    this.#durations = new Durations();
    try {
      await addDurations(database, queueName, counted);
    } catch (error) {
      counted.add(this.#durations);
      this.#durations = counted;
      logger.warn({ err: error }, 'how long attempts waited and ran could not be counted, trying again');
    }
  }
}
