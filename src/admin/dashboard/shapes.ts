// The data of the admin's first page, as JSON: the server writes it, the page in the browser reads it. Moments
// are ISO 8601 in UTC.

import type { Described, EngineRow, RunningTaskRow } from '../queue/shapes.ts';

/** Something that a person should see to. */
export interface Attention {
  /** Work has stopped or is lost (`bad`), or will before long (`warn`). */
  readonly tone: 'bad' | 'warn';
  /** What it is, in a few words. */
  readonly title: string;
  /** What it means, and what to do. */
  readonly text: string;
  /** Where to do it, as a path below the admin's root; null if that is not in the admin. */
  readonly path: string | null;
}

/** Failures of one function that say the same, but for numbers and ids. */
export interface FailureGroup {
  readonly func: string;
  /** With `…` for what differs. */
  readonly error: string;
  /** Of the newest failures that were looked at. */
  readonly count: number;
  readonly countLastHour: number;
  readonly newest: string;
  readonly newestTaskId: string;
}

/** How many attempts ended. */
export interface Ended {
  readonly successes: number;
  readonly failures: number;
}

/** One queue, with the apps whose tasks go there. */
export interface QueueSummary {
  readonly queue: string;
  /** The titles of the apps; none of a queue that no installed app uses. */
  readonly apps: readonly string[];
  readonly isPaused: boolean;
  readonly waiting: { readonly count: number; readonly isEstimated: boolean };
  readonly running: number;
  readonly workers: number;
  readonly lastHour: Ended;
}

/** The first page. */
export interface DashboardData {
  readonly attention: readonly Attention[];
  readonly waiting: {
    readonly count: number;
    readonly isEstimated: boolean;
    /** Of them, those whose time has not come. */
    readonly delayed: number;
    /** The task that has been waiting longest though it could run: since when, and in which queue. */
    readonly oldest: { readonly since: string; readonly queue: string } | null;
  };
  readonly running: number;
  readonly workers: number;
  /** Failed tasks that are kept. */
  readonly failed: { readonly count: number; readonly isEstimated: boolean };
  readonly lastHour: Ended;
  readonly lastDay: Ended;
  /** Over the newest thousand successes of the last day; null if there are none. */
  readonly averageWaitedSeconds: number | null;
  readonly averageRanSeconds: number | null;
  readonly queues: readonly QueueSummary[];
  readonly engines: readonly EngineRow[];
  /** The tasks that run, those first that have run longest; `running` says how many there are. */
  readonly runningTasks: readonly Described<RunningTaskRow>[];
  /** Most frequent first. */
  readonly failures: readonly FailureGroup[];
}

/** What ended, and how many tasks waited, in one step of time. */
export interface HistoryPoint extends Ended {
  /** When the step began. */
  readonly moment: string;
  /** The most that waited; null if it was not counted, as no engine was running. */
  readonly waiting: number | null;
}

/** What ended, and what waited, over some time; oldest first, without gaps. */
export interface History {
  readonly stepSeconds: number;
  readonly points: readonly HistoryPoint[];
}
