import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Knex } from 'knex';
import { type LocalServer, listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import { eventually } from '../../../support/eventually.ts';
import type { NodeProcess } from '../../../support/node-process.ts';
import { RenderService } from '../render-service.ts';
import { killEngine, ORDER, order, resultsOf, startEngine, tasksOf, waitForResults } from './orders.ts';

/** The lock that whoever changes a task in a certain way waits for; see {@link stopAt}. */
const LOCK = 4_711;

/** An order that takes a second or so to render. */
const LONG_ORDER = {
  ...ORDER,
  resource_view: 'treasure_hunt',
  copies: 1_000,
  prefilled_values: 'hard',
  number_order: 'unsorted',
  instructions: false,
  art: 'colour',
};

let service: RenderService;
let engine: NodeProcess;
/** An S3 that takes what it is sent, and says so once it may. */
let objectStorage: LocalServer;
let mayAnswer: Promise<void>;
let requests: string[];

beforeEach(async () => {
  requests = [];
  mayAnswer = Promise.resolve();
  objectStorage = await listenLocally((request, response) => {
    requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    request.resume().once('end', () => void mayAnswer.then(() => response.setHeader('ETag', '"x"').end()));
  });
  service = await RenderService.start({
    AWS_ENDPOINT_URL_S3: objectStorage.url,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'key',
    AWS_REGION: 'us-east-1',
  });
});
afterEach(async () => {
  await killEngine(engine);
  await service.stop();
  await objectStorage.close();
});

/** Has a change of tasks wait, until the function that is returned is called. */
async function stopAt(change: 'UPDATE' | 'DELETE' | 'INSERT'): Promise<() => Promise<void>> {
  const { database } = service.test;
  await database.raw(`
    CREATE FUNCTION public.wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(${LOCK});
        RETURN coalesce(new, old);
      END $$;
    CREATE TRIGGER wait_for_test BEFORE ${change} ON render.tasks FOR EACH ROW EXECUTE FUNCTION public.wait_for_test()`);
  const holder: Knex.Transaction = await database.transaction();
  await holder.raw(`SELECT pg_advisory_xact_lock(${LOCK})`);
  return async () => {
    await holder.rollback();
    await database.raw('DROP FUNCTION public.wait_for_test() CASCADE');
  };
}

/** Waits until a worker waits for the lock. */
function workerWaits(): Promise<unknown> {
  return eventually(async () => {
    const { rows } = await service.test.database.raw<{ rows: object[] }>(
      `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted AND objid = ${LOCK}`,
    );
    return rows.length > 0;
  });
}

/** Waits until nothing is left to do, and expects one result, of the only order. */
async function expectOneResult(id: string, fields: object = { success: true }): Promise<void> {
  await waitForResults(service);
  await eventually(async () => (await service.queue.queuedTasks({ limit: 10, offset: 0 })).length === 0);
  expect(await resultsOf(service)).toMatchObject([{ task_id: id, ...fields }]);
  expect(await tasksOf(service)).toHaveLength(1);
}

/** Kills the worker that runs a task, by its process. */
async function kill(): Promise<void> {
  const { pid } = await engine.waitForLine(
    ({ msg, func }) => msg === 'task started' && func === 'render.render',
  );
  process.kill(Number(pid), 'SIGKILL');
}

describe('a worker that is killed', () => {
  it.each([
    ['before it has leased the order', 'UPDATE'],
    ['before it removes the order', 'DELETE'],
  ] as const)('%s: the order has one result', async (_when, change) => {
    engine = await startEngine(service);
    const goOn = await stopAt(change);
    const { id } = await order(service);
    await workerWaits();
    await kill();
    await goOn();
    await expectOneResult(id);
  });

  it('while it renders: the order has one result', async () => {
    engine = await startEngine(service);
    const { id } = await order(service, LONG_ORDER);
    await eventually(
      async () =>
        (await service.test.database('render.tasks').whereNotNull('rendered_by').pluck('id')).length > 0,
      20_000,
      5,
    );
    await kill();
    expect(requests).toEqual([]);
    await expectOneResult(id, { kind: 'result#link', success: true });
    await engine.waitForLine(({ msg }) => msg === 'rendered');
    expect(engine.log.filter(({ msg }) => msg === 'rendered')).toHaveLength(1);
  });

  it('between the removal of the order and the insert of its result: the order has one result', async () => {
    const { id } = await order(service);
    const goOn = await stopAt('INSERT');
    engine = await startEngine(service);
    await workerWaits();
    await kill();
    await goOn();
    await expectOneResult(id);
  });

  it('while it stores a large document: the order has one result, and the document one place', async () => {
    engine = await startEngine(service, { MAX_QUEUE_TASK_SIZE: '100' });
    const { promise, resolve } = Promise.withResolvers<void>();
    mayAnswer = promise;
    const { id } = await order(service);
    await eventually(() => requests.length === 1);
    await kill();
    resolve();
    await expectOneResult(id, { kind: 'result#link', success: true });
    expect(new Set(requests).size).toBe(1);
    expect(requests.length).toBeGreaterThanOrEqual(2);
  });

  it('after it has stored the result: the order has one result', async () => {
    engine = await startEngine(service);
    const { id } = await order(service);
    const { pid } = await engine.waitForLine(({ msg }) => msg === 'rendered');
    process.kill(Number(pid), 'SIGKILL');
    await expectOneResult(id);
  });

  it('together with its engine: another engine renders the order, once', async () => {
    engine = await startEngine(service);
    const goOn = await stopAt('DELETE');
    const { id } = await order(service);
    await workerWaits();
    await killEngine(engine);
    await goOn();
    engine = await startEngine(service);
    await expectOneResult(id);
  });

  it('at each attempt: the order has one result, which says so', async () => {
    engine = await startEngine(service, { MAX_QUEUE_TASK_SIZE: '100' });
    mayAnswer = new Promise(() => undefined);
    const { id } = await order(service);
    const killed = new Set<unknown>();
    await eventually(async () => {
      for (const { msg, pid, func } of engine.log) {
        if (msg !== 'task started' || func !== 'render.render' || killed.has(pid)) continue;
        if (requests.length <= killed.size) continue;
        killed.add(pid);
        process.kill(Number(pid), 'SIGKILL');
      }
      return (await resultsOf(service)).length > 0;
    }, 90_000);
    await expectOneResult(id, { success: false, error: expect.stringContaining('The worker process died') });
    expect(killed.size).toBe(5);
  });
});

describe('a rendering that fails', () => {
  it('is tried again, and succeeds when what it needs is there', async () => {
    const { url, port } = objectStorage;
    await objectStorage.close();
    engine = await startEngine(service, { MAX_QUEUE_TASK_SIZE: '100' });
    const { id } = await order(service, ORDER);
    await engine.waitForLine(({ msg, attempt }) => msg === 'task started' && attempt === 2);
    expect(await tasksOf(service)).toMatchObject([{ id, tag: 'task' }]);
    objectStorage = await listenLocally((request, response) => {
      request.resume().once('end', () => response.setHeader('ETag', '"x"').end());
    }, port);
    await expectOneResult(id, { kind: 'result#link', url: expect.stringContaining(url) });
  });
});
