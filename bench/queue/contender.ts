/**
 * A queue that is measured, ours or a peer. Each measurement is made in a new database, so that no round finds what
 * another one left behind, after some tasks that warm up what runs.
 */
export interface Contender {
  readonly name: string;
  /** Returns the seconds that one call takes that enqueues so many tasks. */
  enqueue(tasks: number): Promise<number>;
  /** Returns the seconds in which so many tasks that wait are done, until the last completion is stored. */
  drain(tasks: number): Promise<number>;
  /** Returns the milliseconds from a task's commit to its function's first line, for one task after another. */
  pickUp(tasks: number): Promise<readonly number[]>;
}

/** Tasks that go first, so that nobody is measured while code is loaded and compiled. */
export const WARM_UP_TASKS = 5_000;

/** The wait before each task whose pick-up is measured: whoever did the one before is idle again. */
export const IDLE_MILLISECONDS = 10;
