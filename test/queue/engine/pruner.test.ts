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
      keepSecretsSeconds: 0,
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

  describe('takes the secrets of a failed task', () => {
    const MONTH_SECONDS = 30 * 86_400;
    const SEALED = { $sealed: 'AAAA' };
    const call = { args: { page: 7, token: SEALED } };

    async function storeFailure(ageSeconds: number, columns: Record<string, unknown> = {}): Promise<string> {
      const id = randomUUID();
      const stopped = new Date(Date.now() - ageSeconds * 1_000).toISOString();
      await test.database('queue.tasks').insert({
        id,
        name: 'n',
        func: 'f',
        cluster: 'composite',
        result: { error: 'broken' },
        started: stopped,
        stopped,
        success: false,
        attempt_count: 1,
        holds_secrets: true,
        signature: 'AAAA',
        ...call,
        ...columns,
      });
      return id;
    }

    const row = (id: string) => test.database('queue.tasks').where({ id }).first();

    it('when its last attempt is so long ago; nothing else of it, and of no other', async () => {
      const old = await storeFailure(MONTH_SECONDS + 60, { options: { timeoutSeconds: 5 } });
      const others = [
        await storeFailure(MONTH_SECONDS - 60),
        await storeFailure(MONTH_SECONDS + 60, { cluster: 'long' }),
      ];
      await pruner({ keepSecretsSeconds: MONTH_SECONDS }).prune();
      expect(await row(old)).toMatchObject({
        args: { page: 7 },
        options: { timeoutSeconds: 5 },
        result: { error: 'broken' },
        holds_secrets: false,
        signature: null,
        secrets_removed: expect.any(String),
      });
      for (const id of others) expect(await row(id)).toMatchObject({ ...call, secrets_removed: null });
    });

    it('also those of the links that would have followed', async () => {
      const chain = [{ func: 'f', ...call, options: { save: false } }];
      const id = await storeFailure(60, { args: {}, options: { chain } });
      await pruner({ keepSecretsSeconds: 1 }).prune();
      expect((await row(id)).options).toEqual({
        chain: [{ func: 'f', args: { page: 7 }, options: { save: false } }],
      });
    });

    it('never, with 0', async () => {
      const id = await storeFailure(100 * MONTH_SECONDS);
      await pruner({ keepSecretsSeconds: 0 }).prune();
      expect(await row(id)).toMatchObject(call);
    });

    it('of as many as there are, in bounded batches', async () => {
      await test.database.raw(
        `INSERT INTO queue.tasks (id, name, func, args, cluster, started, stopped, success, attempt_count, holds_secrets)
         SELECT gen_random_uuid(), 'n', 'f', '{"token": {"$sealed": "AAAA"}}', 'composite', now(),
           now() - interval '1 hour', false, 1, true FROM generate_series(1, 1050)`,
      );
      const statements: string[] = [];
      test.database.on('query', ({ sql }: { sql: string }) => statements.push(sql));
      await pruner({ keepSecretsSeconds: 60 }).prune();
      expect(await test.database('queue.tasks').where({ holds_secrets: true })).toEqual([]);
      expect(statements.filter((sql) => sql.includes('secrets_removed = '))).toHaveLength(11);
    });
  });

  it('removes the attempts of what it removes, and no others', async () => {
    await store([
      { name: 'oldest' },
      { name: 'failed', success: false },
      { name: 'older' },
      { name: 'newest' },
    ]);
    await test.database('queue.tasks').where({ success: true }).update({ attempt_count: 3 });
    await test.database.raw(
      `INSERT INTO queue.failed_attempts (task_id, made_as, number, ended, outcome)
       SELECT id, id, number, now(), 'failed' FROM queue.tasks, generate_series(1, 2) AS number`,
    );
    await pruner({ saveLimit: 1 }).prune();
    const left = await test
      .database('queue.failed_attempts')
      .join('queue.tasks', 'tasks.id', 'task_id')
      .orderBy(['tasks.stopped', 'number'])
      .select('name', 'number');
    expect(left).toEqual([
      { name: 'failed', number: 1 },
      { name: 'failed', number: 2 },
      { name: 'newest', number: 1 },
      { name: 'newest', number: 2 },
    ]);
    expect(await test.database('queue.failed_attempts')).toHaveLength(4);
  });
});
