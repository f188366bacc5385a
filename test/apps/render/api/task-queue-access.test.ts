import { afterEach, describe, expect, it } from '@jest/globals';
import { RenderService, TOKENS } from '../render-service.ts';

let service: RenderService;
afterEach(() => service.stop());

const TASK = { queueName: 'letters', payloadBase64: '' };

/** Sends a request with these headers alone. */
async function statusOf(method: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body: JSON.stringify(TASK) } : {}),
  });
  return response.status;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a token', () => {
  it('of a producer inserts, and of a consumer does the rest; it may be a parameter', async () => {
    service = await RenderService.start();
    const tasks = service.tasksPath();
    expect(await statusOf('POST', tasks, bearer(TOKENS.producer))).toBe(200);
    expect(await statusOf('POST', `${tasks}?key=${TOKENS.producer}`)).toBe(200);
    expect(await statusOf('POST', tasks, bearer(TOKENS.consumer))).toBe(403);
    expect(await statusOf('GET', tasks, bearer(TOKENS.consumer))).toBe(200);
    expect(await statusOf('GET', tasks, bearer(TOKENS.producer))).toBe(403);
    expect(await statusOf('DELETE', `${tasks}/x?key=${TOKENS.producer}`)).toBe(403);
    for (const token of Object.values(TOKENS)) {
      expect(await statusOf('GET', tasks.replace(/\/tasks$/, ''), bearer(token))).toBe(200);
    }
  });

  it('that is missing or unknown returns 401 everywhere but at the discovery document', async () => {
    service = await RenderService.start();
    const tasks = service.tasksPath();
    for (const headers of [{}, bearer('unknown'), { authorization: 'Basic eDp5' }]) {
      for (const [method, path] of [
        ['GET', tasks.replace(/\/tasks$/, '')],
        ['GET', tasks],
        ['POST', tasks],
        ['POST', `${tasks}/lease?numTasks=1&leaseSecs=1`],
        ['GET', `${tasks}/x`],
        ['PATCH', `${tasks}/x?newLeaseSeconds=1`],
        ['DELETE', `${tasks}/x`],
      ] as const) {
        expect(await statusOf(method, path, headers)).toBe(401);
      }
    }
    expect(await statusOf('GET', '/api/taskqueue/v1beta2')).toBe(200);
  });

  it('is not in the log', async () => {
    const log: string[] = [];
    service = await RenderService.start({ LOG_LEVEL: 'trace' }, { write: (line) => log.push(line) });
    await statusOf('GET', `${service.tasksPath()}?key=${TOKENS.consumer}`);
    await statusOf('GET', service.tasksPath(), bearer(TOKENS.consumer));
    expect(log.join('')).toContain('"path":"/taskqueue');
    expect(log.join('')).not.toContain(TOKENS.consumer);
  });
});

describe('without tokens in the settings', () => {
  const NONE = { TASKQUEUE_PRODUCER_TOKENS: undefined, TASKQUEUE_CONSUMER_TOKENS: undefined };

  it('requests are refused', async () => {
    service = await RenderService.start(NONE);
    expect(await statusOf('POST', service.tasksPath())).toBe(401);
    expect(await statusOf('GET', service.tasksPath(), bearer('undefined'))).toBe(401);
  });

  it('requests need none if debugging is on', async () => {
    service = await RenderService.start({ ...NONE, DJANGO_DEBUG: 'True' });
    expect(await statusOf('POST', service.tasksPath())).toBe(200);
    expect(await statusOf('GET', service.tasksPath())).toBe(200);
  });
});

describe('strict compatibility', () => {
  it('has the statuses and forms that Google documents', async () => {
    service = await RenderService.start({ TASKQUEUE_COMPATIBILITY: 'strict' });
    const tasks = service.tasksPath();
    const { body: task } = await service.send('POST', tasks, { ...TASK, id: 'a', payloadBase64: 'YQ==' });
    expect(task).toMatchObject({ leaseTimestamp: '0', enqueueTimestamp: expect.stringMatching(/^\d{16}$/) });
    expect((await service.send('GET', tasks)).body.items).toMatchObject([{ id: 'a', payloadBase64: '' }]);
    const unknown = await service.send('GET', `${tasks}/b`);
    expect(unknown).toMatchObject({
      status: 404,
      body: {
        error: {
          code: 404,
          message: 'Task name does not exist.',
          errors: [{ domain: 'global', reason: 'notFound', message: 'Task name does not exist.' }],
        },
      },
    });
    expect((await service.send('PATCH', `${tasks}/b?newLeaseSeconds=1`, TASK)).status).toBe(404);
    expect((await service.send('POST', tasks, { ...TASK, id: 'a' })).status).toBe(409);
    expect((await service.send('POST', tasks, { ...TASK, queueName: 'other' })).status).toBe(400);
    expect((await service.send('POST', `${tasks}/lease?numTasks=1001&leaseSecs=1`)).status).toBe(400);
    const [leased] = await service.lease('numTasks=1&leaseSecs=60');
    expect(leased).toMatchObject({
      payloadBase64: 'YQ==',
      leaseTimestamp: expect.stringMatching(/^\d{16}$/),
    });
  });

  it('groups by the tag of the oldest task that can be leased', async () => {
    service = await RenderService.start({ TASKQUEUE_COMPATIBILITY: 'strict' });
    await service.insert({ tag: 'a' });
    const { id } = await service.insert({ tag: 'b' });
    await service.lease('numTasks=1&leaseSecs=60');
    expect(await service.lease('numTasks=9&leaseSecs=60&groupByTag=true')).toMatchObject([{ id }]);
  });
});
