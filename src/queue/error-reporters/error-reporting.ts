import { within } from '../../platform/deadline.ts';
import type { Logger } from '../../platform/logging.ts';
import type { TaskFailure } from '../tasks/task-function.ts';
import type { ErrorReporter, FailedAttempt } from './error-reporter.ts';

/** Reports to one reporter that may be under way at a time; further ones are dropped, so that memory stays bounded. */
const MOST_UNDER_WAY = 50;

/** How long one report may take. */
const REPORT_SECONDS = 10;

/** How long the end of an engine waits for reports under way, and then for the reporters to close. */
const CLOSE_SECONDS = 3;

/** A reporter that fails is logged no more often than this. */
const LOG_INTERVAL_SECONDS = 60;

/** Hands failures to reporters, and keeps what goes wrong there away from the engine. */
export class ErrorReporting {
  readonly #lines: readonly ReporterLine[];

  constructor(reporters: readonly ErrorReporter[], logger: Logger) {
    this.#lines = reporters.map((reporter) => new ReporterLine(reporter, logger));
  }

  /** Reports a failed attempt to every reporter; returns at once, and never throws. */
  report(error: TaskFailure, task: FailedAttempt): void {
    for (const line of this.#lines) line.report(error, task);
  }

  /** Waits a few seconds for what is under way, and closes the reporters. Never rejects. */
  async close(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.close()));
  }
}

/** One reporter, what is under way to it, and what did not arrive. */
class ReporterLine {
  readonly #reporter: ErrorReporter;
  readonly #logger: Logger;
  readonly #underWay = new Set<Promise<void>>();
  #failed = 0;
  #dropped = 0;
  #loggedMilliseconds = Number.NEGATIVE_INFINITY;

  constructor(reporter: ErrorReporter, logger: Logger) {
    this.#reporter = reporter;
    this.#logger = logger;
  }

  report(error: TaskFailure, task: FailedAttempt): void {
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      this.#dropped += 1;
      this.#log({ taskId: task.id });
      return;
    }
    const report = this.#send(error, task).finally(() => this.#underWay.delete(report));
    this.#underWay.add(report);
  }

  async close(): Promise<void> {
    try {
      await within(CLOSE_SECONDS * 1_000, Promise.all(this.#underWay));
    } catch (error) {
      this.#logger.warn(
        { err: error, reporter: this.#reporter.name, reports: this.#underWay.size },
        'error reports were given up, as the engine ends',
      );
    }
    try {
      await within(CLOSE_SECONDS * 1_000, this.#reporter.close());
    } catch (error) {
      this.#logger.warn(
        { err: error, reporter: this.#reporter.name },
        'an error reporter could not be closed',
      );
    }
  }

  async #send(error: TaskFailure, task: FailedAttempt): Promise<void> {
    try {
      await within(REPORT_SECONDS * 1_000, this.#reporter.report(error, task));
    } catch (fault) {
      this.#failed += 1;
      this.#log({ err: fault, taskId: task.id });
    }
  }

  /** A reporter that is away would otherwise double the log of every failure. */
  #log(event: { readonly err?: unknown; readonly taskId: string }): void {
    const now = performance.now();
    if (now - this.#loggedMilliseconds < LOG_INTERVAL_SECONDS * 1_000) return;
    this.#loggedMilliseconds = now;
    this.#logger.warn(
      { ...event, reporter: this.#reporter.name, failed: this.#failed, dropped: this.#dropped },
      'a task failure could not be reported',
    );
  }
}
