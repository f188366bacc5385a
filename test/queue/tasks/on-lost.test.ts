import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { releaseTasksOfLostEngines } from '../../../src/queue/engine/lost-engines.ts';
import {
  defineTaskFunction,
  type LossContext,
  openTaskQueue,
  type TaskFailure,
  type TaskQueue,
} from '../../../src/queue/index.ts';
import { FailedTaskSigner } from '../../../src/queue/results/failed-task-signer.ts';
import { OnLostCaller } from '../../../src/queue/tasks/on-lost.ts';
import { PackageSigner } from '../../../src/queue/tasks/task-package.ts';
import { HandRunEngine } from '../hand-run-engine.ts';

/** What a function was told. */
interface Told {
  readonly args: unknown;
  readonly failure: TaskFailure;
  readonly nextAttemptSeconds: LossContext['nextAttemptSeconds'];
  readonly progress: LossContext['progress'];
}

describe('the end of a task that its function cannot see to', () => {
  let engine: HandRunEngine;
  let queue: TaskQueue;
  let told: Told[];
  let onTold: (context: LossContext) => Promise<unknown>;

  const secretive = defineTaskFunction<{ label: string; password: string }, null>({
    name: 'test.secretive',
    secretArguments: ['password'],
    load: async () => async () => null,
    async onLost(args, failure, context) {
      const { nextAttemptSeconds, progress } = context;
      told.push({ args, failure, nextAttemptSeconds, progress });
      await onTold(context);
    },
  });

  beforeEach(async () => {
    told = [];
    onTold = async () => undefined;
    engine = await HandRunEngine.open();
    queue = openTaskQueue(engine.platform, 'composite', { taskFunctions: [secretive] });
  });
  afterEach(async () => {
    await queue.close();
    await engine.close();
  });

  function enqueue(label: string, of = queue): Promise<string> {
    return of.asyncTask(secretive, { label, password: 'hidden' });
  }

  const byAda = { failure: { error: 'Cancelled by Ada' }, nextAttemptSeconds: undefined, progress: null };

  it('is told to it when the task is cancelled while it waits, without its secrets', async () => {
    const id = await enqueue('one');
    expect(await queue.cancel(id, 'Ada')).toBe('cancelled');
    expect(told).toEqual([{ args: { label: 'one' }, ...byAda }]);
  });

  it('is told in the transaction that cancels it, and is cancelled though the function fails', async () => {
    const ids = [await enqueue('one'), await enqueue('two')];
    onTold = ({ transaction }) =>
      told.length === 1
        ? transaction.raw('SELECT 1 / 0')
        : transaction('queue.queues').insert({ name: 'noted by the second' });
    await queue.cancelTasks(ids, 'Ada');
    expect(await queue.fetch(ids[0] ?? '')).toMatchObject({ cancelled: true });
    expect(await engine.platform.database('queue.queues').pluck('name')).toContain('noted by the second');
    expect(engine.log.events()).toContainEqual(
      expect.objectContaining({ msg: 'onLost failed', func: 'test.secretive' }),
    );

    const third = await enqueue('three');
    const undone = engine.platform.database.transaction(async (transaction) => {
      onTold = (context) => context.transaction('queue.queues').insert({ name: 'undone' });
      await queue.cancelTasks([third], 'Ada', transaction);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await engine.platform.database('queue.queues').pluck('name')).not.toContain('undone');
  });

  it('is told by a queue of another name, too', async () => {
    const long = queue.sibling('long');
    try {
      const id = await enqueue('one', long);
      expect(await queue.cancel(id, 'Ada')).toBe('unknown');
      expect(await long.cancel(id, 'Ada')).toBe('cancelled');
      expect(told).toMatchObject([byAda]);
    } finally {
      await long.close();
    }
  });

  it('is told with how far the attempt was, and why: cancelled, where somebody has asked for that', async () => {
    await enqueue('one');
    const cancelled = await enqueue('two');
    const progress = { done: 2, total: 3, note: null };
    const held = await engine.take();
    await engine.platform.database('queue.leases').update({ progress });
    await queue.cancel(cancelled, 'Ada');
    const monitor = engine.openMonitor(
      new OnLostCaller(engine.platform, new Map([[secretive.name, secretive]])),
    );
    for (const each of held) monitor.store({ ...each, nextAttemptSeconds: 5, loss: { error: 'died' } });
    expect(await monitor.finish(10)).toEqual([]);
    expect(told).toEqual([
      { args: { label: 'one' }, failure: { error: 'died' }, nextAttemptSeconds: 5, progress },
      { args: { label: 'two' }, ...byAda, progress },
    ]);
    expect(await queue.fetch(cancelled)).toMatchObject({ cancelled: true });
    expect(await queue.queueSize()).toBe(1);
  });

  it('is told by the engine that finds it cancelled with one that died', async () => {
    const id = await enqueue('one');
    await engine.take();
    expect(await queue.cancel(id, 'Ada')).toBe('cancelling');
    const { platform, broker } = engine;
    await platform.database('queue.engines').update({
      heartbeat: platform.database.raw("clock_timestamp() - interval '1 minute'"),
    });
    const onLostCaller = new OnLostCaller(platform, new Map([[secretive.name, secretive]]));
    const target = {
      broker,
      queueName: 'composite',
      onLostCaller,
      signer: new PackageSigner('a key for tests'),
      failedTaskSigner: new FailedTaskSigner(platform),
    };
    const verdicts = { mostWithoutProgress: () => undefined };
    await releaseTasksOfLostEngines(platform.database, target, verdicts, platform.logger);
    expect(told).toEqual([{ args: { label: 'one' }, ...byAda }]);
    expect(await queue.fetch(id)).toMatchObject({ cancelled: true });
  });

  it('is told by the engine that gives it up, as it ran in too many engines that died', async () => {
    const [stuck, advancing, hardlyBegun] = [
      await enqueue('one'),
      await enqueue('two'),
      await enqueue('three'),
    ];
    const { platform, broker } = engine;
    const { database } = platform;
    const onLostCaller = new OnLostCaller(platform, new Map([[secretive.name, secretive]]));
    const target = {
      broker,
      queueName: 'composite',
      onLostCaller,
      signer: new PackageSigner('a key for tests'),
      failedTaskSigner: new FailedTaskSigner(platform),
    };
    const loseEngine = async (done: number) => {
      await engine.take();
      const leases = () => database('queue.leases');
      await leases()
        .whereNot({ task_id: hardlyBegun })
        .update({ started: database.raw('clock_timestamp()') });
      await leases()
        .where({ task_id: advancing })
        .update({ progress: { done, total: 3, note: null } });
      await database('queue.engines').update({
        heartbeat: database.raw("clock_timestamp() - interval '1 minute'"),
      });
      const verdicts = { mostWithoutProgress: () => 2 };
      await releaseTasksOfLostEngines(database, target, verdicts, platform.logger);
      await database('queue.engines').update({ state: 'idle' });
    };
    await loseEngine(1);
    expect(told).toEqual([]);
    await loseEngine(2);
    const error = 'Given up after 2 attempts: the engine that made the last one died';
    expect(told).toEqual([
      { args: { label: 'one' }, failure: { error }, nextAttemptSeconds: undefined, progress: null },
    ]);
    expect(await queue.fetch(stuck)).toMatchObject({ success: false, cancelled: false, attemptCount: 2 });
    expect(await queue.queueSize()).toBe(2);
    expect(await database('queue.standstills').select('task_id', 'furthest', 'attempts')).toEqual([
      { task_id: advancing, furthest: 2, attempts: 0 },
    ]);
  });
});
