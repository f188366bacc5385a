import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { isAlive, type NodeProcess } from '../../support/node-process.ts';
import { add, block, leaveBehind, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

const SUM = { left: 1, right: 2 };

describe('a worker that does not begin', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it('what it was given is replaced, and another one runs it as its first attempt', async () => {
    const engine = await test.startEngine();
    const stopped = await stopIdleWorker();
    const id = await test.queue.asyncTask(add, SUM);
    expect(await test.finished(id)).toMatchObject({ success: true, result: 3, attempt_count: 1 });
    expect(isAlive(stopped)).toBe(false);
    expect(engine.log).toContainEqual(
      expect.objectContaining({ msg: 'a worker ended', workerPid: stopped, cause: 'killed' }),
    );
  });

  it('does not keep its engine from stopping', async () => {
    const engine = await test.startEngine();
    const stopped = await stopIdleWorker();
    await expectToStop(engine);
    expect(isAlive(stopped)).toBe(false);
  });

  it('does not keep its engine from stopping with a task, which goes back to the queue unharmed', async () => {
    const engine = await test.startEngine();
    await stopIdleWorker();
    const id = await test.queue.asyncTask(add, SUM);
    await eventually(async () => (await test.queue.lockSize()) === 1);
    await expectToStop(engine);
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id, state: 'queued' }]);
    await test.startEngine();
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 1 });
  });

  it('lets go of a task that is cancelled', async () => {
    await test.startEngine();
    await stopIdleWorker();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'never' });
    await eventually(async () => (await test.queue.lockSize()) === 1);
    expect(await test.queue.cancel(id, 'Ada')).toBe('cancelling');
    expect(await test.finished(id)).toMatchObject({ success: false, cancelled: true });
    expect(test.events().filter((event) => event.includes('never'))).toEqual([]);
    expect(await test.queue.queueSize()).toBe(0);
  });

  it('because a function left something behind is replaced, whatever the timeout of the next task', async () => {
    const engine = await test.startEngine();
    const left = await test.queue.asyncTask(leaveBehind, { journal: test.journal(), label: 'one' });
    const { result: pid } = await test.finished(left);
    await test.waitForEvent('left one');
    const id = await test.queue.asyncTask(add, SUM, { timeout: 1 });
    expect(await test.finished(id)).toMatchObject({ success: true, result: 3, attempt_count: 1 });
    expect(isAlive(Number(pid))).toBe(false);
    expect(await test.finished(left)).toMatchObject({ success: true, attempt_count: 1 });
    await expectToStop(engine);
  });

  it('in time, but late, has the whole of its timeout for its task', async () => {
    await test.startEngine();
    const stopped = await stopIdleWorker();
    await test.letGo('late');
    const args = { journal: test.journal(), label: 'late' };
    const id = await test.queue.asyncTask(wait, args, { timeout: 1 });
    await eventually(async () => (await test.queue.lockSize()) === 1);
    // Longer than the timeout of the task, and much shorter than the worker may take to begin.
    await sleep(1_100);
    process.kill(stopped, 'SIGCONT');
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 1 });
    expect(isAlive(stopped)).toBe(true);
  });

  it('the tasks behind one that lets it hear nothing loses them to others, and goes on', async () => {
    const journal = test.journal();
    await test.startEngine();
    // So that the function is known as a quick one, whose calls are handed out together.
    await test.letGo('quick');
    const quick = Array.from({ length: 60 }, () => ({ args: { journal, label: 'quick' } }));
    await test.queue.asyncTasks(block, quick);
    await eventually(async () => (await test.queue.queueSize()) + (await test.queue.lockSize()) === 0);
    const labels = ['first', 'second', 'third'];
    const [first = '', ...behind] = await test.queue.asyncTasks(
      block,
      labels.map((label) => ({ args: { journal, label } })),
    );
    const started = await test.waitForEvent('start first 1');
    await Promise.all([test.letGo('second'), test.letGo('third'), test.startEngine()]);
    for (const id of behind)
      expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 1 });
    await test.letGo('first');
    expect(await test.finished(first)).toMatchObject({ success: true, attempt_count: 1 });
    const pid = Number(started.split(' ')[3]);
    expect(isAlive(pid)).toBe(true);
    for (const label of ['second', 'third'])
      expect(test.events().filter((event) => event.startsWith(`start ${label}`))).toHaveLength(1);
    // It takes tasks again: as many as there are workers.
    const after = ['left', 'right'].map((label) => ({ args: { journal, label } }));
    await test.queue.asyncTasks(wait, after);
    const begun = await Promise.all(after.map(({ args }) => test.waitForEvent(`start ${args.label} 1`)));
    expect(begun.map((event) => Number(event.split(' ')[3]))).toContain(pid);
  });

  /** Freezes the engine's one worker once it is idle; returns its process id. */
  async function stopIdleWorker(): Promise<number> {
    const label = 'first';
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label });
    const pid = Number((await test.waitForEvent(`start ${label} 1`)).split(' ')[3]);
    await test.letGo(label);
    await test.finished(id);
    process.kill(pid, 'SIGSTOP');
    return pid;
  }

  async function expectToStop(engine: NodeProcess): Promise<void> {
    engine.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
  }
});
