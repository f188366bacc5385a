/** What a task of the stand-in has come to. */
export interface BackgroundTask {
  readonly isCompleted: boolean;
  readonly createdCount: number;
  readonly error?: { readonly type: string; readonly reason: string };
}

/** Tasks that go on after the response, and that are asked for by their ids. */
export class BackgroundTasks {
  readonly #tasks = new Map<string, BackgroundTask>();
  readonly #controllers = new Map<string, AbortController>();
  readonly #running = new Set<Promise<void>>();

  /** Starts a task; returns its id. */
  start(work: (signal: AbortSignal, progress: (count: number) => void) => Promise<number>): string {
    const id = `stand-in:${this.#tasks.size + 1}`;
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    this.#tasks.set(id, { isCompleted: false, createdCount: 0 });
    const progress = (createdCount: number) => this.#tasks.set(id, { isCompleted: false, createdCount });
    const running = work(controller.signal, progress).then(
      (createdCount) => {
        this.#tasks.set(id, { isCompleted: true, createdCount });
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#tasks.set(id, { isCompleted: true, createdCount: 0, error: { type: 'exception', reason } });
      },
    );
    this.#running.add(running);
    return id;
  }

  /** `undefined` where there is no such task. */
  find(id: string): BackgroundTask | undefined {
    return this.#tasks.get(id);
  }

  /** Ends a task. */
  cancel(id: string): void {
    this.#controllers.get(id)?.abort();
  }

  /** Ends all tasks, and waits for them. */
  async close(): Promise<void> {
    for (const controller of this.#controllers.values()) controller.abort();
    await Promise.all(this.#running);
  }
}
