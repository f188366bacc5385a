import type { TaskOutcome, TaskProgress } from '../tasks/task-function.ts';
import type { Assignment, AssignmentEvents, FunctionRun, LeftTasks, WorkerEnd } from './attempts.ts';
import type { Monitor } from './monitor.ts';
import type { Pace } from './pace.ts';
import type { RunningReport } from './running-report.ts';
import type { Verdicts } from './verdict.ts';

/** What {@link AttemptEnds} need. */
export interface AttemptEndsOptions {
  readonly pace: Pace;
  readonly running: RunningReport;
  readonly verdicts: Verdicts;
  readonly monitor: Monitor;
  /** Returns who cancelled a task that has ended, and forgets it; `undefined` if it was not cancelled. */
  readonly settleCancellation: (taskId: string) => string | undefined;
  /** Workers have finished tasks, and can take others. */
  readonly onFinished: () => void;
}

/** Gives every attempt that is over its verdict, and hands it to the monitor: what the workers report comes here. */
export class AttemptEnds implements AssignmentEvents {
  readonly #options: AttemptEndsOptions;
  #isFinishing = false;

  constructor(options: AttemptEndsOptions) {
    this.#options = options;
  }

  /** The function of a task returned or threw. */
  onFinished(assignment: Assignment, outcome: TaskOutcome, run: FunctionRun): void {
    const { pace, running, verdicts, monitor, settleCancellation } = this.#options;
    pace.note(assignment.task.func, run.milliseconds);
    const { id } = assignment.task;
    const ended = {
      ...verdicts.ofOutcome(assignment, outcome, settleCancellation(id)),
      history: { assignment, run },
    };
    monitor.store(outcome.success ? ended : { ...ended, progress: running.newest(id) });
    this.#finishSoon();
  }

  /** The function of a task reported its progress. */
  onProgress({ task }: Assignment, progress: TaskProgress): void {
    this.#options.running.note(task.id, progress);
  }

  /** A worker gave back tasks that it had not begun. */
  onReturned(assignments: readonly Assignment[]): void {
    this.leaveUnstarted(assignments);
  }

  /** A worker process ended with these tasks. */
  onLost({ begun, unstarted, run }: LeftTasks, end: WorkerEnd): void {
    const { pace, running, verdicts, monitor, settleCancellation } = this.#options;
    for (const assignment of begun) {
      pace.distrust(assignment.task.func);
      const { id } = assignment.task;
      const isLast = assignment === begun.at(-1);
      // Those before it had ended: the worker's memory is no fault of theirs.
      const itsEnd: WorkerEnd = isLast || end.cause !== 'memory' ? end : { ...end, cause: 'killed' };
      monitor.store({
        ...verdicts.ofLoss(assignment, itsEnd, settleCancellation(id)),
        history: { assignment, run: isLast ? run : undefined, workerEnd: itsEnd.cause },
        progress: running.newest(id),
      });
    }
    this.leaveUnstarted(unstarted);
  }

  /** Gives tasks that no worker has begun back to the queue; they lose no attempt. */
  leaveUnstarted(assignments: readonly Assignment[]): void {
    const { verdicts, monitor, settleCancellation } = this.#options;
    for (const assignment of assignments) {
      monitor.store(verdicts.ofUnstarted(assignment));
      settleCancellation(assignment.task.id);
    }
  }

  /** Once for all results that came together. */
  #finishSoon(): void {
    if (this.#isFinishing) return;
    this.#isFinishing = true;
    queueMicrotask(() => {
      this.#isFinishing = false;
      this.#options.onFinished();
    });
  }
}
