import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BEGIN_SECONDS } from '../../../src/queue/engine/worker-process.ts';
import { eventually } from '../../support/eventually.ts';
import { isAlive, type NodeProcess } from '../../support/node-process.ts';
import { add, block, leaveBehind, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

jest.setTimeout(60_000);

const SUM = { left: 1, right: 2 };

/** From the moment at which a worker gets a task: its deadline, with time for a new worker to start. */
const REPLACED_MILLISECONDS = (BEGIN_SECONDS + 5) * 1_000;

/** A worker that hears nothing is asked to stop, and killed some seconds later. */
const STOPPED_MILLISECONDS = 10_000;

describe('a worker that does not begin', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it('what it was given is replaced, and another one runs it as its first attempt', async () => {
    const engine = await test.startEngine();
    const stopped = await stopIdleWorker();
    const since = performance.now();
    const id = await test.queue.asyncTask(add, SUM);
    expect(await test.finished(id)).toMatchObject({ success: true, result: 3, attempt_count: 1 });
    expect(performance.now() - since).toBeLessThan(REPLACED_MILLISECONDS);
    expect(isAlive(stopped)).toBe(false);
    expect(engine.log).toContainEqual(
      expect.objectContaining({ msg: 'a worker ended', workerPid: stopped, cause: 'killed' }),
    );
  });

  it('does not keep its engine from stopping', async () => {
    const engine = await test.startEngine();
    const stopped = await stopIdleWorker();
    expect(await millisecondsToStop(engine)).toBeLessThan(STOPPED_MILLISECONDS);
    expect(isAlive(stopped)).toBe(false);
  });

  it('does not keep its engine from stopping with a task, which goes back to the queue unharmed', async () => {
    const engine = await test.startEngine();
    await stopIdleWorker();
    const id = await test.queue.asyncTask(add, SUM);
    await eventually(async () => (await test.queue.lockSize()) === 1);
    expect(await millisecondsToStop(engine)).toBeLessThan(STOPPED_MILLISECONDS);
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id, state: 'queued' }]);
    await test.startEngine();
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 1 });
  });

  it('lets go of a task that is cancelled', async () => {
    await test.startEngine();
    await stopIdleWorker();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'never' });
    await eventually(async () => (await test.queue.lockSize()) === 1);
    const since = performance.now();
    expect(await test.queue.cancel(id, 'Ada')).toBe('cancelling');
    expect(await test.finished(id)).toMatchObject({ success: false, cancelled: true });
    expect(performance.now() - since).toBeLessThan(REPLACED_MILLISECONDS);
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
    expect(await millisecondsToStop(engine)).toBeLessThan(STOPPED_MILLISECONDS);
  });

  it('in time, but late, has the whole of its timeout for its task', async () => {
    await test.startEngine();
    const stopped = await stopIdleWorker();
    const args = { journal: test.journal(), label: 'late' };
    const id = await test.queue.asyncTask(wait, args, { timeout: 2 });
    await eventually(async () => (await test.queue.lockSize()) === 1);
    // Longer than the timeout of the task, and shorter than the worker may take to begin.
    await sleep(2_500);
    process.kill(stopped, 'SIGCONT');
    await test.waitForEvent('start late 1');
    await test.letGo('late');
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

  async function millisecondsToStop(engine: NodeProcess): Promise<number> {
    const since = performance.now();
    engine.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
    return performance.now() - since;
  }
});
