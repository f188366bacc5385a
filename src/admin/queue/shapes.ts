// The data of the admin's pages of the queue, as JSON: the server writes it, the pages in the browser read it.
// Moments are ISO 8601 in UTC.

import type { TaskDescription } from '../../app-kit/admin/task-description.ts';

/** A task, with what its app says that it is about; null if the app says nothing. */
export type Described<Task> = Task & { readonly description: TaskDescription | null };

/** The state of a task. One that failed and waits for its next attempt is `queued` or `delayed`. */
export type TaskState = 'queued' | 'delayed' | 'running' | 'succeeded' | 'failed';

/** A task that has finished, in a list. */
export interface FinishedTaskRow {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly group: string | null;
  readonly queue: string;
  readonly cancelled: boolean;
  /** The beginning of it; null of a success. */
  readonly error: string | null;
  readonly started: string;
  readonly stopped: string;
  readonly attempts: number;
  /** Of its latest attempt; null if that is not known. */
  readonly waitedSeconds: number | null;
  readonly ranSeconds: number | null;
}

/** A task that waits, in a list. */
export interface WaitingTaskRow {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly group: string | null;
  readonly queue: string;
  readonly state: 'queued' | 'delayed';
  readonly attempts: number;
  readonly priority: number;
  readonly created: string;
  readonly startAfter: string;
}

/** How far a task is, as its function reported. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
  readonly note: string | null;
}

/** A task that an engine holds. */
export interface RunningTaskRow {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly group: string | null;
  readonly queue: string;
  readonly attempt: number;
  readonly engineId: string;
  readonly host: string;
  readonly enginePid: number;
  readonly workerPid: number | null;
  readonly taken: string;
  readonly started: string | null;
  readonly progress: Progress | null;
  readonly cancelledBy: string | null;
}

/** An attempt that ended. */
export interface AttemptRow {
  /** The id that the task had then: another one if it was resubmitted since. */
  readonly madeAs: string;
  /** 1 for the first under this id. */
  readonly number: number;
  readonly outcome: string;
  readonly error: string | null;
  readonly engineId: string | null;
  readonly host: string | null;
  readonly workerPid: number | null;
  /** Null if it did not begin. */
  readonly began: string | null;
  readonly ended: string;
  readonly waitedSeconds: number | null;
  readonly ranSeconds: number | null;
  /** Who resubmitted the task, if it was resubmitted. */
  readonly sentBy: string | null;
}

/** One task, in any state. */
export interface TaskDetail {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly group: string | null;
  readonly queue: string;
  readonly state: TaskState;
  readonly hook: string | null;
  /** Presentations so far. */
  readonly attempts: number;
  readonly enqueued: string;
  /** When its latest attempt ended; null if none has. */
  readonly stopped: string | null;
  /** Of its latest attempt that ended; null if that is not known. */
  readonly waitedSeconds: number | null;
  readonly ranSeconds: number | null;
  /** The attempts that ended, newest first, with those made before it was resubmitted; of very many the newest. */
  readonly history: readonly AttemptRow[];
  /** When it may start; null unless it waits. */
  readonly startAfter: string | null;
  readonly cancelled: boolean;
  /** Secret values are dots. */
  readonly args: unknown;
  /** Null unless it has succeeded. */
  readonly result: unknown;
  /** Of its latest attempt, where that failed. */
  readonly error: string | null;
  readonly stack: string | null;
  /** When its secret arguments were removed, after which it cannot be sent back; null if they were not. */
  readonly secretsRemoved: string | null;
  /** What else it was enqueued with; null if nothing. */
  readonly options: unknown;
  readonly running: RunningTaskRow | null;
  /** The failed task that was sent back as this one, and the ones that this one was sent back as. */
  readonly resubmittedFrom: string | null;
  readonly resubmittedBy: string | null;
  readonly resubmittedAs: readonly string[];
  /** The functions that follow when it has succeeded. */
  readonly chain: readonly string[];
  /** The `asyncIter` that it is a part of. `total` is null once all parts have ended. */
  readonly iteration: {
    readonly id: string;
    /** From 1. */
    readonly number: number;
    readonly total: number | null;
    readonly remaining: number | null;
  } | null;
  readonly can: { readonly resubmit: boolean; readonly cancel: boolean; readonly delete: boolean };
}

/** A task that is not there any more, and what it was sent back as. */
export interface GoneTask {
  readonly state: 'gone';
  readonly resubmittedAs: readonly string[];
}

/** One queue. */
export interface QueueRow {
  readonly queue: string;
  readonly pausedBy: string | null;
  readonly pausedSince: string | null;
  readonly queued: number;
  readonly isQueuedEstimated: boolean;
  readonly delayed: number;
  readonly oldestSeconds: number | null;
  readonly running: number;
  readonly workers: number;
  readonly engines: number;
  readonly successesLastDay: number;
  readonly failuresLastDay: number;
}

/** A schedule, in the list and on its page. */
export interface ScheduleRow {
  readonly id: string;
  readonly name: string | null;
  readonly func: string;
  readonly queue: string;
  readonly scheduleType: string;
  readonly minutes: number | null;
  readonly cron: string | null;
  readonly timeZone: string;
  /** Slots that are left; -1 for no end. */
  readonly repeats: number;
  readonly nextRun: string;
  readonly paused: boolean;
  readonly lastRun: string | null;
  readonly lastTaskId: string | null;
  /** Null while it is not known. */
  readonly lastSuccess: boolean | null;
  readonly error: string | null;
  readonly missedSlots: number;
}

/** A schedule on its page, with what its form is filled with. */
export interface ScheduleDetail extends ScheduleRow {
  /** Without those that are secret. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly secretArguments: readonly string[];
  readonly hook: string | null;
  readonly intendedDateKwarg: string | null;
  readonly catchUp: boolean | null;
  readonly taskName: string | null;
  /** Options of its tasks that the form does not have; they stay as they are. */
  readonly taskOptions: Readonly<Record<string, unknown>>;
  readonly created: string;
  readonly nextRuns: readonly string[];
}

/** What the forms of the queue choose from. */
export interface Choices {
  readonly functions: readonly { readonly name: string; readonly secretArguments: readonly string[] }[];
  readonly queues: readonly string[];
  readonly defaultQueue: string;
  readonly timeZone: string;
}

/** An engine, in the list and on its page. */
export interface EngineRow {
  readonly id: string;
  readonly queue: string;
  readonly host: string;
  readonly pid: number;
  /** As it last reported; `silent` or `lost` where its heartbeat is too long ago. */
  readonly condition: string;
  readonly workerCount: number;
  /** Tasks that it holds. */
  readonly running: number;
  /** Workers that it had to replace. */
  readonly reincarnations: number;
  readonly started: string;
  readonly heartbeat: string;
  readonly processes: readonly {
    readonly role: 'sentinel' | 'worker';
    readonly pid: number;
    readonly residentBytes: number;
    readonly tasks: number;
  }[];
}

/** An engine on its page. */
export interface EngineDetail extends EngineRow {
  /** Tasks taken that no worker has begun, and results that are not stored yet. */
  readonly waitingTasks: number;
  readonly waitingResults: number;
  readonly settings: unknown;
  /** The tasks that it holds, those first that it took first. */
  readonly tasks: readonly Described<RunningTaskRow>[];
}
