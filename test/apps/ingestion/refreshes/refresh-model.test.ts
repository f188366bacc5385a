import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { PLANS } from '../../../../src/apps/ingestion/refreshes/plans.ts';
import { refreshModelHandler } from '../../../../src/apps/ingestion/refreshes/refresh-model.ts';
import { RefreshRefusedError, type RunStep } from '../../../../src/apps/ingestion/refreshes/step.ts';
import { listRefreshes } from '../../../../src/apps/ingestion/refreshes/stored-refreshes.ts';
import { refreshTasksOf } from '../../../../src/apps/ingestion/tasks.ts';
import { IngestionService } from '../ingestion-service.ts';
import { runStepAs, taskContext } from '../run-tasks.ts';

const succeed: RunStep = async () => ({ progress: { rowsDone: 1, rowsTotal: 1 } });
const refuse: RunStep = () => Promise.reject(new RefreshRefusedError('Upstream has no such table'));

let service: IngestionService;
beforeEach(async () => {
  service = await IngestionService.start({ SENSITIVE_TERMS_URL: 'https://example.org/terms.txt' });
});
afterEach(() => service.stop());

const refresh = (taskId = randomUUID()) =>
  refreshModelHandler(refreshTasksOf)({ model: 'image' }, taskContext(service, { taskId }));

async function refreshes() {
  return (await listRefreshes(service.own.database)).toSorted((one, other) =>
    one.created.localeCompare(other.created),
  );
}

/** Runs all steps of the refreshes that are admitted, until none is. */
async function runAll(): Promise<readonly string[]> {
  const order: string[] = [];
  for (;;) {
    const running = (await refreshes()).find(({ admitted, ended }) => admitted !== null && ended === null);
    if (!running) return order;
    order.push(running.action);
    for (const position of PLANS[running.action].steps.keys()) {
      await runStepAs(service, running.id, position, succeed);
    }
  }
}

it('is one chain, from the ingest to the alias of the filtered index', async () => {
  await refresh();
  await service.post({ model: 'image', action: 'REINDEX' });
  expect(await runAll()).toEqual([
    'INGEST_UPSTREAM',
    'CREATE_AND_POPULATE_FILTERED_INDEX',
    'PROMOTE',
    'POINT_ALIAS',
    'REINDEX',
  ]);
  const [ingest, , promote, point] = await refreshes();
  expect(promote).toMatchObject({ indexSuffix: ingest?.indexSuffix, alias: 'image' });
  expect(point).toMatchObject({ indexSuffix: `${ingest?.indexSuffix}-filtered`, alias: 'image-filtered' });
});

it('ends where one of its refreshes fails', async () => {
  await refresh();
  await expect(runStepAs(service, (await refreshes())[0]?.id ?? '', 0, refuse)).rejects.toThrow();
  expect((await refreshes()).map(({ state }) => state)).toEqual([
    'failed',
    'cancelled',
    'cancelled',
    'cancelled',
  ]);
  await service.post({ model: 'image', action: 'REINDEX' });
  expect(await runAll()).toEqual(['REINDEX']);
});

it('is requested once, also where its task is run again', async () => {
  const taskId = randomUUID();
  await refresh(taskId);
  await refresh(taskId);
  expect(await refreshes()).toHaveLength(4);
});

it('leaves out the filtered index where there are no sensitive terms', async () => {
  await service.stop();
  service = await IngestionService.start();
  await refresh();
  expect((await refreshes()).map(({ action }) => action)).toEqual(['INGEST_UPSTREAM', 'PROMOTE']);
});
