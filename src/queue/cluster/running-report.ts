import type { TaskProgress } from '../task-function.ts';
import type { RunningTask } from './crew.ts';
import type { RunningTaskReport } from './engine-registry.ts';

/** Of a task that is done before this, nobody needs to know that it ran. */
const SHORTEST_MILLISECONDS = 500;

/** What is stored of the running tasks, and what is not yet: each is told of once, and again when it has got on. */
export class RunningReport {
  readonly #progress = new Map<string, TaskProgress>();
  readonly #told = new Map<string, TaskProgress | undefined>();

  /** A task is so far. */
  note(taskId: string, progress: TaskProgress): void {
    this.#progress.set(taskId, progress);
  }

  /** What is new; it counts as told. Tasks that run no more are forgotten. */
  take(running: readonly RunningTask[]): readonly RunningTaskReport[] {
    const now = performance.now();
    const ids = new Set(running.map(({ assignment }) => assignment.task.id));
    for (const map of [this.#progress, this.#told]) {
      for (const taskId of map.keys()) if (!ids.has(taskId)) map.delete(taskId);
    }
    return running.flatMap(({ assignment, workerPid, since }) => {
      const taskId = assignment.task.id;
      const progress = this.#progress.get(taskId);
      if (now - since < SHORTEST_MILLISECONDS) return [];
      if (this.#told.has(taskId) && this.#told.get(taskId) === progress) return [];
      this.#told.set(taskId, progress);
      return [
        { taskId, seconds: (now - since) / 1_000, workerPid: workerPid ?? null, progress: progress ?? null },
      ];
    });
  }

  /** What was taken could not be stored: all of it is told again. */
  repeat(): void {
    this.#told.clear();
  }
}
