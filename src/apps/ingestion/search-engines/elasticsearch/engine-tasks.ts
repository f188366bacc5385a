import { setTimeout as sleep } from 'node:timers/promises';
import type { estypes } from '@elastic/elasticsearch';
import {
  SearchEngineRefusalError,
  SearchEngineUnavailableError,
} from '../../../../platform/search-engines/search-engine-errors.ts';
import type { WireRequest, WireResponse } from '../../../../platform/search-engines/wire-client.ts';
import { failureOfResponse, reasonOf } from '../../../../platform/search-engines/wire-failures.ts';

/** Between two looks at a task: short at first. */
const SHORTEST_POLL_MILLISECONDS = 50;
const LONGEST_POLL_MILLISECONDS = 1_000;

/** How long a task may take to end once it is cancelled. */
const LONGEST_END_MILLISECONDS = 120_000;

/** The tasks that write documents: `indices:data/write/reindex`, `indices:data/write/delete/byquery`. */
const WRITING_ACTIONS = '*reindex,*byquery';

/** A task of the engine, as it says when it is asked for it by its id. */
type EngineTask = estypes.TasksGetResponse & {
  readonly response?: { readonly failures?: readonly unknown[] };
};

/** Sends a request to the engine; returns the response, whatever its status. */
export type SendToEngine = <Body>(request: WireRequest, signal?: AbortSignal) => Promise<WireResponse<Body>>;

/** The tasks that the engine goes on with by itself, also after the process that started them has died. */
export class EngineTasks {
  readonly #title: string;
  readonly #send: SendToEngine;

  constructor(title: string, send: SendToEngine) {
    this.#title = title;
    this.#send = send;
  }

  /**
   * Starts a task, and waits until it has ended; it is cancelled where the signal fires.
   *
   * @param name the index or alias that it is about, in the message of a failure.
   * @param progress called with the documents that are written.
   * @throws {SearchEngineRefusalError} if it failed.
   * @throws {SearchEngineUnavailableError} if the engine has restarted, and does not know it any more.
   * @throws the signal's reason.
   */
  async run(
    request: Pick<WireRequest, 'path' | 'query' | 'body'>,
    name: string,
    signal: AbortSignal | undefined,
    progress: (documentCount: number) => void = () => {},
  ): Promise<void> {
    const started: WireRequest = {
      ...request,
      method: 'POST',
      query: { ...request.query, wait_for_completion: false },
    };
    const { task } = await this.#request<{ readonly task: string }>(name, started, signal);
    try {
      for (const wait of pollMilliseconds()) {
        const { completed, error, response, task: state } = await this.#find(task, signal);
        if (error) throw new SearchEngineRefusalError(`${this.#title}: ${reasonOf(error)}`);
        if (completed) return this.#checkFailures(response?.failures ?? []);
        progress(doneIn(state.status));
        await pause(wait, signal);
      }
    } catch (error) {
      if (signal?.aborted) await this.#cancel(task).catch(() => undefined);
      signal?.throwIfAborted();
      throw error;
    }
  }

  /**
   * Cancels the tasks that write into an index, and waits until they have ended: those of a process that died would put documents
   * into an index that another has made under the same name.
   *
   * @throws {SearchEngineUnavailableError} if one has not ended after two minutes.
   * @throws the signal's reason.
   */
  async endWritersOf(indexName: string, signal?: AbortSignal): Promise<void> {
    const began = performance.now();
    const cancelled = new Set<string>();
    for (const wait of pollMilliseconds()) {
      const writers = await this.#writersOf(indexName, signal);
      if (writers.length === 0) return;
      for (const id of writers.filter((writer) => !cancelled.has(writer))) {
        await this.#cancel(id, signal);
        cancelled.add(id);
      }
      if (performance.now() - began > LONGEST_END_MILLISECONDS) {
        throw new SearchEngineUnavailableError(
          `${this.#title}: ${writers.join(', ')} still writes into ${indexName}, though it was cancelled`,
        );
      }
      await pause(wait, signal);
    }
  }

  async #writersOf(indexName: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const { nodes = {} } = await this.#request<Pick<estypes.TasksListResponse, 'nodes'>>(
      indexName,
      { method: 'GET', path: '/_tasks', query: { actions: WRITING_ACTIONS, detailed: true } },
      signal,
    );
    return Object.values(nodes)
      .flatMap(({ tasks }) => Object.entries(tasks))
      .filter(([, { description = '' }]) => writesInto(description, indexName))
      .map(([id]) => id);
  }

  /** One that has ended meanwhile is not known any more. */
  async #cancel(id: string, signal?: AbortSignal): Promise<void> {
    const path = `/_tasks/${encodeURIComponent(id)}/_cancel`;
    const response = await this.#send({ method: 'POST', path }, signal);
    if (response.status >= 400 && response.status !== 404) {
      throw failureOfResponse(response, this.#title, id);
    }
  }

  async #find(id: string, signal: AbortSignal | undefined): Promise<EngineTask> {
    const path = `/_tasks/${encodeURIComponent(id)}`;
    const response = await this.#send<EngineTask>({ method: 'GET', path }, signal);
    if (response.status === 404) {
      throw new SearchEngineUnavailableError(`${this.#title}: a task is lost, as its node has restarted`);
    }
    if (response.status >= 400) throw failureOfResponse(response, this.#title, '');
    return response.body;
  }

  #checkFailures([failure]: readonly unknown[]): void {
    if (failure === undefined) return;
    throw new SearchEngineRefusalError(`${this.#title}: ${JSON.stringify(failure).slice(0, 500)}`);
  }

  async #request<Body>(name: string, request: WireRequest, signal: AbortSignal | undefined): Promise<Body> {
    const response = await this.#send<Body>(request, signal);
    if (response.status >= 400) throw failureOfResponse(response, this.#title, name);
    return response.body;
  }
}

function* pollMilliseconds(): Generator<number, never> {
  for (let wait = SHORTEST_POLL_MILLISECONDS; ; wait = Math.min(2 * wait, LONGEST_POLL_MILLISECONDS)) {
    yield wait;
  }
}

/** Throws the signal's reason, where the timer would throw an error of its own. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
  signal?.throwIfAborted();
}

/** `reindex from [image-a] to [image-a-filtered]`, older engines with `[_doc]` behind it; `delete-by-query [image-a-filtered]`. */
function writesInto(description: string, indexName: string): boolean {
  return (
    description.includes(` to [${indexName}]`) || description.startsWith(`delete-by-query [${indexName}]`)
  );
}

/** The documents that a task has written, by all that is known of it. */
function doneIn(status: unknown): number {
  if (typeof status !== 'object' || status === null) return 0;
  const { created, updated } = { created: 0, updated: 0, ...status };
  return created + updated;
}
