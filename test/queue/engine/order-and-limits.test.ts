import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pausedQueues } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { add, stay, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

describe('the tasks of a queue', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  function call(label: string, milliseconds = 0) {
    return { journal: test.journal(), label, milliseconds };
  }

  /** The labels of the tasks that have begun, in that order. */
  function begun(): string[] {
    return test
      .events()
      .filter((event) => event.startsWith('begin'))
      .map((event) => event.split(' ')[1] ?? '');
  }

  async function allFinished(ids: readonly string[]): Promise<void> {
    await eventually(async () => {
      const found = await test.platform.database('queue.tasks').whereIn('id', ids).where({ success: true });
      return found.length === ids.length;
    });
  }

  it('are run those first that have the higher priority, and of these the oldest', async () => {
    const ids = await test.queue.asyncTasks(stay, [
      { args: call('none') },
      { args: call('low'), options: { priority: -1 } },
      { args: call('high'), options: { priority: 10 } },
      { args: call('none-later') },
      { args: call('highest'), options: { priority: 11 } },
    ]);
    // One worker: two could begin neighbours in either order.
    await test.startEngine({ ENGINE_WORKER_COUNT: '1' });
    await allFinished(ids);
    expect(begun()).toEqual(['highest', 'high', 'none', 'none-later', 'low']);
  });

  it('are not run before their time', async () => {
    const delayed = await test.queue.asyncTask(stay, call('delayed'), { delay: 3 });
    const [waiting] = await test.queue.queuedTasks({ limit: 1, offset: 0 });
    expect(waiting).toMatchObject({ id: delayed, state: 'delayed' });
    await test.startEngine();
    await test.finished(delayed);
    const { rows } = await test.platform.database.raw(
      'SELECT stopped > ? AS "isDue" FROM queue.tasks WHERE id = ?',
      [waiting?.startAfter ?? '', delayed],
    );
    expect(rows).toEqual([{ isDue: true }]);
  });

  it('with one key run no more at a time than they may, on two engines with more workers than that', async () => {
    await Promise.all([
      test.startEngine({ ENGINE_WORKER_COUNT: '2' }),
      test.startEngine({ ENGINE_WORKER_COUNT: '2' }),
    ]);
    const pair = await test.queue.asyncTasks(
      wait,
      ['left', 'right'].map((label) => ({
        args: { journal: test.journal(), label },
        options: { limitKey: 'a customer', limit: 2 },
      })),
    );
    // Neither ends before both have begun.
    await Promise.all(['left', 'right'].map((label) => test.waitForEvent(`start ${label} 1`)));
    await Promise.all(['left', 'right'].map((label) => test.letGo(label)));
    const limited = await test.queue.asyncTasks(
      stay,
      Array.from({ length: 12 }, () => ({
        args: call('limited', 40),
        options: { limitKey: 'a customer', limit: 2 },
      })),
    );
    const single = await test.queue.asyncTasks(
      stay,
      Array.from({ length: 6 }, () => ({ args: call('single', 40), options: { limitKey: 'another' } })),
    );
    await allFinished([...pair, ...limited, ...single]);
    expect(mostAtATime('limited')).toBeLessThanOrEqual(2);
    expect(mostAtATime('single')).toBe(1);
  });

  /** How many of the tasks with a label were running at the same moment. */
  function mostAtATime(label: string): number {
    let running = 0;
    let most = 0;
    const steps = test.events().flatMap((event) => {
      const [what, whose, , , moment] = event.split(' ');
      if (whose !== label || what === 'there') return [];
      return [{ change: what === 'begin' ? 1 : -1, moment: Number(moment) }];
    });
    for (const { change } of steps.toSorted((left, right) => left.moment - right.moment)) {
      running += change;
      most = Math.max(most, running);
    }
    return most;
  }

  it('wait while their queue is paused; what ran goes on', async () => {
    await test.startEngine();
    const running = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'running' });
    await test.waitForEvent('start running 1');
    await test.queue.pause('Ada');
    await test.queue.pause('Bob');
    expect(await pausedQueues(test.platform.database)).toMatchObject([
      { name: 'composite', pausedBy: 'Ada' },
    ]);
    const waiting = await test.queue.asyncTask(add, { left: 1, right: 2 });
    await test.letGo('running');
    expect(await test.finished(running)).toMatchObject({ success: true });
    await haveBeatenTwice();
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([
      { id: waiting, state: 'queued' },
    ]);
    await test.queue.resume();
    expect(await test.finished(waiting)).toMatchObject({ success: true });
    expect(await pausedQueues(test.platform.database)).toEqual([]);
  });

  /** Meanwhile each engine has looked into its queue, which it does more often. */
  async function haveBeatenTwice(): Promise<void> {
    for (let beat = 0; beat < 2; beat += 1) {
      const [before] = await test.platform.database('queue.engines').max('heartbeat');
      await eventually(async () => {
        const { rows } = await test.platform.database.raw(
          'SELECT FROM queue.engines HAVING min(heartbeat) > ?',
          [before?.['max']],
        );
        return rows.length === 1;
      });
    }
  }
});
