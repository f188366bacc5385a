import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Pruner, type PruningOptions } from '../../../src/queue/engine/pruner.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('the pruner', () => {
  let test: TestDatabase;

  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    await test.drop();
  });

  interface Row {
    readonly name?: string;
    readonly func?: string;
    readonly group?: string | null;
    readonly success?: boolean;
    readonly cluster?: string;
  }

  /** Stores finished tasks, each a second newer than the one before; the last one is of now. */
  async function store(rows: readonly Row[]): Promise<void> {
    const now = Date.now();
    await test.database.batchInsert(
      'queue.tasks',
      rows.map((row, index) => {
        const stopped = new Date(now - (rows.length - index) * 1_000).toISOString();
        const fixed = {
          id: randomUUID(),
          args: {},
          result: null,
          started: stopped,
          stopped,
          attempt_count: 1,
        };
        return { name: 'n', func: 'f', group: null, success: true, cluster: 'composite', ...row, ...fixed };
      }),
      500,
    );
  }

  function pruner(options: Partial<PruningOptions> = {}): Pruner {
    return new Pruner(test.database, {
      queueName: 'composite',
      saveLimit: 2,
      saveLimitPer: undefined,
      ...options,
    });
  }

  function names(): Promise<string[]> {
    return test.database('queue.tasks').orderBy('stopped').pluck('name');
  }

  it('keeps the newest successes of its queue, and every failure', async () => {
    await store([
      { name: 'oldest' },
      { name: 'failed', success: false },
      { name: 'of another queue', cluster: 'long' },
      { name: 'old' },
      { name: 'newer' },
      { name: 'newest' },
    ]);
    expect(await pruner().prune()).toBe(2);
    expect(await names()).toEqual(['failed', 'of another queue', 'newer', 'newest']);
    expect(await pruner().prune()).toBe(0);
  });

  it.each([0, -1])('removes nothing with a limit of %d', async (saveLimit) => {
    await store([{}, {}, {}]);
    expect(await pruner({ saveLimit }).prune()).toBe(0);
    expect(await names()).toHaveLength(3);
  });

  it('removes more than fits into one transaction', async () => {
    await store(Array.from({ length: 2_500 }, () => ({})));
    expect(await pruner().prune()).toBe(2_498);
  });

  it.each(['group', 'name', 'func'] as const)('keeps so many for each %s', async (saveLimitPer) => {
    const rows = ['a', 'b', 'a', 'a', 'b', 'a'].map((key) => ({ [saveLimitPer]: key }));
    await store(rows);
    expect(await pruner({ saveLimitPer }).prune()).toBe(2);
    const kept = await test.database('queue.tasks').orderBy('stopped').pluck(saveLimitPer);
    expect(kept).toEqual(['b', 'a', 'b', 'a']);
  });

  it('counts what has no group as a group', async () => {
    await store([{}, { group: 'g' }, {}, {}]);
    expect(await pruner({ saveLimitPer: 'group' }).prune()).toBe(1);
  });

  it('finds in its second round what was stored since the first', async () => {
    const both = pruner({ saveLimitPer: 'func', saveLimit: 1 });
    await store([{ func: 'a' }, { func: 'a' }]);
    expect(await both.prune()).toBe(1);
    await store([{ func: 'a' }, { func: 'b' }]);
    expect(await both.prune()).toBe(1);
    expect(await test.database('queue.tasks').orderBy('func').pluck('func')).toEqual(['a', 'b']);
  });

  it('leaves the work to another engine that is at it', async () => {
    await store([{}, {}, {}]);
    await test.database.transaction(async (transaction) => {
      await transaction.raw(`SELECT pg_advisory_xact_lock(hashtext('pruning of composite'))`);
      expect(await pruner().prune()).toBe(0);
    });
    expect(await pruner().prune()).toBe(1);
  });

  it('forgets which results were in the cache when the cache has forgotten them', async () => {
    const stopped = new Date();
    await test.database('queue.cached_results').insert([
      { task_id: randomUUID(), name: 'old', stopped, expires: new Date(Date.now() - 1_000) },
      { task_id: randomUUID(), name: 'new', stopped, expires: new Date(Date.now() + 60_000) },
      { task_id: randomUUID(), name: 'for ever', stopped, expires: 'infinity' },
    ]);
    await pruner({ saveLimit: 0 }).prune();
    expect(await test.database('queue.cached_results').orderBy('name').pluck('name')).toEqual([
      'for ever',
      'new',
    ]);
  });
});
