import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { liveEngines, queueFigures, queueHealthChecks } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import type { LogLine, NodeProcess } from '../../support/node-process.ts';
import { type SqsServer, startSqsServer } from '../../support/sqs-server.ts';
import { add, secretLength } from './fixtures/task-functions.ts';
import { isLeft, QueueUnderTest } from './test-engine.ts';

const WRONG_KEY = { DJANGO_SECRET_KEY: 'a wrong key' };
const NEW_KEY = { DJANGO_SECRET_KEY: 'a new key', SECRET_KEY_FALLBACKS: 'a key for tests' };

/** Packages that an engine has put off wait for some seconds. */
const PUT_OFF_MILLISECONDS = 60_000;

const saysThatKeyIsWrong = ({ msg }: LogLine) =>
  String(msg).includes('DJANGO_SECRET_KEY of this engine is probably wrong');

describe.each(['Postgres', 'Amazon SQS'])('an engine with another key, on %s', (brokerName) => {
  const environment = { ...process.env };
  let sqs: SqsServer | undefined;
  let test: QueueUnderTest;

  beforeEach(async () => {
    sqs = brokerName === 'Postgres' ? undefined : await startSqsServer();
    // What enqueues here, the AWS SDK configures from the environment of this process.
    Object.assign(process.env, sqs?.environment);
    test = await QueueUnderTest.open(
      undefined,
      sqs ? { ...sqs.environment, SQS_BROKER_QUEUE_NAME: 'composites' } : {},
    );
  });
  afterEach(async () => {
    await test.close();
    await sqs?.stop();
    process.env = environment;
  });

  function enqueue(count: number): Promise<readonly string[]> {
    return test.queue.asyncTasks(
      add,
      Array.from({ length: count }, (_, index) => ({ args: { left: index, right: 1 } })),
    );
  }

  async function stop(engine: NodeProcess): Promise<void> {
    engine.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
  }

  async function allSucceed(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      expect(await test.finished(id, undefined, PUT_OFF_MILLISECONDS)).toMatchObject({
        success: true,
        attempt_count: 1,
      });
  }

  it('leaves every package where it is, and takes no more; with the right key they run', async () => {
    const ids = await enqueue(40);
    const secret = await test.queue.asyncTask(secretLength, { secret: 'hunter2' });
    const engine = await test.startEngine(WRONG_KEY);
    await engine.waitForLine(saysThatKeyIsWrong);
    await eventually(async () => (await test.queue.lockSize()) === 0);
    expect(await test.queue.queueSize()).toBe(41);
    await eventually(async () => (await liveEngines(test.platform.database))[0]?.distrustsKey);
    const health = queueHealthChecks(test.platform.database, test.queue).find(
      ({ name }) => name === 'engine',
    );
    await expect(health?.check()).rejects.toThrow('DJANGO_SECRET_KEY is probably wrong');
    const [figures] = await queueFigures(test.platform.database);
    const told = engine.log.filter(isLeft).map(({ taskId }) => taskId);
    expect(told.length).toBeLessThan(41);
    expect(new Set(told).size).toBe(told.length);
    expect(figures).toMatchObject({ unverified: told.length, queued: 41 });
    const queued = await test.queue.queuedTasks({ limit: 99, offset: 0 });
    expect(queued.filter(({ attempts }) => attempts > 0)).toEqual([]);
    await stop(engine);
    await test.startEngine();
    await allSucceed([...ids, secret]);
  });

  it('puts off a few packages, which run with a new key whose fallback is the right one', async () => {
    const ids = [...(await enqueue(2)), await test.queue.asyncTask(secretLength, { secret: 'hunter2' })];
    const engine = await test.startEngine(WRONG_KEY);
    await eventually(() => engine.log.filter(isLeft).length === 3);
    await eventually(async () => (await test.queue.lockSize()) === 0);
    await stop(engine);
    expect(await test.queue.queueSize()).toBe(3);
    await test.startEngine(NEW_KEY);
    await allSucceed(ids);
  });

  it('keeps no task from one with the right key', async () => {
    await Promise.all([test.startEngine(WRONG_KEY), test.startEngine()]);
    const ids: string[] = [];
    for (let round = 0; round < 5; round += 1) ids.push(...(await enqueue(20)));
    await allSucceed(ids);
    expect(await test.queue.queueSize()).toBe(0);
  });
});
