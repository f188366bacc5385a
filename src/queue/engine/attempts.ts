import type { TaskFailure, TaskOutcome, TaskProgress } from '../tasks/task-function.ts';
import type { TaskPackage } from '../tasks/task-package.ts';

/** A verified package that this engine holds. */
export interface TakenTask {
  readonly task: TaskPackage;
  readonly attempt: number;
  /** The engine id under which the lease is stored. */
  readonly engineId: string;
  /** When it was taken, by `performance.now()`. */
  readonly takenMilliseconds: number;
  /** How long it could have been taken before that. */
  readonly waitedSeconds: number;
}

/** A task on its way to a worker, or in one. */
export interface Assignment extends TakenTask {
  readonly timeoutSeconds: number;
}

/** What a function did in a worker. */
export interface FunctionRun {
  /** When it began, by this process's `performance.now()`. */
  readonly begunMilliseconds: number;
  readonly milliseconds: number;
  readonly workerPid: number | undefined;
}

/** The tasks that a worker process had when it ended. */
export interface LeftTasks {
  /** The task that ran; and, if their results were too large for the slate, some before it. */
  readonly begun: readonly Assignment[];
  /** The tasks that waited behind it. */
  readonly unstarted: readonly Assignment[];
  /** What the last that had begun did; `undefined` if none ran. */
  readonly run: FunctionRun | undefined;
}

/** Why a worker process ended. */
export interface WorkerEnd {
  readonly cause: 'stopped' | 'timeout' | 'cancelled' | 'memory' | 'killed' | 'died';
  /** For people: the signal or exit code, or why it was killed. */
  readonly reason: string;
}

/** What becomes of the tasks in workers. The engine implements it; worker processes call it directly. */
export interface AssignmentEvents {
  /** The function returned or threw. */
  onFinished(assignment: Assignment, outcome: TaskOutcome, run: FunctionRun): void;
  /** The function reported its progress. */
  onProgress(assignment: Assignment, progress: TaskProgress): void;
  /** A worker gave back tasks that it had not begun, as it was asked to. */
  onReturned(assignments: readonly Assignment[]): void;
  /** A worker process ended with these tasks, perhaps none. */
  onLost(left: LeftTasks, end: WorkerEnd): void;
}

/** An attempt that is over, and what becomes of its package. */
export interface EndedAttempt {
  /** The engine id under which the lease is stored. */
  readonly engineId: string;
  readonly task: TaskPackage;
  /** Which presentation of the package ended. */
  readonly attempt: number;
  /** The number of attempts made, if the engine that made the last one could not store it. */
  readonly attemptCount?: number;
  /** Absent if nothing but the attempt's number is stored: its worker died, or was ended by the engine. */
  readonly outcome?: TaskOutcome;
  /** How long until the next attempt; `undefined` if there is none. */
  readonly nextAttemptSeconds: number | undefined;
  /** After so many attempts in a row without progress, this one included, there is no next one; absent where that does not apply. */
  readonly mostWithoutProgress?: number;
  /** Why the function could not handle its own end, if it could not. */
  readonly loss?: TaskFailure;
  /** Whether nothing was done with the task, so that the presentation does not count. */
  readonly isUnstarted?: boolean;
  /** Whether an operator or a caller cancelled the task. */
  readonly isCancelled?: boolean;
  /** The last progress that the function reported; what the lease says, where the engine knows of none. */
  readonly progress?: TaskProgress | null;
  /** Where its history is known: which assignment it was, what its function did, and why its worker ended, if it did. */
  readonly history?: AttemptHistory;
}

/** What is known of an attempt that is over, for the row that is stored of it. */
export interface AttemptHistory {
  readonly assignment: Assignment;
  /** Absent if its function did not begin, or when that was is not known. */
  readonly run?: FunctionRun | undefined;
  readonly workerEnd?: WorkerEnd['cause'];
}
