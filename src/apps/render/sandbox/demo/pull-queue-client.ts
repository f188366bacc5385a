import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import type { QueueName } from '../../pull-queues/names.ts';

/** Where a client finds its queue, and what it shows there. */
export interface PullQueueAddress {
  /** No slash at the end. */
  readonly apiUrl: string;
  readonly name: QueueName;
  /** Undefined where none is needed. */
  readonly producerToken: string | undefined;
  readonly consumerToken: string | undefined;
}

/** A task, as the service returns it. */
export interface WireTask {
  readonly id: string;
  readonly payloadBase64: string;
}

/** A client of one pull queue: the calls of the REST API that the demo needs. */
export class PullQueueClient {
  readonly #address: PullQueueAddress;
  readonly #tasksUrl: string;
  readonly #signal: AbortSignal;

  /** @param signal ends calls that are under way. */
  constructor(address: PullQueueAddress, signal: AbortSignal) {
    const { apiUrl, name } = address;
    const [project, queue] = [name.project, name.queue].map(encodeURIComponent);
    this.#address = address;
    this.#tasksUrl = `${apiUrl}/taskqueue/v1beta2/projects/${project}/taskqueues/${queue}/tasks`;
    this.#signal = signal;
  }

  /** Inserts a task; returns its id. @throws {DemoError} */
  async insert(payload: object, tag: string): Promise<string> {
    const payloadBase64 = Buffer.from(JSON.stringify(payload)).toString('base64');
    const body = { queueName: this.#address.name.queue, tag, payloadBase64 };
    const stored = await this.#call('POST', '', this.#address.producerToken, body);
    const { id }: WireTask = JSON.parse(stored);
    return id;
  }

  /** Leases tasks with a tag; waits some seconds for the first one. @throws {DemoError} */
  async lease(
    tag: string,
    { tasks, leaseSeconds, waitSeconds }: Record<'tasks' | 'leaseSeconds' | 'waitSeconds', number>,
  ): Promise<readonly WireTask[]> {
    const query = new URLSearchParams({
      numTasks: String(tasks),
      leaseSecs: String(leaseSeconds),
      groupByTag: 'true',
      tag,
      waitSecs: String(waitSeconds),
    });
    const leased = await this.#call('POST', `/lease?${query}`, this.#address.consumerToken);
    const { items }: { items: readonly WireTask[] } = JSON.parse(leased);
    return items;
  }

  /** Ends the lease of a task, so that others can lease it. @throws {DemoError} */
  async release(id: string): Promise<void> {
    await this.#call('PATCH', `/${encodeURIComponent(id)}?newLeaseSeconds=0`, this.#address.consumerToken, {
      queueName: this.#address.name.queue,
    });
  }

  /** Deletes a task. @throws {DemoError} */
  async delete(id: string): Promise<void> {
    await this.#call('DELETE', `/${encodeURIComponent(id)}`, this.#address.consumerToken);
  }

  /** Returns the body of the response. */
  async #call(method: string, path: string, token: string | undefined, body?: object): Promise<string> {
    const response = await fetch(`${this.#tasksUrl}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: this.#signal,
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new DemoError(`The pull queue refused ${method} ${path} (${response.status}): ${text}`);
  }
}
