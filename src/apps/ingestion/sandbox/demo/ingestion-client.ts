import { setTimeout as sleep } from 'node:timers/promises';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';

/** A step of a task, as the API returns it. */
export interface TaskStep {
  readonly name: string;
  readonly state: string;
  readonly started: string | null;
  readonly finished: string | null;
  readonly rows: number;
  readonly rows_total: number | null;
}

/** A task, as the API returns it. */
export interface IngestionTask {
  readonly task_id: string;
  readonly state: string;
  readonly active: boolean;
  readonly message: string | null;
  readonly steps: readonly TaskStep[];
}

const POLL_MILLISECONDS = 200;

/** A client of the API of ingestion. */
export class IngestionClient {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  /** @param signal ends calls that are under way. */
  constructor(apiUrl: string, token: string | undefined, signal: AbortSignal) {
    this.#url = `${apiUrl}/ingestion`;
    this.#token = token;
    this.#signal = signal;
  }

  /** Requests a task; returns its id. @throws {DemoError} */
  async request(body: Readonly<Record<string, string>>): Promise<string> {
    const { task_id: id }: { task_id: string } = JSON.parse(await this.#call('POST', '/task', body));
    return id;
  }

  /** Returns a task. @throws {DemoError} */
  async find(id: string): Promise<IngestionTask> {
    return JSON.parse(await this.#call('GET', `/task/${id}`));
  }

  /** Cancels a task. @throws {DemoError} */
  async cancel(id: string): Promise<void> {
    await this.#call('DELETE', `/task/${id}`);
  }

  /**
   * Waits until a task has ended well.
   *
   * @param onProgress is given the task again and again.
   * @throws {DemoError} if it fails.
   */
  async follow(id: string, onProgress: (task: IngestionTask) => void): Promise<IngestionTask> {
    for (;;) {
      const task = await this.find(id);
      onProgress(task);
      if (task.state === 'ready' || task.state === 'done') return task;
      if (!task.active)
        throw new DemoError(`The refresh is ${task.state}: ${task.message ?? 'it says no more'}`);
      await sleep(POLL_MILLISECONDS, undefined, { signal: this.#signal });
    }
  }

  /** Returns the body of the response. */
  async #call(method: string, path: string, body?: object): Promise<string> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: this.#signal,
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new DemoError(`The API refused ${method} ${path} (${response.status}): ${text}`);
  }
}
