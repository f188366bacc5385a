import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stepHandler } from '../../../../src/apps/ingestion/refreshes/run-step.ts';
import { RefreshRefusedError, type RunStep } from '../../../../src/apps/ingestion/refreshes/step.ts';
import { watchHandler } from '../../../../src/apps/ingestion/refreshes/watch-refreshes.ts';
import { openSearchEngine } from '../../../../src/apps/ingestion/search-engines/open-search-engine.ts';
import { refreshTasksOf } from '../../../../src/apps/ingestion/tasks.ts';
import type { TaskContext } from '../../../../src/queue/index.ts';
import { IngestionService } from '../ingestion-service.ts';

const INGEST = { model: 'image', action: 'INGEST_UPSTREAM' };

let service: IngestionService;
beforeEach(async () => {
  service = await IngestionService.start();
});
afterEach(() => service.stop());

function taskContext(attempt = 1, signal = new AbortController().signal): TaskContext {
  const { platform } = service;
  return { taskId: randomUUID(), attempt, signal, progress: () => {}, logger: platform.logger, platform };
}

/** The task of the step that waits or runs. */
async function currentTask(): Promise<string> {
  const [id] = await service.own
    .database('ingestion.steps')
    .whereIn('state', ['waiting', 'running'])
    .whereNotNull('task_id')
    .pluck('task_id');
  return id;
}

const stateOf = async (id: string) => (await service.send('GET', `/task/${id}`)).body;

async function runStep(id: string, run: RunStep, attempt = 1, signal?: AbortSignal): Promise<void> {
  const handler = stepHandler({
    load: async () => run,
    openSearchEngine,
    tasksOf: refreshTasksOf,
    lastAttempt: 3,
  });
  const refreshId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  await handler({ refreshId, position: 0 }, taskContext(attempt, signal));
}

describe('the watch', () => {
  const watch = () => watchHandler(refreshTasksOf)({}, taskContext());

  it('leaves a refresh whose step waits in the queue', async () => {
    await service.post(INGEST);
    expect(await watch()).toBe(0);
  });

  it('enqueues a step again whose task an operator has deleted', async () => {
    await service.post(INGEST);
    const lost = await currentTask();
    await service.queue.deleteQueuedTasks([lost]);
    expect(await watch()).toBe(1);
    expect(await currentTask()).not.toBe(lost);
    expect(await watch()).toBe(0);
  });

  it('fails a refresh whose step an operator has cancelled', async () => {
    const id = await service.post(INGEST);
    await service.queue.cancel(await currentTask(), 'Ada');
    expect(await watch()).toBe(1);
    expect(await stateOf(id)).toMatchObject({
      state: 'failed',
      error: true,
      message: expect.stringContaining('Ada'),
    });
  });
});

describe('a step', () => {
  it('stores what it came to, and enqueues the next one', async () => {
    const id = await service.post(INGEST);
    await runStep(id, async ({ report }) => {
      report({ rowsDone: 5, rowsTotal: 10 });
      expect(await stateOf(id)).toMatchObject({ state: 'copying', step: 'copy', active: true });
      return { progress: { rowsDone: 10, rowsTotal: 10, bytesDone: 99 }, result: { rows: 10 } };
    });
    const { progress, steps } = await stateOf(id);
    expect(progress).toBe(45);
    expect(steps?.[0]).toMatchObject({ name: 'copy', state: 'done', rows: 10, rows_total: 10, bytes: 99 });
    const queued = await service.queue.queuedTasks({ limit: 10, offset: 0 });
    expect(queued.map(({ func }) => func)).toContain('ingestion.clean');
  });

  it('has no effect once it has ended', async () => {
    const id = await service.post(INGEST);
    const outcome = { progress: { rowsDone: 1, rowsTotal: 1 } };
    await runStep(id, async () => outcome);
    await runStep(id, () => Promise.reject(new RefreshRefusedError('It ran again')));
    expect(await stateOf(id)).toMatchObject({ error: false, active: true });
  });

  it('fails its refresh at the last attempt, and the next of the model begins', async () => {
    const [id, next] = [await service.post(INGEST), await service.post(INGEST)];
    const fail = () => Promise.reject(new Error('Upstream is away'));
    await expect(runStep(id, fail, 2)).rejects.toThrow('Upstream is away');
    expect(await stateOf(id)).toMatchObject({ active: true });
    await expect(runStep(id, fail, 3)).rejects.toThrow('Upstream is away');
    expect(await stateOf(id)).toMatchObject({ state: 'failed', error: true, message: 'Upstream is away' });
    await runStep(next, async () => ({ progress: { rowsDone: 0 } }));
    expect((await stateOf(next)).steps?.[0]).toMatchObject({ state: 'done' });
  });

  it('fails its refresh at once where another attempt would say the same', async () => {
    const id = await service.post(INGEST);
    const refuse = () => Promise.reject(new RefreshRefusedError('No such table', { isBadRequest: true }));
    await expect(runStep(id, refuse)).rejects.toThrow('No such table');
    expect(await stateOf(id)).toMatchObject({ state: 'failed', is_bad_request: true });
  });

  it('changes nothing once its refresh was cancelled', async () => {
    const id = await service.post(INGEST);
    await runStep(id, async () => {
      await service.send('DELETE', `/task/${id}`);
      return { progress: { rowsDone: 10, rowsTotal: 10 } };
    });
    expect(await stateOf(id)).toMatchObject({ state: 'cancelled', progress: 0 });
  });

  it('does not fail its refresh where its worker has to go, even at the last attempt', async () => {
    const id = await service.post(INGEST);
    const stop = new AbortController();
    const run: RunStep = async ({ signal }) => {
      stop.abort(new Error('The engine stops'));
      signal.throwIfAborted();
      return 'in slices';
    };
    await expect(runStep(id, run, 3, stop.signal)).rejects.toThrow('The engine stops');
    expect(await stateOf(id)).toMatchObject({ active: true, error: false });
  });
});
