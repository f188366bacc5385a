import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RefreshRefusedError } from '../../../../src/apps/ingestion/refreshes/step.ts';
import { callBackHandler } from '../../../../src/apps/ingestion/telling/call-back.ts';
import { IngestionService } from '../ingestion-service.ts';
import { refreshIdOf, runStepAs, taskContext } from '../run-tasks.ts';
import { startWebHook, type WebHook } from '../web-hook.ts';

const LAST_ATTEMPT = 3;

let hook: WebHook;
let service: IngestionService;
beforeEach(async () => {
  hook = await startWebHook();
  service = await IngestionService.start({
    INGESTION_CALLBACK_SECRET: 'the secret',
    INGESTION_CALLBACK_NETWORKS: 'loopback',
  });
});
afterEach(async () => {
  await service.stop();
  await hook.stop();
});

/** Has an alias pointed, with a callback; returns the id of the task. */
async function finished(callbackUrl = `${hook.url}/done`): Promise<string> {
  const id = await request(callbackUrl);
  await runStepAs(service, id, 0, async () => ({ progress: { rowsDone: 1, rowsTotal: 1 } }));
  return id;
}

const request = (callbackUrl: string) =>
  service.post({
    model: 'image',
    action: 'POINT_ALIAS',
    index_suffix: 'a',
    alias: 'b',
    callback_url: callbackUrl,
  });

const callBack = (id: string, attempt = 1) =>
  callBackHandler(LAST_ATTEMPT)({ refreshId: refreshIdOf(id) }, taskContext(service, { attempt }));

const stored = (id: string) =>
  service.own
    .database('ingestion.callbacks')
    .where({ refresh_id: refreshIdOf(id) })
    .first();

it('tells how a task has ended, with a signature', async () => {
  const id = await finished();
  const queued = await service.queue.queuedTasks({ limit: 10, offset: 0 });
  expect(queued.map(({ func }) => func)).toContain('ingestion.call_back');
  await callBack(id);
  const [{ path, headers, text, body } = {} as never] = hook.received;
  expect(path).toBe('/done');
  expect(body).toEqual({ task_id: id, model: 'image', action: 'POINT_ALIAS', state: 'done' });
  const signature = createHmac('sha256', 'the secret').update(text).digest('hex');
  expect(headers['x-signature']).toBe(`sha256=${signature}`);
  expect(await stored(id)).toMatchObject({ state: 'delivered', attempt_count: 1 });
});

it('also tells of a failure', async () => {
  const id = await request(hook.url);
  const refuse = () => Promise.reject(new RefreshRefusedError('There is no index'));
  await expect(runStepAs(service, id, 0, refuse)).rejects.toThrow();
  await callBack(id);
  expect(hook.received[0]?.body).toMatchObject({ task_id: id, state: 'failed' });
});

it('also tells of a task that was cancelled', async () => {
  const id = await request(hook.url);
  await service.send('DELETE', `/task/${id}`);
  await callBack(id);
  expect(hook.received[0]?.body).toMatchObject({ task_id: id, state: 'cancelled' });
});

it('comes again until the caller has received it', async () => {
  const id = await finished();
  hook.status = 500;
  await expect(callBack(id, 1)).rejects.toThrow('The caller responded with 500');
  expect(await stored(id)).toMatchObject({ state: 'waiting', attempt_count: 1 });
  hook.status = 204;
  await callBack(id, 2);
  expect(await stored(id)).toMatchObject({ state: 'delivered', attempt_count: 2, last_error: null });
  expect(hook.received.map(({ text }) => text)).toEqual(Array(2).fill(hook.received[0]?.text));
});

it('comes again where the caller does not respond', async () => {
  const id = await finished();
  hook.isSilent = true;
  const impatient = callBackHandler(LAST_ATTEMPT, 200);
  await expect(impatient({ refreshId: refreshIdOf(id) }, taskContext(service))).rejects.toThrow();
  expect(hook.received).toHaveLength(1);
  expect(await stored(id)).toMatchObject({ state: 'waiting', attempt_count: 1 });
  hook.isSilent = false;
  await callBack(id, 2);
  expect(await stored(id)).toMatchObject({ state: 'delivered', attempt_count: 2 });
});

it('is given up after the last attempt, and says why', async () => {
  const id = await finished();
  hook.status = 404;
  await expect(callBack(id, LAST_ATTEMPT)).rejects.toThrow('404');
  expect(await stored(id)).toMatchObject({ state: 'given up', last_error: 'The caller responded with 404' });
});

describe('an address inside the network', () => {
  it('is not called where it is not allowed', async () => {
    await service.stop();
    service = await IngestionService.start();
    const id = await finished();
    await expect(callBack(id)).rejects.toThrow();
    expect(hook.received).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: 'given up', attempt_count: 1 });
  });
});

it('has no row, and no task, for those who want no callback', async () => {
  const id = await service.post({ model: 'image', action: 'POINT_ALIAS', index_suffix: 'a', alias: 'b' });
  await runStepAs(service, id, 0, async () => ({ progress: { rowsDone: 1 } }));
  expect(await stored(id)).toBeUndefined();
});
