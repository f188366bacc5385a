import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { releaseTasksOfLostEngines } from '../../src/queue/cluster/lifeline.ts';
import {
  defineTaskFunction,
  type LossContext,
  openTaskQueue,
  type TaskFailure,
  type TaskQueue,
} from '../../src/queue/index.ts';
import { LossTeller } from '../../src/queue/losses.ts';
import { HandRunEngine } from './hand-run-engine.ts';

/** What a function was told. */
interface Told {
  readonly args: unknown;
  readonly failure: TaskFailure;
  readonly nextAttemptSeconds: LossContext['nextAttemptSeconds'];
}

describe('a task that is cancelled while it waits', () => {
  let engine: HandRunEngine;
  let queue: TaskQueue;
  let told: Told[];
  let onTold: (context: LossContext) => Promise<unknown>;

  const secretive = defineTaskFunction<{ label: string; password: string }, null>({
    name: 'test.secretive',
    secretArguments: ['password'],
    load: async () => async () => null,
    async onLost(args, failure, context) {
      told.push({ args, failure, nextAttemptSeconds: context.nextAttemptSeconds });
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

  const byAda = { failure: { error: 'Cancelled by Ada' }, nextAttemptSeconds: undefined };

  it('is told to its function, without its secrets', async () => {
    const id = await enqueue('one');
    expect(await queue.cancel(id, 'Ada')).toBe('cancelled');
    expect(told).toEqual([{ args: { label: 'one' }, ...byAda }]);
  });

  it('is told in the transaction that cancels it, and is cancelled though the function fails', async () => {
    const ids = [await enqueue('one'), await enqueue('two')];
    onTold = ({ transaction }) =>
      told.length === 1
        ? transaction.raw('SELECT 1 / 0')
        : transaction('queues').insert({ name: 'noted by the second' });
    await queue.cancelTasks(ids, 'Ada');
    expect(await queue.fetch(ids[0] ?? '')).toMatchObject({ cancelled: true });
    expect(await engine.platform.database('queues').pluck('name')).toContain('noted by the second');
    expect(engine.log.events()).toContainEqual(
      expect.objectContaining({ msg: 'onLost failed', func: 'test.secretive' }),
    );

    const third = await enqueue('three');
    const undone = engine.platform.database.transaction(async (transaction) => {
      onTold = (context) => context.transaction('queues').insert({ name: 'undone' });
      await queue.cancelTasks([third], 'Ada', transaction);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await engine.platform.database('queues').pluck('name')).not.toContain('undone');
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

  it('is told by the engine that finds it with one that died', async () => {
    const id = await enqueue('one');
    await engine.take();
    expect(await queue.cancel(id, 'Ada')).toBe('cancelling');
    const { platform, broker } = engine;
    await platform.database('engines').update({
      heartbeat: platform.database.raw("clock_timestamp() - interval '1 minute'"),
    });
    const lossTeller = new LossTeller(platform, new Map([[secretive.name, secretive]]));
    const target = { broker, queueName: 'composite', lossTeller };
    await releaseTasksOfLostEngines(platform.database, target, platform.logger);
    expect(told).toEqual([{ args: { label: 'one' }, ...byAda }]);
    expect(await queue.fetch(id)).toMatchObject({ cancelled: true });
  });
});
