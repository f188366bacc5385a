import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { isAlive } from '../../support/node-process.ts';
import { add, stay, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

describe('an engine that others took for dead, though it lives', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it('ends the task that others have now, drops its result, and goes on as a new engine', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    const started = await test.waitForEvent('start one 1');
    await test.platform.database.transaction(async (transaction) => {
      await transaction('queue.leases').delete();
      await transaction('queue.engines').update({ state: 'lost' });
    });
    await engine.waitForLine(({ msg }) => String(msg).startsWith('others took this engine for dead'));
    await eventually(() => !isAlive(Number(started.split(' ')[3])));
    await engine.waitForLine(({ msg }) => msg === 'dropped results of tasks that others have taken');
    const next = await test.queue.asyncTask(add, { left: 1, right: 1 });
    expect(await test.finished(next)).toMatchObject({ success: true });
    expect(await test.platform.database('queue.tasks').where({ id })).toEqual([]);
    expect(await test.platform.database('queue.engines').orderBy('started').pluck('state')).toEqual([
      'lost',
      expect.stringMatching(/idle|working/),
    ]);
  });

  it('has no worker at the task any more when others run it, though it is frozen itself', async () => {
    const engine = await test.startEngine();
    await test.queue.asyncTask(stay, { journal: test.journal(), label: 'one', milliseconds: 30_000 });
    await test.waitForEvent('begin one 1');
    await test.startEngine();
    engine.kill('SIGSTOP');
    await eventually(() => test.events().find((event) => event.startsWith('begin one 2')));
    await eventually(() => test.events().filter((event) => event.startsWith('there one 2')).length > 20);
    const first = test.events().filter((event) => event.split(' ')[2] === '1');
    const second = test.events().find((event) => event.startsWith('begin one 2'));
    expect(momentOf(first.at(-1))).toBeLessThan(momentOf(second));
  });

  it('leaves engines of other queues alone', async () => {
    await test.platform.database('queue.engines').insert({
      id: '11111111-2222-4333-8444-555555555555',
      queue: 'another',
      host: 'elsewhere',
      pid: 1,
      state: 'working',
      worker_count: 1,
      heartbeat: test.platform.database.raw(`now() - interval '1 hour'`),
    });
    await test.platform.database('queue.engines').insert({
      id: '11111111-2222-4333-8444-666666666666',
      queue: 'composite',
      host: 'elsewhere',
      pid: 1,
      state: 'working',
      worker_count: 1,
      heartbeat: test.platform.database.raw(`now() - interval '1 hour'`),
    });
    const engine = await test.startEngine();
    await engine.waitForLine(({ msg }) => msg === 'gave back the tasks of lost engines');
    const states = await test.platform
      .database('queue.engines')
      .where({ host: 'elsewhere' })
      .orderBy('queue')
      .pluck('state');
    expect(states).toEqual(['working', 'lost']);
  });
});

/** When something was written down, by the machine's clock. */
function momentOf(event = ''): number {
  return Number(event.split(' ')[4]);
}
