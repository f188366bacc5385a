import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { act, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

describe('quick tasks that a worker is given together', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  /** Runs a function until it is known as a quick one, whose tasks are given out together. */
  async function makeQuick(taskFunction: typeof act | typeof wait): Promise<void> {
    const args = { journal: test.journal('quick'), label: 'quick', deed: 'answer' as const };
    const calls = Array.from({ length: 60 }, () => ({ args }));
    const ids =
      taskFunction === act
        ? await test.queue.asyncTasks(act, calls)
        : await test.queue.asyncTasks(wait, calls);
    await eventually(
      async () => (await test.platform.database('queue.tasks').whereIn('id', ids)).length === 60,
    );
  }

  function acts(...deeds: ('answer' | 'die' | 'hang')[]): Promise<string[]> {
    const options = { retry: { maxAttempts: 1 }, timeout: 1 };
    return test.queue.asyncTasks(
      act,
      deeds.map((deed, place) => ({ args: { journal: test.journal(), label: `${place}`, deed }, options })),
    );
  }

  function waits(...labels: string[]): Promise<string[]> {
    return test.queue.asyncTasks(
      wait,
      labels.map((label) => ({ args: { journal: test.journal(), label } })),
    );
  }

  /** The tasks that a worker is given behind the first one, before that ends. */
  async function makeWaitQuick(): Promise<void> {
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`${test.journal('quick')}.quick.go`, '');
    await makeQuick(wait);
  }

  const started = () => test.events().map((event) => event.split(' ').slice(0, 3).join(' '));

  it('neither lose a result nor an attempt when one of them takes the worker down', async () => {
    await test.startEngine();
    await makeQuick(act);
    const [before = '', deadly = '', after = ''] = await acts('answer', 'die', 'answer');
    expect(await test.finished(after)).toMatchObject({ success: true, attempt_count: 1 });
    expect(await test.finished(before)).toMatchObject({ success: true, attempt_count: 1 });
    expect(await test.finished(deadly)).toMatchObject({
      success: false,
      attempt_count: 1,
      result: { error: 'The worker process died (SIGKILL)' },
    });
    expect(started()).toEqual(['start 0 1', 'start 1 1', 'start 2 1']);
  });

  it('are not to blame for one that hangs', async () => {
    await test.startEngine();
    await makeQuick(act);
    const [before = '', hung = '', after = ''] = await acts('answer', 'hang', 'answer');
    expect(await test.finished(after)).toMatchObject({ success: true, attempt_count: 1 });
    expect(await test.finished(before)).toMatchObject({ success: true, attempt_count: 1 });
    expect(await test.finished(hung)).toMatchObject({
      success: false,
      result: { error: 'The task ran past its timeout of 1 seconds' },
    });
    expect(started()).toEqual(['start 0 1', 'start 1 1', 'start 2 1']);
  });

  it('go to another engine when the first of them takes long after all', async () => {
    await test.startEngine();
    await makeWaitQuick();
    const [, second = ''] = await waits('first', 'second');
    await test.waitForEvent('start first 1');
    await test.letGo('second');
    await test.startEngine();
    expect(await test.finished(second)).toMatchObject({ success: true, attempt_count: 1 });
    expect(started()).toEqual(['start first 1', 'start second 1', 'end second 1']);
    await test.letGo('first');
  });

  it('go back to the queue when the engine stops', async () => {
    const engine = await test.startEngine();
    await makeWaitQuick();
    await waits('first', 'second');
    await test.waitForEvent('start first 1');
    engine.kill('SIGTERM');
    await eventually(async () => (await test.queue.queueSize()) === 1);
    await test.letGo('first');
    expect(await engine.ended).toBe(0);
    expect(started()).toEqual(['start first 1', 'end first 1']);
    expect(await test.queue.queuedTasks({ limit: 2, offset: 0 })).toMatchObject([{ attempts: 0 }]);
    expect(await test.platform.database('queue.leases')).toEqual([]);
  });

  it('go back to the queue when that is paused', async () => {
    await test.startEngine();
    await makeWaitQuick();
    await waits('first', 'second');
    await test.waitForEvent('start first 1');
    await test.queue.pause('Ada');
    await eventually(async () => (await test.queue.queueSize()) === 1);
    await test.letGo('first');
    await eventually(async () => (await test.queue.lockSize()) === 0);
    expect(started()).toEqual(['start first 1', 'end first 1']);
    await test.letGo('second');
    await test.queue.resume();
    await test.waitForEvent('end second 1');
  });

  it('are no more than a worker may do before it is replaced', async () => {
    await test.startEngine({ Q_CLUSTER_RECYCLE: '20' });
    await makeQuick(act);
    await makeQuick(act);
    const tasksByWorker = Map.groupBy(test.events('quick'), (event) => event.split(' ')[3]);
    expect([...tasksByWorker.values()].map(({ length }) => length)).toEqual([20, 20, 20, 20, 20, 20]);
  });
});
