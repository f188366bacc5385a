import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OrphanedAttempts } from '../../../src/queue/engine/orphaned-attempts.ts';
import { attemptsOf, deleteTasks } from '../../../src/queue/index.ts';
import type { StoredAttemptRow } from '../../../src/queue/results/attempts.ts';
import { eventually } from '../../support/eventually.ts';
import { signFailedTasks } from '../../support/signed-rows.ts';
import { act, add, fail, hang, stay, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

describe('the attempts at a task', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  function call(label: string) {
    return { journal: test.journal(), label };
  }

  /** Oldest first. */
  async function attempts(id: string): Promise<StoredAttemptRow[]> {
    return (await attemptsOf(test.platform.database, id, 1_000)).toReversed();
  }

  /** Resolves with the attempts once there are so many. */
  function attemptsOnce(id: string, count: number): Promise<StoredAttemptRow[]> {
    return eventually(async () => {
      const found = await attempts(id);
      return found.length >= count ? found : undefined;
    });
  }

  function secondsFrom(earlier: string | null | undefined, later: string | null | undefined): number {
    return (Date.parse(later ?? '') - Date.parse(earlier ?? '')) / 1_000;
  }

  /** Has a task waited for longer than it has. */
  async function age(id: string, seconds: number): Promise<void> {
    await test.platform.database.raw(
      `UPDATE pgboss.job SET created_on = created_on - :age::interval, start_after = start_after - :age::interval WHERE id = :id`,
      { id, age: `${seconds} seconds` },
    );
  }

  it('say apart how long a task waited and how long it ran', async () => {
    const id = await test.queue.asyncTask(stay, { ...call('one'), milliseconds: 100 });
    await age(id, 30);
    await test.startEngine();
    await test.finished(id);
    const task = await test.queue.fetch(id);
    expect(task?.waitedSeconds).toBeGreaterThan(30);
    expect(task?.ranSeconds).toBeGreaterThan(0.1);
    expect(task?.ranSeconds).toBeLessThan(25);
    const [row] = await test.platform.database('queue.engines');
    const [attempt, ...others] = await attempts(id);
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({
      madeAs: id,
      number: 1,
      engineId: row.id,
      host: row.host,
      workerPid: Number(test.events()[0]?.split(' ')[3]),
      outcome: 'succeeded',
      error: null,
      sentBy: null,
      waitedSeconds: task?.waitedSeconds,
      ranSeconds: task?.ranSeconds,
    });
    const [taken, began, ended] = [attempt?.taken, attempt?.began, attempt?.ended].map((moment) =>
      Date.parse(moment ?? ''),
    );
    expect(began).toBeGreaterThanOrEqual(taken ?? 0);
    expect(ended).toBeGreaterThanOrEqual((began ?? 0) + 100);
  });

  it('do not count the delay before the next attempt as waiting', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(
      fail,
      { message: 'broken' },
      { retry: { maxAttempts: 2, delaySeconds: 3 } },
    );
    const [first, second] = await attemptsOnce(id, 2);
    const betweenSeconds = secondsFrom(first?.ended, second?.began);
    expect(betweenSeconds).toBeGreaterThan(2.9);
    expect(second?.waitedSeconds).toBeLessThan(betweenSeconds - 2.5);
    expect(second).toMatchObject({ number: 2, outcome: 'failed', error: 'RangeError: broken' });
  });

  it('are kept when it is resubmitted, with who resubmitted it', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(fail, { message: 'broken' }, { ackFailure: true });
    await test.finished(id);
    const [second = ''] = await test.queue.resubmitTasks([id], undefined, 'Ada');
    await test.finished(second);
    const [third = ''] = await test.queue.resubmitTasks([second], undefined, 'Grace');
    await test.finished(third);
    expect(await attempts(third)).toMatchObject([
      { madeAs: id, number: 1, outcome: 'failed', sentBy: null },
      { madeAs: second, number: 1, outcome: 'failed', sentBy: 'Ada' },
      { madeAs: third, number: 1, outcome: 'failed', sentBy: 'Grace' },
    ]);
    expect(await attempts(id)).toEqual([]);
    // With the task goes everything that was kept of it.
    await deleteTasks(test.platform.database, [third]);
    expect(await test.platform.database('queue.failed_attempts')).toEqual([]);
  });

  it('name the success after the failures, in one history', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(
      act,
      { ...call('one'), deed: 'die' },
      { retry: { maxAttempts: 1 } },
    );
    await test.finished(id);
    const harmless = { func: add.name, args: { left: 1, right: 2 }, signature: null };
    await test.platform.database('queue.tasks').update(harmless);
    await signFailedTasks(test.platform);
    const [again = ''] = await test.queue.resubmitTasks([id], undefined, 'Ada');
    await test.finished(again, ({ success }) => success);
    expect(await attempts(again)).toMatchObject([
      { madeAs: id, outcome: 'worker died', ranSeconds: expect.any(Number), workerPid: expect.any(Number) },
      { madeAs: again, outcome: 'succeeded', sentBy: 'Ada' },
    ]);
  });

  it('say that a function ran past its timeout, whether it obeyed its signal or was killed', async () => {
    await test.startEngine({ ENGINE_WORKER_COUNT: '2' });
    const options = { timeout: 1, retry: { maxAttempts: 1 } };
    const obedient = await test.queue.asyncTask(wait, call('obedient'), options);
    const hung = await test.queue.asyncTask(hang, call('hung'), options);
    expect(await attemptsOnce(obedient, 1)).toMatchObject([
      { outcome: 'timed out', ranSeconds: expect.any(Number) },
    ]);
    const [killed] = await attemptsOnce(hung, 1);
    expect(killed).toMatchObject({
      outcome: 'timed out',
      error: 'The task ran past its timeout of 1 seconds',
      workerPid: expect.any(Number),
    });
    // Its timeout, and five seconds to obey.
    expect(killed?.ranSeconds).toBeGreaterThan(5.9);
    expect(killed?.waitedSeconds).toBeGreaterThanOrEqual(0);
  });

  it('say that a task was cancelled, while it waited and while it ran', async () => {
    const waiting = await test.queue.asyncTask(wait, call('never'));
    await test.queue.cancel(waiting, 'Ada');
    await test.startEngine();
    const running = await test.queue.asyncTask(wait, call('one'));
    await test.waitForEvent('start one 1');
    await test.queue.cancel(running, 'Ada');
    await test.finished(running);
    expect(await attempts(waiting)).toMatchObject([
      {
        number: 1,
        outcome: 'cancelled',
        error: 'Cancelled by Ada',
        engineId: null,
        began: null,
        ranSeconds: null,
      },
    ]);
    expect(await attempts(running)).toMatchObject([
      { number: 1, outcome: 'cancelled', error: 'Cancelled by Ada', ranSeconds: expect.any(Number) },
    ]);
  });

  it('say that its engine interrupted it, to give it back, and that it is given up', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(hang, call('one'));
    await test.waitForEvent('start one 1');
    engine.kill('SIGTERM');
    await engine.waitForLine(({ msg }) => msg === 'engine stopping');
    engine.kill('SIGTERM');
    await engine.ended;
    expect(await attempts(id)).toMatchObject([
      { number: 1, outcome: 'interrupted', ranSeconds: expect.any(Number) },
    ]);
    // As if another engine had lost it, too.
    await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS: '1' });
    const [, givenUp] = await attemptsOnce(id, 2);
    expect(givenUp).toMatchObject({ number: 2, outcome: 'given up', began: null, ranSeconds: null });
  });

  it('say that the engine was lost', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(wait, call('one'));
    await test.waitForEvent('start one 1');
    const lease = await eventually(() =>
      test.platform.database('queue.leases').where({ task_id: id }).whereNotNull('started').first(),
    );
    engine.kill('SIGKILL');
    await engine.ended;
    await test.startEngine();
    const [attempt] = await attemptsOnce(id, 1);
    expect(attempt).toMatchObject({
      number: 1,
      outcome: 'engine lost',
      engineId: lease.engine_id,
      workerPid: lease.worker_pid,
      waitedSeconds: expect.any(Number),
      ranSeconds: expect.any(Number),
    });
    expect(attempt?.waitedSeconds).toBeLessThan(secondsFrom(attempt?.taken, attempt?.ended));
    await test.letGo('one');
    await test.finished(id);
    expect(await attempts(id)).toMatchObject([
      { number: 1, outcome: 'engine lost' },
      { number: 2, outcome: 'succeeded' },
    ]);
  });

  it('are forgotten with a success that is not to be kept', async () => {
    await test.startEngine();
    const failed = await test.queue.asyncTask(wait, call('one'), {
      save: false,
      timeout: 1,
      retry: { delaySeconds: 0 },
    });
    await attemptsOnce(failed, 1);
    await test.letGo('one');
    await eventually(async () => (await attempts(failed)).length === 0);
    const plain = await test.queue.asyncTask(add, { left: 1, right: 1 }, { save: false });
    const kept = await test.queue.asyncTask(add, { left: 1, right: 1 });
    await test.finished(kept);
    expect(await attempts(plain)).toEqual([]);
  });

  it('are forgotten with a task that is removed from the queue', async () => {
    await test.startEngine({ ENGINE_WORKER_RETRY: '7200' });
    const [one, two] = [
      await test.queue.asyncTask(act, { ...call('one'), deed: 'die' }),
      await test.queue.asyncTask(fail, { message: 'broken' }),
    ];
    // A task without a row of its own: its engine gave it back.
    await attemptsOnce(one, 1);
    await attemptsOnce(two, 1);
    const [again = ''] = await test.queue.resubmitTasks([two]);
    await test.queue.pause('Ada');
    await eventually(async () => (await test.queue.running({ limit: 9 })).length === 0);
    await test.queue.purgeQueue();
    await test.platform.database('queue.tasks').delete();
    expect(await new OrphanedAttempts(test.platform.database).remove()).toBeGreaterThan(1);
    expect(
      await test.platform.database('queue.failed_attempts').whereIn('task_id', [one, two, again]),
    ).toEqual([]);
  });

  it('are kept of what waits, though nothing else is stored of it', async () => {
    const id = await test.queue.asyncTask(add, { left: 1, right: 1 });
    await test.platform.database('queue.failed_attempts').insert({
      task_id: id,
      made_as: id,
      number: 1,
      ended: new Date(),
      outcome: 'interrupted',
    });
    expect(await new OrphanedAttempts(test.platform.database).remove()).toBe(0);
    expect(await attempts(id)).toHaveLength(1);
    expect(await test.queue.deleteQueuedTasks([id])).toBe(1);
    expect(await attempts(id)).toEqual([]);
  });
});

describe('how long tasks waited and ran', () => {
  it('is counted by queue and function, and stored when the engine stops', async () => {
    const test = await QueueUnderTest.open();
    try {
      const engine = await test.startEngine();
      const id = await test.queue.asyncTask(stay, {
        journal: test.journal(),
        label: 'one',
        milliseconds: 150,
      });
      await test.finished(id);
      engine.kill('SIGTERM');
      await engine.ended;
      const rows = await test.platform.database('queue.duration_counts').orderBy('kind');
      expect(rows).toMatchObject([
        { queue: 'composite', func: 'test.stay', kind: 'ran', attempts: '1' },
        { queue: 'composite', func: 'test.stay', kind: 'waited', attempts: '1' },
      ]);
      expect(rows[0].seconds).toBeGreaterThan(0.15);
      expect(rows[0].up_to_seconds).toBeGreaterThanOrEqual(0.5);
    } finally {
      await test.close();
    }
  });
});
