import type { Assignment } from './attempts.ts';
import type { Crew } from './crew.ts';
import type { Pace } from './pace.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Tasks in one worker, at most: what a batch saves more is little, and its tasks wait behind one another. */
const LARGEST_BATCH = 100;

/** Tasks are taken ahead for so long: enough for the next ones to be there before these are done. */
const AHEAD_MILLISECONDS = 200;

/** A worker that says nothing for longer is at a task that is not quick this time: none are put behind that. */
const LONGEST_SILENCE_MILLISECONDS = 100;

/** How long a task that was taken ahead may wait for a worker, before it is left to others. */
const PATIENCE_MILLISECONDS = 1_000;

/** The tasks that the engine has taken and that are in no worker yet; and how they come to the workers. */
export class Backlog {
  readonly #crew: Crew;
  readonly #pace: Pace;
  #waiting: Assignment[] = [];

  constructor(crew: Crew, pace: Pace) {
    this.#crew = crew;
    this.#pace = pace;
  }

  /** How many tasks wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Their ids. */
  get taskIds(): readonly string[] {
    return this.#waiting.map(({ task }) => task.id);
  }

  /**
   * How many more tasks the workers have use for now.
   *
   * @param mostAhead so many more than workers at most, where these do quick ones.
   */
  room(mostAhead: number): number {
    const idle = this.#crew.idleWorkers.length;
    const open = this.#openWorkers();
    const ahead = Math.min(mostAhead, open.length * this.#pace.tasksWithin(AHEAD_MILLISECONDS));
    const inWorkers = open.reduce((sum, { assignments }) => sum + assignments.length, 0);
    const room = Math.max(idle, open.length + ahead - inWorkers) - this.size;
    // Little by little would take a transaction for every few tasks.
    return idle > 0 || room >= ahead / 4 ? room : 0;
  }

  /** Takes a task. */
  add(assignment: Assignment): void {
    this.#waiting.push(assignment);
  }

  /**
   * Hands tasks to workers: one to each that is idle; quick ones also in batches, and behind the quick ones of a
   * worker that has few left.
   */
  dispatch(): void {
    for (const worker of this.#crew.idleWorkers) {
      const batch = this.#nextBatch(this.#crew.roomOf(worker));
      if (batch.length > 0) worker.assign(batch);
    }
    if (this.#waiting.length === 0) return;
    for (const worker of this.#openWorkers()) {
      const count = worker.assignments.length;
      if (count >= LARGEST_BATCH / 2) continue;
      const batch = this.#nextQuick(Math.min(LARGEST_BATCH - count, this.#crew.roomOf(worker)));
      if (batch.length > 0) worker.assign(batch);
    }
  }

  /** Takes a task out, where it is here. */
  remove(taskId: string): Assignment | undefined {
    const index = this.#waiting.findIndex(({ task }) => task.id === taskId);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  /** Takes those out that have waited for too long: their workers are busy with something else. */
  removeStale(): readonly Assignment[] {
    const now = performance.now();
    const isStale = ({ takenMilliseconds }: Assignment) => now - takenMilliseconds > PATIENCE_MILLISECONDS;
    const stale = this.#waiting.filter(isStale);
    if (stale.length > 0) this.#waiting = this.#waiting.filter((assignment) => !isStale(assignment));
    return stale;
  }

  /** Takes all out. */
  clear(): readonly Assignment[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }

  /** The workers that are idle, or at quick tasks, so that others can be put behind these. */
  #openWorkers(): readonly WorkerProcess[] {
    return this.#crew.workers.filter(
      (worker) => this.#crew.roomOf(worker) > 0 && (worker.isIdle || this.#isAtQuickTasks(worker)),
    );
  }

  #isAtQuickTasks({ assignments, busySince }: WorkerProcess): boolean {
    return (
      performance.now() - busySince < LONGEST_SILENCE_MILLISECONDS &&
      assignments.every(({ task }) => this.#pace.isQuick(task.func))
    );
  }

  /** A fair share of what waits: all of it quick, or one. */
  #nextBatch(room: number): Assignment[] {
    const share = Math.ceil(this.#waiting.length / Math.max(1, this.#crew.workers.length));
    const quick = this.#nextQuick(Math.min(share, room, LARGEST_BATCH));
    return quick.length > 0 ? quick : this.#waiting.splice(0, 1);
  }

  #nextQuick(most: number): Assignment[] {
    let count = 0;
    while (count < most) {
      const next = this.#waiting[count];
      if (!next || !this.#pace.isQuick(next.task.func)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}
