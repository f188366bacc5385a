import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chain, chainLink, Iter } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { add, fail, hook, secretLength, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

describe('two engines', () => {
  let test: QueueUnderTest;

  beforeAll(async () => {
    test = await QueueUnderTest.open();
    await Promise.all([test.startEngine(), test.startEngine()]);
  });
  afterAll(async () => {
    await test.close();
  });

  it('wake who waits for a result', async () => {
    const id = await test.queue.asyncTask(add, { left: 1, right: 2 });
    expect(await test.queue.result(id, { wait: 60_000 })).toBe(3);
  });

  it('run a chain, with secrets', async () => {
    const chain = new Chain(test.queue, [chainLink(add, { left: 1, right: 2 })]);
    chain.append(secretLength, { secret: 'token' });
    chain.append(add, { left: 3, right: 4 });
    await chain.run();
    expect(await chain.result({ wait: 60_000 })).toEqual([3, 5, 7]);
  });

  it('share an iteration, whose one result is in the order of the elements', async () => {
    const elements = Array.from({ length: 200 }, (_, left) => ({ left, right: 0 }));
    const iter = new Iter(test.queue, add, elements, { hook, taskName: 'many sums' });
    const id = await iter.run();
    expect(await iter.result({ wait: 60_000 })).toEqual(elements.map(({ left }) => left));
    expect(await test.queue.fetchGroup(id)).toEqual([]);
    const done = () => test.platform.database('queue.tasks').where({ func: 'test.hook' }).pluck('result');
    expect(await eventually(async () => (await done())[0])).toBe('many sums succeeded');
  });

  it('call hooks of successes and failures', async () => {
    await test.queue.asyncTask(add, { left: 1, right: 2 }, { hook, taskName: 'good' });
    await test.queue.asyncTask(fail, { message: 'no' }, { hook, taskName: 'bad', ackFailure: true });
    const answers = () => test.platform.database('queue.tasks').where({ func: 'test.hook' }).pluck('result');
    await eventually(async () => {
      const all = await answers();
      return all.includes('good succeeded') && all.includes('bad failed');
    });
  });

  it('queue a unique task once until it has ended', async () => {
    const args = { journal: test.journal(), label: 'unique' };
    const id = await test.queue.asyncTask(wait, args, { uniqueKey: 'one' });
    await test.waitForEvent('start unique');
    expect(await test.queue.asyncTask(wait, args, { uniqueKey: 'one' })).toBe(id);
    await test.letGo('unique');
    expect(await test.queue.result(id, { wait: 60_000 })).toBe('unique');
    expect(await test.queue.asyncTask(wait, args, { uniqueKey: 'one' })).not.toBe(id);
  });
});
