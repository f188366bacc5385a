/** What a task does, as lists of tasks say it. */
export interface TaskPurpose {
  /** `indices:data/write/reindex` and the like. */
  readonly action: string;
  /** `reindex from [image-a] to [image-b]` and the like. */
  readonly description: string;
}

/** What a task of the stand-in has come to. */
export interface BackgroundTask extends TaskPurpose {
  readonly id: string;
  readonly isCompleted: boolean;
  readonly createdCount: number;
  readonly error?: { readonly type: string; readonly reason: string };
}

/** Does the work of a task; returns how many documents it has written. */
export type TaskWork = (signal: AbortSignal, progress: (createdCount: number) => void) => Promise<number>;

/** Tasks that go on after the response, whatever becomes of the client, and that are asked for by their ids. */
export class BackgroundTasks {
  readonly #tasks = new Map<string, BackgroundTask>();
  readonly #controllers = new Map<string, AbortController>();
  readonly #running = new Set<Promise<void>>();

  /** Starts a task; returns its id. */
  start(purpose: TaskPurpose, work: TaskWork): string {
    const id = `stand-in:${this.#tasks.size + 1}`;
    const controller = new AbortController();
    const store = (state: Omit<BackgroundTask, 'id' | keyof TaskPurpose>) =>
      this.#tasks.set(id, { id, ...purpose, ...state });
    this.#controllers.set(id, controller);
    store({ isCompleted: false, createdCount: 0 });
    const running = work(controller.signal, (createdCount) =>
      store({ isCompleted: false, createdCount }),
    ).then(
      (createdCount) => {
        store({ isCompleted: true, createdCount });
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        store({ isCompleted: true, createdCount: 0, error: { type: 'exception', reason } });
      },
    );
    this.#running.add(running);
    return id;
  }

  /** `undefined` if there is no such task. */
  find(id: string): BackgroundTask | undefined {
    return this.#tasks.get(id);
  }

  /** The tasks that have not ended. */
  running(): readonly BackgroundTask[] {
    return [...this.#tasks.values()].filter(({ isCompleted }) => !isCompleted);
  }

  /** Asks a task to end; it ends when it notices. */
  cancel(id: string): void {
    this.#controllers.get(id)?.abort();
  }

  /** Ends all tasks, and waits for them. */
  async close(): Promise<void> {
    for (const controller of this.#controllers.values()) controller.abort();
    await Promise.all(this.#running);
  }
}
