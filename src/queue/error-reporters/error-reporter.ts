import type { TaskFailure } from '../tasks/task-function.ts';
import type { TaskPackage } from '../tasks/task-package.ts';

/** A task after an attempt has failed. Secret arguments are sealed. */
export interface FailedAttempt extends TaskPackage {
  /** The queue's name. */
  readonly queue: string;
  /** 1 for the first presentation. */
  readonly attempt: number;
  /** Whether another attempt follows. */
  readonly isPresentedAgain: boolean;
}

/** Reports failed attempts to another service, in the engine's process. */
export interface ErrorReporter {
  /** Its name in the log. */
  readonly name: string;
  /**
   * Reports one failed attempt; called once the failure is stored. It may fail, and may take its time: neither
   * disturbs the engine, which gives up on it after ten seconds.
   *
   * @param error what the attempt failed with, without the texts of secret arguments.
   */
  report(error: TaskFailure, task: FailedAttempt): Promise<void>;
  /** Called at the engine's end, when the reports under way are done, or were given up. */
  close(): Promise<void>;
}
