import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { type SqsServer, startSqsServer } from '../../support/sqs-server.ts';
import { add, climb, fail, secretLength, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

const SQS_QUEUE_NAME = 'composites';

describe('an engine on Amazon SQS', () => {
  const environment = { ...process.env };
  let sqs: SqsServer;
  let test: QueueUnderTest;

  beforeEach(async () => {
    sqs = await startSqsServer();
    // What enqueues here, the AWS SDK configures from the environment of this process.
    Object.assign(process.env, sqs.environment);
    test = await QueueUnderTest.open(undefined, {
      ...sqs.environment,
      SQS_BROKER_QUEUE_NAME: SQS_QUEUE_NAME,
      ENGINE_WORKER_TIMEOUT: '60',
      ENGINE_WORKER_RETRY: '61',
    });
  });
  afterEach(async () => {
    await test.close();
    await sqs.stop();
    process.env = environment;
  });

  /** Resolves when SQS has no message any more. */
  function isDrained(): Promise<unknown> {
    return eventually(async () => {
      const { ready = [], delayed = [], inflight = [] } = (await sqs.inspect(SQS_QUEUE_NAME))?.messages ?? {};
      return ready.length + delayed.length + inflight.length === 0;
    });
  }

  it('creates the queue, runs tasks, and leaves nothing behind', async () => {
    await test.startEngine({ ENGINE_WORKER_COUNT: '2' });
    const ids = await test.queue.asyncTasks(
      add,
      Array.from({ length: 50 }, (_, index) => ({ args: { left: index, right: 1 } })),
    );
    for (const [index, id] of ids.entries()) {
      expect(await test.finished(id)).toMatchObject({ success: true, result: index + 1, attempt_count: 1 });
    }
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toEqual([]);
    expect(await test.platform.database('queue.leases')).toEqual([]);
    await isDrained();
  });

  it('opens the secrets of a task, which SQS never sees', async () => {
    const id = await test.queue.asyncTask(secretLength, { secret: 'hunter2' });
    const message = await eventually(async () => (await sqs.inspect(SQS_QUEUE_NAME))?.messages.ready[0]);
    expect(JSON.parse(message.body)).toEqual({ id, round: 1 });
    await test.startEngine();
    expect(await test.finished(id)).toMatchObject({ success: true, result: 7 });
  });

  it('runs a task again that failed', async () => {
    await test.startEngine({ ENGINE_WORKER_TIMEOUT: '1', ENGINE_WORKER_RETRY: '2' });
    const id = await test.queue.asyncTask(fail, { message: 'broken' });
    expect(await test.finished(id)).toMatchObject({ success: false, attempt_count: 1 });
    await test.finished(id, ({ attempt_count }) => attempt_count === 2);
  });

  it('gives a task up after so many attempts that get nowhere, and not before', async () => {
    await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS: '2' });
    const options = { retry: { delaySeconds: 0 } };
    const id = await test.queue.asyncTask(climb, { steps: [1, 2, 2, 3, 3, 3, 3] }, options);
    await test.finished(id, ({ attempt_count }) => attempt_count === 6);
    await eventually(async () => (await test.queue.queueSize()) + (await test.queue.lockSize()) === 0);
    expect(await test.finished(id)).toMatchObject({ attempt_count: 6, success: false });
    await isDrained();
  });

  it('replaces a worker that is killed in a task, and runs the task again', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    const started = await test.waitForEvent('start one 1');
    process.kill(Number(started.split(' ')[3]), 'SIGKILL');
    await test.waitForEvent('start one 2');
    await test.letGo('one');
    expect(await test.finished(id, ({ success }) => success)).toMatchObject({ attempt_count: 2 });
  });

  it('runs the task of an engine that is killed', async () => {
    const first = await test.startEngine();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    await test.waitForEvent('start one 1');
    const second = await test.startEngine();
    first.kill('SIGKILL');
    await eventually(() => test.events().some((event) => event.startsWith('start one 2')));
    await test.letGo('one');
    expect(await test.finished(id, ({ success }) => success)).toMatchObject({ attempt_count: 2 });
    second.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  it('never runs what was enqueued in a transaction that was rolled back', async () => {
    await test.startEngine();
    let dropped = '';
    const broken = test.platform.database.transaction(async (transaction) => {
      dropped = await test.queue.asyncTask(add, { left: 1, right: 1 }, { transaction });
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    const kept = await test.platform.database.transaction((transaction) =>
      test.queue.asyncTask(add, { left: 1, right: 1 }, { transaction }),
    );
    await test.finished(kept);
    expect(await test.platform.database('queue.tasks').pluck('id')).toEqual([kept]);
    expect(dropped).not.toBe('');
    expect(await test.queue.queueSize()).toBe(0);
  });

  it('goes on when SQS was away, and lost what it had', async () => {
    const engine = await test.startEngine();
    await test.finished(await test.queue.asyncTask(add, { left: 1, right: 1 }));
    await sqs.stop();
    const id = await test.queue.asyncTask(add, { left: 2, right: 2 });
    await engine.waitForLine(({ msg }) => String(msg).includes('no messages can be received from SQS'));
    await sqs.start();
    expect(await test.finished(id)).toMatchObject({ success: true, result: 4 });
  });
});
