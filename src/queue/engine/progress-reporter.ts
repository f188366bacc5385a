import type { TaskProgress } from '../tasks/task-function.ts';

/** Progress is sent to the sentinel no more often than this, however often the function reports it. */
const INTERVAL_MILLISECONDS = 100;

/** Passes on how far a task is: the first word at once, then the newest after each interval. */
export class ProgressReporter {
  readonly #send: (progress: TaskProgress) => void;
  #newest: TaskProgress | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (progress: TaskProgress) => void) {
    this.#send = send;
  }

  /** The task is so far. */
  tell(done: number, total?: number, note?: string): void {
    this.#newest = { done, total: total ?? null, note: note ?? null };
    if (this.#timer === undefined) this.#pass();
  }

  /** The task has failed: how far it got is sent at once. */
  fail(): void {
    this.end();
    this.#pass();
    this.end();
  }

  /** The task is over: its result says more than what is left to tell. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #pass(): void {
    this.#timer = undefined;
    if (!this.#newest) return;
    this.#send(this.#newest);
    this.#newest = undefined;
    this.#timer = setTimeout(() => this.#pass(), INTERVAL_MILLISECONDS);
  }
}
