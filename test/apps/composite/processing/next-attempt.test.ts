import { describe, expect, it } from '@jest/globals';
import { startSandboxDlcs } from '../../../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { takeAdvisoryLock } from '../../../../src/platform/database/advisory-lock.ts';
import { eventually } from '../../../support/eventually.ts';
import { CUSTOMER, shareProcessingSite } from './processing-site.ts';

const site = shareProcessingSite();

describe('a task that has to stop', () => {
  const cancelled = new Error('Cancelled by Ada');

  async function expectCancelled(memberId: string): Promise<void> {
    expect(await site.memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: 'The processing was stopped: Cancelled by Ada',
    });
    expect(await site.scratchFolders()).toEqual([]);
  }

  it('stops while it waits for another version of its composite, and says why', async () => {
    const memberId = await site.submit({ compositeId: 'held' });
    const lock = await takeAdvisoryLock(
      site.testDatabase.url,
      `${CUSTOMER}/3/held`,
      new AbortController().signal,
    );
    try {
      const stop = new AbortController();
      const running = site.run(memberId, { signal: stop.signal });
      const failed = expect(running).rejects.toThrow(cancelled);
      await eventually(async () => (await site.locksAsked()) === 2);
      stop.abort(cancelled);
      await failed;
    } finally {
      await lock.release();
    }
    await expectCancelled(memberId);
    expect(site.originRequests).toBe(0);
  });

  it('stops while it stores pages: no more of them are stored, and it is known how many were', async () => {
    await site.serveOrigin(40);
    const memberId = await site.submit();
    const stop = new AbortController();
    let done = 0;
    const progress = (now: number) => {
      done = now;
      if (now === 3) stop.abort(cancelled);
    };
    await expect(site.run(memberId, { signal: stop.signal, progress })).rejects.toThrow(cancelled);
    await expectCancelled(memberId);
    const { pages_done: pagesDone, pages_total: pagesTotal } = await site.memberOf(memberId);
    expect({ pagesDone, pagesTotal }).toEqual({ pagesDone: done, pagesTotal: 40 });
    expect(done).toBeLessThan(20);
    expect(site.dlcs.takenBatches(CUSTOMER)).toEqual([]);
    await site.run(memberId);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED', error: null, pages_done: 40 });
    expect(site.dlcs.takenBatches(CUSTOMER).flatMap(({ images }) => images)).toHaveLength(40);
  });

  it('stops between two batches: the DLCS gets no more, and what it did not get is not in doubt', async () => {
    await site.serveOrigin(7);
    const memberId = await site.submit();
    const stop = new AbortController();
    const { database } = site.platform;
    const onQuery = ({ sql }: { sql: string }) => {
      if (
        /^update "composite"\."batches".*"posted"/.test(sql) &&
        site.dlcs.takenBatches(CUSTOMER).length === 1
      )
        stop.abort(cancelled);
    };
    database.on('query', onQuery);
    await expect(site.run(memberId, { signal: stop.signal })).rejects.toThrow(cancelled);
    database.off('query', onQuery);
    await expectCancelled(memberId);
    expect(site.dlcs.takenBatches(CUSTOMER)).toHaveLength(1);
    expect(await site.batchesOf(memberId)).toMatchObject([
      { state: 'accepted' },
      { state: 'pending' },
      { state: 'pending' },
    ]);
    await site.run(memberId);
    expect(site.dlcs.takenBatches(CUSTOMER).map(({ images }) => images.length)).toEqual([3, 3, 1]);
  });

  it('stops while it fetches', async () => {
    const stop = new AbortController();
    const memberId = await site.submit();
    site.answerOrigin = () => stop.abort(new Error('out of time'));
    await expect(site.run(memberId, { signal: stop.signal })).rejects.toThrow('out of time');
    expect(await site.memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: 'The processing was stopped: out of time',
    });
    expect(await site.scratchFolders()).toEqual([]);
  });

  it('stops while it waits for the DLCS', async () => {
    await site.serveOrigin(1);
    const stop = new AbortController();
    const memberId = await site.submit();
    site.dlcs.fail({ route: 'queue', hang: true });
    const running = site.run(memberId, { signal: stop.signal });
    const failed = expect(running).rejects.toThrow('out of time');
    await eventually(async () => (await site.batchesOf(memberId)).some(({ state }) => state === 'posting'));
    stop.abort(new Error('out of time'));
    await failed;
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'ERROR' });
  });
});

describe('the next attempt', () => {
  it('posts only what the DLCS does not have, and fetches nothing again', async () => {
    await site.serveOrigin(7);
    const memberId = await site.submit();
    // The second of three batches is refused.
    site.dlcs.fail({ route: 'queue', delayMilliseconds: 1 });
    site.dlcs.fail({ route: 'queue', status: 400 });
    await expect(site.run(memberId)).rejects.toThrow('The DLCS answered 400');
    expect(await site.batchesOf(memberId)).toMatchObject([
      { state: 'accepted' },
      { state: 'pending' },
      { state: 'pending' },
    ]);

    const result = await site.run(memberId);
    const taken = site.dlcs.takenBatches(CUSTOMER);
    expect(taken.map(({ images }) => images.length)).toEqual([3, 3, 1]);
    expect(new Set(taken.flatMap(({ images }) => images.map(({ id }) => id))).size).toBe(7);
    expect(result).toEqual(taken.map(({ uri }) => expect.objectContaining({ '@id': uri })));
    expect(site.originRequests).toBe(1);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED', error: null, pages_done: 7 });
  });

  it.each([
    ['the connection is lost', { drop: true }],
    ['the DLCS answers 500', { status: 500 }],
    ['the answer is no JSON', { status: 201, body: 'created' }],
  ])('finds the batch that the DLCS took before %s', async (_case, failure) => {
    await site.serveOrigin(4);
    const memberId = await site.submit();
    site.dlcs.fail({ route: 'queue', when: 'afterStoring', ...failure });
    await expect(site.run(memberId)).rejects.toThrow('The DLCS');
    expect(await site.batchesOf(memberId)).toMatchObject([{ state: 'posting' }, { state: 'pending' }]);

    await site.run(memberId);
    const taken = site.dlcs.takenBatches(CUSTOMER);
    expect(taken.map(({ images }) => images.length)).toEqual([3, 1]);
    expect((await site.batchesOf(memberId)).map(({ uri }) => uri)).toEqual(taken.map(({ uri }) => uri));
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED' });
  });

  it('finds it also where the DLCS lost all it had, and numbers its batches from the start again', async () => {
    await site.serveOrigin(4);
    const memberId = await site.submit({ compositeId: 'forgotten' });
    await site.run(await site.submit({ compositeId: 'forgotten' }));
    await site.testDatabase.database.raw(
      `UPDATE composite.batches SET response = jsonb_set(response, '{submitted}', '"2026-01-01T00:00:00Z"')`,
    );
    await site.dlcs.close();
    site.dlcs = await startSandboxDlcs({ port: site.dlcs.port });
    site.dlcs.fail({ route: 'queue', when: 'afterStoring', status: 500 });
    await expect(site.run(memberId)).rejects.toThrow('The DLCS answered 500');

    await site.run(memberId);
    expect(site.dlcs.takenBatches(CUSTOMER).map(({ images }) => images.length)).toEqual([3, 1]);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED' });
  });

  it('posts the batch that the DLCS did not take', async () => {
    await site.serveOrigin(2);
    const memberId = await site.submit();
    site.dlcs.fail({ route: 'queue', drop: true });
    await expect(site.run(memberId)).rejects.toThrow('The DLCS did not answer');
    await site.letDlcsFinish();
    await site.run(memberId);
    expect(site.dlcs.takenBatches(CUSTOMER)).toHaveLength(1);
  });

  it('asks later where the DLCS cannot say now what it has', async () => {
    await site.serveOrigin(2);
    const memberId = await site.submit();
    site.dlcs.fail({ route: 'queue', when: 'afterStoring', drop: true });
    site.dlcs.fail({ route: 'batches', status: 503 });
    await expect(site.run(memberId)).rejects.toThrow('The DLCS did not answer');
    await expect(site.run(memberId)).rejects.toThrow('The DLCS answered 503');
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'ERROR' });
    await site.run(memberId);
    expect(site.dlcs.takenBatches(CUSTOMER)).toHaveLength(1);
  });

  it('posts again, and warns, where the DLCS does not tell what it has', async () => {
    await site.serveOrigin(2);
    const memberId = await site.submit();
    site.dlcs.fail({ route: 'queue', drop: true });
    site.dlcs.fail({ route: 'batches', status: 404 });
    await expect(site.run(memberId)).rejects.toThrow('The DLCS did not answer');
    await site.run(memberId);
    expect(site.log.events()).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: expect.stringContaining('may be doubled') }),
    );
    expect(site.dlcs.takenBatches(CUSTOMER)).toHaveLength(1);
  });

  it('does not take the same pages of another member for its own', async () => {
    await site.serveOrigin(2);
    await site.run(await site.submit({ compositeId: 'twice' }));
    const memberId = await site.submit({ compositeId: 'twice' });
    site.dlcs.fail({ route: 'queue', drop: true });
    await expect(site.run(memberId)).rejects.toThrow('The DLCS did not answer');
    await site.letDlcsFinish();
    await site.run(memberId);
    expect(site.dlcs.takenBatches(CUSTOMER)).toHaveLength(2);
  });

  it('starts afresh where the DLCS has nothing yet', async () => {
    await site.serveOrigin(4);
    const memberId = await site.submit();
    site.dlcs.fail({ route: 'queue', status: 401 });
    await expect(site.run(memberId)).rejects.toThrow('The DLCS answered 401');
    await site.serveOrigin(1);
    await site.run(memberId);
    expect(site.dlcs.takenBatches(CUSTOMER).map(({ images }) => images.length)).toEqual([1]);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED', image_count: 1 });
    expect(await site.keysBelow(memberId)).toHaveLength(1);
  });
});
