import type { TaskProgress } from '../tasks/task-function.ts';
import type { RunningTask } from './crew.ts';
import type { RunningTaskReport } from './engine-registry.ts';

/** A task that ends sooner and reports no progress is not stored as running. */
const SHORTEST_MILLISECONDS = 500;

/** As long as a task is new, people may be watching how it gets on: each round stores its progress. */
const NEW_MILLISECONDS = 5_000;

/** Later, progress is stored no more often than this. */
const INTERVAL_MILLISECONDS = 1_000;

/** What was stored of a task, and when. */
interface Told {
  readonly progress: TaskProgress | undefined;
  /** By `performance.now()`. */
  readonly milliseconds: number;
}

/** What is stored of the running tasks, and what is not yet: each is stored once, and again when it has progressed. */
export class RunningReport {
  readonly #progress = new Map<string, TaskProgress>();
  readonly #told = new Map<string, Told>();

  /** A task is so far. */
  note(taskId: string, progress: TaskProgress): void {
    this.#progress.set(taskId, progress);
  }

  /** How far a task was at its last report; `null` if there was none, or it ended a while ago. */
  newest(taskId: string): TaskProgress | null {
    return this.#progress.get(taskId) ?? null;
  }

  /** What is new; it counts as stored. Tasks that run no more are forgotten. */
  take(running: readonly RunningTask[]): readonly RunningTaskReport[] {
    const now = performance.now();
    const ids = new Set(running.map(({ assignment }) => assignment.task.id));
    for (const map of [this.#progress, this.#told]) {
      for (const taskId of map.keys()) if (!ids.has(taskId)) map.delete(taskId);
    }
    return running.flatMap(({ assignment, workerPid, since }) => {
      const taskId = assignment.task.id;
      const progress = this.#progress.get(taskId);
      if (!isDue(this.#told.get(taskId), progress, now - since, now)) return [];
      this.#told.set(taskId, { progress, milliseconds: now });
      return [
        { taskId, seconds: (now - since) / 1_000, workerPid: workerPid ?? null, progress: progress ?? null },
      ];
    });
  }

  /** What was taken could not be stored: all of it is taken again. */
  repeat(): void {
    this.#told.clear();
  }
}

function isDue(
  told: Told | undefined,
  progress: TaskProgress | undefined,
  ageMilliseconds: number,
  now: number,
): boolean {
  if (told === undefined) return progress !== undefined || ageMilliseconds >= SHORTEST_MILLISECONDS;
  if (told.progress === progress) return false;
  return ageMilliseconds < NEW_MILLISECONDS || now - told.milliseconds >= INTERVAL_MILLISECONDS;
}
