import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endOverdueLeases, renewLeases } from '../../../../src/apps/view-server/stages/outside-leases.ts';
import {
  beginOutside,
  endOutside,
  ItemInWorkError,
} from '../../../../src/apps/view-server/stages/outside-work.ts';
import { takeWaiting } from '../../../../src/apps/view-server/stages/waiting-items.ts';
import { StagesUnderTest } from '../stages-under-test.ts';

const LIST = { stage: 'preprocess', hasMetadata: false } as const;
const ITEM = { stage: 'preprocess', path: 'a.tar', collection: 'a-collection' } as const;

/** Returns the number, state and reason of each attempt. */
async function attempts(site: StagesUnderTest) {
  return (await site.attempts()).map(({ number, state, reason }) => ({ number, state, reason }));
}

describe('the lease of an outside worker', () => {
  let site: StagesUnderTest;

  beforeEach(async () => {
    site = await StagesUnderTest.start();
    await site.push('preprocess', ['a.tar']);
  });

  afterEach(() => site.stop());

  /** Takes the item with a lease that is over at once. */
  function takeForNoTime(id: string) {
    const lease = { id, seconds: 0, worker: 'a worker' };
    return site.transaction((transaction) =>
      takeWaiting(transaction, site.stages, LIST, { from: 'first', count: 1, lease }),
    );
  }

  it('ends when it is not renewed: the item waits again, and the attempt says why', async () => {
    expect(await takeForNoTime(randomUUID())).toEqual(['a.tar']);
    await endOverdueLeases(site.platform.database, site.stages);
    expect(await attempts(site)).toEqual([
      { number: 1, state: 'lost', reason: 'The worker said nothing for too long.' },
      { number: 2, state: 'waiting', reason: null },
    ]);
  });

  it('goes on when it is renewed', async () => {
    const id = randomUUID();
    await takeForNoTime(id);
    await renewLeases(site.platform.database, [id], 30);
    await endOverdueLeases(site.platform.database, site.stages);
    expect(await attempts(site)).toEqual([{ number: 1, state: 'running', reason: null }]);
  });

  it('of one that only said that it works on an item ends likewise', async () => {
    const begin = () =>
      site.transaction((transaction) =>
        beginOutside(transaction, site.stages, ITEM, { seconds: 0, worker: 'a script' }),
      );
    expect(await begin()).toBe(true);
    expect(await begin()).toBe(false);
    await endOverdueLeases(site.platform.database, site.stages);
    expect((await attempts(site)).map(({ state }) => state)).toEqual(['lost', 'waiting']);
  });

  it('is over when the worker says how the item ended, also after it was lost', async () => {
    await takeForNoTime(randomUUID());
    await endOverdueLeases(site.platform.database, site.stages);
    const succeed = () =>
      site.transaction((transaction) => endOutside(transaction, site.stages, ITEM, 'success'));
    expect(await succeed()).toBe(true);
    expect(await succeed()).toBe(false);
    expect((await attempts(site)).map(({ state }) => state)).toEqual(['lost', 'succeeded']);
  });
});

describe('an outside worker', () => {
  it('cannot end an item that a worker of this server has', async () => {
    const site = await StagesUnderTest.start(async () => {
      await expect(
        site.transaction((transaction) => endOutside(transaction, site.stages, ITEM, 'failure')),
      ).rejects.toThrow(ItemInWorkError);
      return { nextPath: undefined };
    });
    await site.push('preprocess', ['a.tar']);
    await site.run('preprocess', 'a.tar');
    expect(await attempts(site)).toEqual([{ number: 1, state: 'succeeded', reason: null }]);
    await site.stop();
  });

  it('takes an item out of the queue together with its task', async () => {
    const site = await StagesUnderTest.start(async () => ({ nextPath: undefined }));
    await site.push('preprocess', ['a.tar']);
    await site.transaction((transaction) =>
      takeWaiting(transaction, site.stages, LIST, { from: 'first', count: 1 }),
    );
    expect(await site.stages.queue.queueSize()).toBe(0);
    expect((await attempts(site)).map(({ state }) => state)).toEqual(['withdrawn']);
    await site.stop();
  });
});
