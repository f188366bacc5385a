import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTaskQueue } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { add, answerBigInt, fail, hook, secretLength, stay, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

describe('an engine', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it("presents a failed task again as the call's policy says, else as the cluster has it", async () => {
    await test.startEngine();
    const byCall = await test.queue.asyncTask(
      fail,
      { message: 'no' },
      { retry: { maxAttempts: 3, delaySeconds: 0.01, backoff: 2, jitter: 0.5 } },
    );
    // It comes back in more than an hour.
    const byCluster = await test.queue.asyncTask(fail, { message: 'no' });
    const maximumAlone = await test.queue.asyncTask(fail, { message: 'no' }, { retry: { maxAttempts: 1 } });
    await test.finished(byCall, ({ attempt_count }) => attempt_count === 3);
    await test.finished(byCluster);
    await test.finished(maximumAlone);
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([
      { id: byCluster, state: 'delayed', attempts: 1 },
    ]);
  });

  it('takes a failure as delivered where the call, else the cluster, says so', async () => {
    await test.startEngine();
    const acknowledged = await test.queue.asyncTask(fail, { message: 'no' }, { ackFailure: true });
    await test.finished(acknowledged);
    expect(await test.queue.queueSize()).toBe(0);
    test.engines[0]?.kill('SIGTERM');
    await test.engines[0]?.ended;
    await test.startEngine({ Q_CLUSTER_ACK_FAILURES: 'True' });
    await test.finished(await test.queue.asyncTask(fail, { message: 'no' }));
    expect(await test.queue.queueSize()).toBe(0);
    const presentedAgain = await test.queue.asyncTask(fail, { message: 'no' }, { ackFailure: false });
    await test.finished(presentedAgain);
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id: presentedAgain }]);
  });

  it('replaces a worker after as many tasks as it is told, and counts that', async () => {
    const engine = await test.startEngine({ Q_CLUSTER_RECYCLE: '1' });
    for (const label of ['one', 'two', 'three']) {
      const args = { journal: test.journal(), label, milliseconds: 0 };
      await test.finished(await test.queue.asyncTask(stay, args));
    }
    const workers = test
      .events()
      .filter((event) => event.startsWith('begin'))
      .map((event) => event.split(' ')[3]);
    expect(new Set(workers).size).toBe(3);
    engine.kill('SIGTERM');
    await engine.ended;
    const { reincarnations } = await test.platform.database('queue.engines').first('reincarnations');
    expect(reincarnations).toBeGreaterThanOrEqual(2);
  });

  it('replaces a worker that has grown too large, once its task is done', async () => {
    await test.startEngine({ Q_CLUSTER_MAX_RSS: '1' });
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    const worker = (await test.waitForEvent('start one 1')).split(' ')[3];
    // It was weighed meanwhile: a beat has told what it takes.
    await eventually(async () => {
      const engine = await test.platform.database('queue.engines').first('processes', 'state');
      return engine?.state === 'working' && JSON.stringify(engine.processes).includes(`"pid":${worker}`);
    });
    await test.letGo('one');
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 1 });
    const next = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'two' });
    const successor = (await test.waitForEvent('start two 1')).split(' ')[3];
    expect(successor).not.toBe(worker);
    await test.letGo('two');
    await test.finished(next);
  });

  it('serves the queue that it is told, with the settings that are for that one', async () => {
    const settings = {
      Q_CLUSTER_ALT_CLUSTERS: JSON.stringify({
        long: { workers: 2, max_attempts: 1, timeout: 7200, retry: 7201 },
      }),
    };
    const engine = await test.startEngine(settings, undefined, ['--queue', 'long']);
    expect(engine.log).toContainEqual(
      expect.objectContaining({ msg: 'engine started', queue: 'long', workers: 2 }),
    );
    const elsewhere = await test.queue.asyncTask(add, { left: 1, right: 2 });
    const sum = await test.queue.asyncTask(add, { left: 1, right: 2 }, { cluster: 'long' });
    const long = openTaskQueue(test.platform, 'long');
    const failure = await long.asyncTask(fail, { message: 'no' });
    expect(await test.finished(sum)).toMatchObject({ success: true, cluster: 'long' });
    await test.finished(failure);
    expect(await long.queueSize()).toBe(0);
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id: elsewhere }]);
    await long.close();
    // An engine beside it, by the other name of the same setting.
    await test.startEngine({ ...settings, Q_CLUSTER_NAME: 'composite' });
    await test.finished(elsewhere);
  });

  it('does not start for a queue whose settings do not hold together', async () => {
    const settings = { Q_CLUSTER_ALT_CLUSTERS: JSON.stringify({ long: { timeout: 9000 } }) };
    await expect(test.startEngine(settings, undefined, ['--queue', 'long'])).rejects.toThrow(
      'long has a retry of 4500 seconds; it must be greater than its timeout, which is 9000',
    );
  });

  it('says that another one serves its queue with other settings, but for the number of workers', async () => {
    const first = await test.startEngine({ ENGINE_WORKER_COUNT: '2' });
    const same = await test.startEngine();
    const other = await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS: '7' });
    const warning = 'another engine serves this queue with other settings';
    const said = ({ log }: typeof first) => log.filter(({ msg }) => String(msg).startsWith(warning));
    expect([said(first), said(same)]).toEqual([[], []]);
    expect(said(other)).toMatchObject([
      { level: 'warn', own: { maximumAttempts: 7 }, settings: { maximumAttempts: 0, workerCount: 2 } },
      { level: 'warn', own: { maximumAttempts: 7 }, settings: { maximumAttempts: 0, workerCount: 1 } },
    ]);
  });

  it('fails a hook that no app has, and not its task', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(
      add,
      { left: 1, right: 2 },
      { hook: { ...hook, name: 'other.hook' } },
    );
    const called = await eventually(() =>
      test.platform.database('queue.tasks').where({ func: 'other.hook' }).first('success', 'result'),
    );
    expect(called).toMatchObject({
      success: false,
      result: { error: expect.stringContaining('No installed app has a task function other.hook') },
    });
    expect(await test.queue.result(id)).toBe(3);
  });

  it('fails a task whose result is not JSON', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(answerBigInt, {});
    expect(await test.finished(id)).toMatchObject({
      success: false,
      result: { error: expect.stringContaining('BigInt') },
    });
    await test.finished(await test.queue.asyncTask(add, { left: 1, right: 2 }));
  });

  it('opens what was signed and sealed with an earlier key, as long as that is a fallback', async () => {
    const id = await test.queue.asyncTask(secretLength, { secret: 'hunter2' });
    await test.startEngine({
      DJANGO_SECRET_KEY: 'a new key for tests',
      SECRET_KEY_FALLBACKS: 'an older one, a key for tests',
    });
    expect(await test.finished(id)).toMatchObject({ success: true, result: 7 });
    test.engines[0]?.kill('SIGTERM');
    await test.engines[0]?.ended;
    const unreadable = await test.queue.asyncTask(secretLength, { secret: 'hunter2' });
    const engine = await test.startEngine({ DJANGO_SECRET_KEY: 'a new key for tests' });
    expect(await engine.waitForLine(({ msg }) => msg === 'package left in the queue')).toMatchObject({
      taskId: unreadable,
      reason: expect.stringContaining('SECRET_KEY_FALLBACKS'),
    });
  });
});
