import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Discovery } from 'googleapis-common';
import { RenderService, TOKENS, type WireTask } from '../render-service.ts';

// What npm's `googleapis` builds its own clients with. That package itself no longer comes with `taskqueue`.

type Call<Body> = (parameters: object) => Promise<{ readonly status: number; readonly data: Body }>;

/** The client that Google's library makes from the discovery document. */
interface TaskQueueClient {
  readonly taskqueues: { readonly get: Call<{ readonly stats: { readonly totalTasks: number } }> };
  readonly tasks: {
    readonly insert: Call<WireTask>;
    readonly list: Call<{ readonly items: readonly WireTask[] }>;
    readonly lease: Call<{ readonly kind: string; readonly items: readonly WireTask[] }>;
    readonly get: Call<WireTask>;
    readonly patch: Call<WireTask>;
    readonly update: Call<WireTask>;
    readonly delete: Call<unknown>;
  };
}

const HERE = { project: 'b~a-project', taskqueue: 'letters' };

let service: RenderService;
let client: TaskQueueClient;

beforeAll(async () => {
  service = await RenderService.start();
  client = await discover(TOKENS.consumer);
});
afterAll(() => service.stop());

/** Builds a client from the discovery document alone. */
async function discover(token: string): Promise<TaskQueueClient> {
  const makeClient = await new Discovery({}).discoverAPI(`${service.url}/api/taskqueue/v1beta2`);
  const endpoint: unknown = makeClient({ params: { key: token } }, {});
  return endpoint as TaskQueueClient;
}

describe("Google's client, built from the discovery document", () => {
  it('takes a task through its life', async () => {
    const producer = await discover(TOKENS.producer);
    const { data: inserted } = await producer.tasks.insert({
      ...HERE,
      requestBody: { queueName: 'letters', payloadBase64: 'aGVsbG8=', tag: 'task' },
    });
    expect(inserted).toMatchObject({ kind: 'taskqueues#task', retry_count: 0, tag: 'task' });
    expect((await client.taskqueues.get({ ...HERE, getStats: true })).data.stats.totalTasks).toBe(1);
    expect((await client.tasks.list(HERE)).data.items).toEqual([inserted]);

    const lease = { ...HERE, numTasks: 10, leaseSecs: 60, groupByTag: true, tag: 'task' };
    const { data: leased } = await client.tasks.lease(lease);
    expect(leased).toMatchObject({ kind: 'taskqueue#tasks', items: [{ id: inserted.id, retry_count: 0 }] });
    expect((await client.tasks.lease({ ...lease, tag: undefined, groupByTag: false })).data.items).toEqual(
      [],
    );

    const one = { ...HERE, task: inserted.id };
    const { data: patched } = await client.tasks.patch({
      ...one,
      newLeaseSeconds: 600,
      requestBody: { queueName: 'letters' },
    });
    expect(patched.leaseTimestamp).toBeGreaterThan(leased.items[0]?.leaseTimestamp ?? Number.NaN);
    expect((await client.tasks.get(one)).data).toEqual(patched);
    const { data: updated } = await client.tasks.update({ ...one, newLeaseSeconds: 0, requestBody: patched });
    expect(updated.leaseTimestamp).toBeLessThan(patched.leaseTimestamp);
    expect((await client.tasks.lease(lease)).data.items).toMatchObject([{ id: inserted.id, retry_count: 1 }]);

    expect((await client.tasks.delete(one)).status).toBe(204);
    expect((await client.taskqueues.get({ ...HERE, getStats: true })).data.stats.totalTasks).toBe(0);
  });

  it('reads what is wrong with a request', async () => {
    await expect(client.tasks.get({ ...HERE, task: 'unknown' })).rejects.toMatchObject({ status: 400 });
    await expect(client.tasks.insert({ ...HERE, requestBody: {} })).rejects.toMatchObject({ status: 403 });
  });
});

describe('the discovery document', () => {
  it('names the address that it was requested at, and needs no token', async () => {
    const document = await (await fetch(`${service.url}/api/taskqueue/v1beta2`)).json();
    expect(document).toMatchObject({
      id: 'taskqueue:v1beta2',
      rootUrl: `${service.url}/`,
      servicePath: 'taskqueue/v1beta2/projects/',
      basePath: '/taskqueue/v1beta2/projects/',
      baseUrl: `${service.url}/taskqueue/v1beta2/projects/`,
      auth: { oauth2: {} },
    });
    expect(Object.keys(Object(document).resources.tasks.methods).toSorted()).toEqual(
      ['delete', 'get', 'insert', 'lease', 'list', 'patch', 'update'].toSorted(),
    );
  });

  it('does not exist for another version', async () => {
    expect(await service.send('GET', '/api/taskqueue/v9')).toMatchObject({
      status: 404,
      text: 'API does not exist for taskqueue version v9.',
    });
  });
});
