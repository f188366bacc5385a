import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { createBroker } from '../../../src/queue/brokers/index.ts';
import { openTaskQueue, TaskOptionsError, type TaskQueue } from '../../../src/queue/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { readSettings } from '../../support/settings.ts';
import { signFailedTasks } from '../../support/signed-rows.ts';
import { enterEngine } from '../brokers/broker-conformance.ts';
import { add, fail } from '../engine/fixtures/task-functions.ts';
import { HandRunEngine } from '../hand-run-engine.ts';

describe('a task queue', () => {
  let test: TestDatabase;
  let platform: Platform;
  let queue: TaskQueue;

  beforeEach(async () => {
    test = await createTestDatabase();
    platform = openPlatform(
      readSettings({ DATABASE_URL: test.url, DJANGO_SECRET_KEY: 'a key for tests', LOG_LEVEL: 'silent' }),
      { processName: 'test', maximumConnections: 1 },
    );
    queue = openTaskQueue(platform);
  });
  afterEach(async () => {
    await queue.close();
    await platform.close();
    await test.drop();
  });

  /** A task that failed once, and waits for its next attempt. */
  async function storeFailure(): Promise<string> {
    const id = await queue.asyncTask(fail, { message: 'broken', secret: 'token' }, { group: 'a group' });
    await test.database.raw(
      `INSERT INTO queue.tasks (id, name, func, args, options, result, "group", cluster, started, stopped, success, attempt_count)
       SELECT id, 'a name', data #>> '{task,func}', data #> '{task,args}', coalesce(data #> '{task,options}', '{}'), '{"error":"broken"}',
         data #>> '{task,group}', 'composite', now(), now(), false, 1
       FROM pgboss.job WHERE id = ?`,
      [id],
    );
    await signFailedTasks(platform);
    return id;
  }

  it('is first used in a transaction that holds the only connection', async () => {
    const id = await platform.database.transaction((transaction) =>
      queue.asyncTask(add, { left: 1, right: 1 }, { transaction }),
    );
    expect(await queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id, state: 'queued' }]);
  });

  it('enqueues nothing when the transaction is rolled back', async () => {
    const broken = platform.database.transaction(async (transaction) => {
      await queue.asyncTask(add, { left: 1, right: 1 }, { transaction });
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await queue.queueSize()).toBe(0);
  });

  it('takes more in one call than one statement does, all of them or none', async () => {
    const calls = Array.from({ length: 2_500 }, (_, left) => ({ args: { left, right: 1 } }));
    const ids = await queue.asyncTasks(add, calls);
    expect([new Set(ids).size, await queue.queueSize()]).toEqual([2_500, 2_500]);
    await test.database.raw(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room for this one'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON pgboss.job FOR EACH ROW
       WHEN ((new.data #>> '{task,args,left}')::integer = 2400) EXECUTE FUNCTION refuse()`,
    );
    await expect(queue.asyncTasks(add, calls)).rejects.toThrow('no room for this one');
    expect(await queue.queueSize()).toBe(2_500);
  });

  it('takes none of many calls of which a late one is refused, also where the caller goes on with its transaction', async () => {
    const calls = Array.from({ length: 1_200 }, (_, left) => ({ args: { left, right: 1 } }));
    await queue.purgeQueue();
    await test.database.transaction(async (transaction) => {
      await queue.asyncTask(add, { left: 1, right: 1 }, { transaction });
      await expect(
        queue.asyncTasks(add, [...calls, { args: { left: Number.NaN, right: 1 } }], { transaction }),
      ).rejects.toThrow(TaskOptionsError);
    });
    expect(await queue.queueSize()).toBe(1);
  });

  it('knows a task by the id that it was given, however that was written', async () => {
    const engine = await HandRunEngine.open();
    try {
      const given = '0195A7C0-0000-7000-8000-00000000ABCD';
      const id = await engine.queue.asyncTask(add, { left: 1, right: 2 }, { id: given });
      expect(id).toBe(given.toLowerCase());
      expect(await engine.work()).toBe(1);
      expect(await engine.queue.result(given)).toBe(3);
    } finally {
      await engine.close();
    }
  });

  it('refuses names and groups that no index can hold', async () => {
    const long = 'x'.repeat(251);
    const calls = [{ taskName: long }, { group: long }].map((options) =>
      queue.asyncTask(add, { left: 1, right: 1 }, options),
    );
    for (const call of calls) await expect(call).rejects.toThrow(TaskOptionsError);
    expect(await queue.queueSize()).toBe(0);
  });

  it('sends a failed task again as a new one, which takes the place of its next attempt', async () => {
    const id = await storeFailure();
    const [newId] = await queue.resubmitTasks([id]);
    const waiting = await queue.queuedTasks({ limit: 9, offset: 0 });
    expect(waiting).toMatchObject([{ id: newId, func: 'test.fail', group: 'a group', state: 'queued' }]);
    expect(newId).not.toBe(id);
    expect(await test.database('queue.tasks')).toEqual([]);
  });

  it('leaves a failed task whose next attempt runs', async () => {
    const id = await storeFailure();
    const broker = createBroker(platform, 'composite');
    await broker.dequeue(1, await enterEngine(platform.database));
    await broker.close();
    expect(await queue.resubmitTasks([id])).toEqual([]);
    expect(await queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id, state: 'running' }]);
    expect(await test.database('queue.tasks').pluck('id')).toEqual([id]);
  });

  it('gives a queue that is there the options of today', async () => {
    await queue.ping();
    await test
      .database('pgboss.queue')
      .where({ name: 'composite' })
      .update({ expire_seconds: 2, retry_limit: 2 });
    const next = openTaskQueue(platform);
    await next.ping();
    await next.close();
    expect(await test.database('pgboss.queue').where({ name: 'composite' }).first()).toMatchObject({
      expire_seconds: 86_400,
      retry_limit: 2_147_483_647,
    });
  });
});
