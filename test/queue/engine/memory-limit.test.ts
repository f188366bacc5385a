import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { attemptsOf } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { isAlive } from '../../support/node-process.ts';
import { add, grow, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

describe('a worker that takes more memory than it may', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it('is ended during its task, which fails with the reason and is not tried again', async () => {
    const engine = await test.startEngine({ ENGINE_WORKER_MEMORY_LIMIT: '400' });
    const journal = test.journal();
    const id = await test.queue.asyncTask(grow, { journal, label: 'greedy', mebibytes: 2 });
    const worker = Number((await test.waitForEvent('start greedy 1')).split(' ')[3]);
    const error =
      'The task took more than the 400 MiB of memory that ENGINE_WORKER_MEMORY_LIMIT allows a worker';
    expect(await test.finished(id)).toMatchObject({ success: false, result: { error }, attempt_count: 1 });
    expect(await attemptsOf(test.platform.database, id, 10)).toMatchObject([
      { outcome: 'out of memory', error, workerPid: worker, ranSeconds: expect.any(Number) },
    ]);
    expect(test.events()).toContain(`lost greedy: ${error}, next undefined`);
    expect(await test.queue.queueSize()).toBe(0);
    await eventually(() => !isAlive(worker));
    expect(engine.log).toContainEqual(
      expect.objectContaining({ msg: 'a worker ended during a task', workerPid: worker, cause: 'memory' }),
    );
    // The one that takes its place works.
    const sum = await test.queue.asyncTask(add, { left: 1, right: 2 });
    expect(await test.finished(sum)).toMatchObject({ success: true, result: 3 });
  });

  it('is replaced once its task is done where it has more than half of it, so that the next one has room', async () => {
    await test.startEngine({ ENGINE_WORKER_COUNT: '1', ENGINE_WORKER_MEMORY_LIMIT: '150' });
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    const worker = (await test.waitForEvent('start one 1')).split(' ')[3];
    // A beat has told what it takes.
    await eventually(async () => {
      const engine = await test.platform.database('queue.engines').first('processes', 'state');
      return engine?.state === 'working' && JSON.stringify(engine.processes).includes(`"pid":${worker}`);
    });
    await test.letGo('one');
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 1 });
    const next = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'two' });
    expect((await test.waitForEvent('start two 1')).split(' ')[3]).not.toBe(worker);
    await test.letGo('two');
    await test.finished(next);
  });
});
