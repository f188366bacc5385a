import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { eventually } from '../../../support/eventually.ts';
import { RedisService } from '../redis-service.ts';

describe.each([2, 3] as const)('node-redis with RESP %i', (RESP) => {
  const connectClient = (clientSide = {}) =>
    createClient({ url: `redis://127.0.0.1:${service.port}`, RESP, ...clientSide })
      .on('error', () => undefined)
      .connect();
  type Client = Awaited<ReturnType<typeof connectClient>>;

  let service: RedisService;
  let operator: Client;
  let worker: Client;

  beforeEach(async () => {
    service = await RedisService.start();
    operator = await connectClient();
    worker = await connectClient();
  });

  afterEach(async () => {
    for (const client of [operator, worker]) if (client.isOpen) client.destroy();
    await service.stop();
  });

  it('pushes to a list that is first in, first out, but for what RPUSH brings', async () => {
    expect(await operator.lPush('preprocess_queue', 'a.tar')).toBe(1);
    expect(await operator.lPush('preprocess_queue', ['b.tar', 'c.tar'])).toBe(3);
    expect(await operator.rPush('preprocess_queue', 'urgent.tar')).toBe(4);
    expect(await operator.lRange('preprocess_queue', 0, -1)).toEqual([
      'c.tar',
      'b.tar',
      'a.tar',
      'urgent.tar',
    ]);
    expect(await operator.lRange('preprocess_queue', -2, -1)).toEqual(['a.tar', 'urgent.tar']);
    expect(await operator.lRange('preprocess_queue', -9, -3)).toEqual(['c.tar', 'b.tar']);
    expect(await operator.lRange('preprocess_queue', -2, -3)).toEqual([]);
    expect(await operator.lIndex('preprocess_queue', -1)).toBe('urgent.tar');
    expect(await operator.lIndex('preprocess_queue', -4)).toBe('c.tar');
    expect(await operator.lIndex('preprocess_queue', -5)).toBeNull();
    expect(await operator.lPos('preprocess_queue', 'a.tar')).toBe(2);
    expect(await operator.rPop('preprocess_queue')).toBe('urgent.tar');
    expect(await operator.rPopCount('preprocess_queue', 2)).toEqual(['a.tar', 'b.tar']);
    expect(await operator.lLen('preprocess_queue')).toBe(1);
  });

  it('counts a path that is pushed twice once', async () => {
    expect(await operator.lPush('register_queue', 'a.tar')).toBe(1);
    expect(await operator.lPush('register_queue', ['a.tar', 'a.tar'])).toBe(1);
    expect(await operator.lRange('register_queue', 0, -1)).toEqual(['a.tar']);
  });

  it('pushes metadata, which comes out as it was written', async () => {
    const metadata = '{ "path": "a.tar", "id": 7.50 }';
    await operator.lPush('preprocess-md_queue', metadata);
    expect(await operator.lLen('preprocess_queue')).toBe(0);
    expect(await operator.rPop('preprocess-md_queue')).toBe(metadata);
    await expect(operator.lPush('preprocess-md_queue', '{"id": 7}')).rejects.toThrow('"path"');
  });

  it('takes a package through its stages as an outside worker', async () => {
    const popped = worker.brPop(['preprocess-md_queue', 'preprocess_queue'], 0);
    await operator.lPush('preprocess_queue', 'a.tar');
    expect(await popped).toEqual({ key: 'preprocess_queue', element: 'a.tar' });
    await worker.sAdd('preprocessing_set', 'a.tar');
    expect(await operator.sMembers('preprocessing_set')).toEqual(['a.tar']);
    await worker.lPush('register_queue', 'a.tar');
    expect(await worker.sAdd('preprocess-success_set', 'a.tar')).toBe(1);
    await worker.sRem('preprocessing_set', 'a.tar');
    expect(await operator.sCard('preprocessing_set')).toBe(0);
    expect(await operator.sIsMember('preprocess-success_set', 'a.tar')).toBe(1);
    expect(await worker.brPop('register_queue', 1)).toEqual({ key: 'register_queue', element: 'a.tar' });
    expect(await worker.sAdd('register-failure_set', 'a.tar')).toBe(1);
    expect(await operator.sMembers('register-failure_set')).toEqual(['a.tar']);
  });

  it('lends items to workers that move them to a list of their own', async () => {
    expect(await worker.lMove('preprocess_queue', 'my_list', 'RIGHT', 'LEFT')).toBeNull();
    const moved = worker.blMove('preprocess_queue', 'my_list', 'RIGHT', 'LEFT', 0);
    await operator.lPush('preprocess_queue', ['a.tar', 'b.tar']);
    expect(await moved).toBe('a.tar');
    expect(await worker.lMove('preprocess_queue', 'my_list', 'RIGHT', 'LEFT')).toBe('b.tar');
    expect(await operator.sMembers('preprocessing_set')).toEqual(['a.tar', 'b.tar']);
    await worker.sAdd('preprocess-success_set', 'a.tar');
    expect(await worker.lRem('my_list', 1, 'a.tar')).toBe(0);
    worker.destroy();
    await eventually(async () => (await operator.lLen('preprocess_queue')) === 1);
    expect(await operator.lRange('preprocess_queue', 0, -1)).toEqual(['b.tar']);
    expect(await operator.sMembers('preprocess-success_set')).toEqual(['a.tar']);
  });

  it('refuses to move items between lists of the server', async () => {
    await operator.lPush('preprocess_queue', 'a.tar');
    const moved = operator.lMove('preprocess_queue', 'register_queue', 'RIGHT', 'LEFT');
    await expect(moved).rejects.toThrow("'register_queue' is a key of the server");
    expect(await operator.lLen('preprocess_queue')).toBe(1);
  });

  it('keeps success and failure exclusive, and forgets both when a path is pushed again', async () => {
    await operator.sAdd('preprocess-failure_set', 'a.tar');
    await operator.sAdd('preprocess-success_set', 'a.tar');
    expect(await operator.sMembers('preprocess-failure_set')).toEqual([]);
    expect(await operator.sMembers('preprocess-success_set')).toEqual(['a.tar']);
    await operator.lPush('preprocess_queue', 'a.tar');
    expect(await operator.sMembers('preprocess-success_set')).toEqual([]);
  });

  it('gives what a lost connection had to another worker, in its old place', async () => {
    await operator.lPush('preprocess_queue', ['a.tar', 'b.tar']);
    await worker.brPop('preprocess_queue', 0);
    expect(await operator.lRange('preprocess_queue', 0, -1)).toEqual(['b.tar']);
    worker.destroy();
    await eventually(async () => (await operator.lLen('preprocess_queue')) === 2);
    expect(await operator.brPop('preprocess_queue', 0)).toEqual({
      key: 'preprocess_queue',
      element: 'a.tar',
    });
  });

  it('gives up an item when the last of too many workers is lost', async () => {
    await operator.lPush('seed_queue', '2018/2019');
    for (let count = 1; count <= 5; count += 1) {
      const lost = await connectClient();
      await lost.brPop('seed_queue', 0);
      lost.destroy();
      await eventually(async () => (await operator.sCard('seeding_set')) === 0);
    }
    await eventually(async () => (await operator.sCard('seed-failure_set')) === 1);
    expect(await operator.lLen('seed_queue')).toBe(0);
  });

  it('does not give a path to two workers at a time', async () => {
    await operator.lPush('preprocess_queue', 'a.tar');
    await worker.brPop('preprocess_queue', 0);
    expect(await operator.lPush('preprocess_queue', 'a.tar')).toBe(1);
    expect(await operator.rPop('preprocess_queue')).toBeNull();
    const next = worker.duplicate();
    await next.connect();
    const popped = next.brPop('preprocess_queue', 0);
    await worker.sAdd('preprocess-success_set', 'a.tar');
    expect(await popped).toEqual({ key: 'preprocess_queue', element: 'a.tar' });
    next.destroy();
  });

  it('returns nothing when the time of a blocking pop is over', async () => {
    expect(await worker.brPop('preprocess_queue', 0.01)).toBeNull();
  });

  it('gives each of many items to one of many blocked workers', async () => {
    const workers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => connectClient()));
    const popped = workers.map((each) => each.brPop('preprocess_queue', 0));
    await operator.lPush('preprocess_queue', ['1', '2', '3', '4', '5', '6']);
    const elements = (await Promise.all(popped)).map((item) => item?.element);
    expect(elements.toSorted()).toEqual(['1', '2', '3', '4', '5', '6']);
    for (const each of workers) each.destroy();
  });

  it('pushes in a transaction, all or nothing', async () => {
    const replies = await operator.multi().lPush('preprocess_queue', 'a.tar').lLen('preprocess_queue').exec();
    expect(replies).toEqual([1, 1]);
  });

  it('removes what waits, and scans', async () => {
    const paths = Array.from({ length: 25 }, (_, index) => `${index}.tar`);
    await operator.lPush('preprocess_queue', paths);
    expect(await operator.lRem('preprocess_queue', 0, '7.tar')).toBe(1);
    expect(await operator.del('preprocess_queue')).toBe(1);
    expect(await operator.exists('preprocess_queue')).toBe(0);
    await operator.sAdd('register-success_set', paths);
    const scanned: string[] = [];
    for await (const members of operator.sScanIterator('register-success_set')) scanned.push(...members);
    expect(scanned.toSorted()).toEqual(paths.toSorted());
    expect(await operator.keys('*')).toEqual(['register-success_set']);
    expect(await operator.type('register-success_set')).toBe('set');
    await expect(operator.lLen('register-success_set')).rejects.toThrow('WRONGTYPE');
  });
});
