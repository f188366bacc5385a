import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freeExpired, leaseTasks } from '../../../../src/apps/render/pull-queues/leases.ts';
import { deleteTasks } from '../../../../src/apps/render/pull-queues/tasks.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { storeTasks } from './stored-tasks.ts';

jest.setTimeout(300_000);

const LEASED = 50_000;

let test: TestDatabase;
let queueId: string;
beforeAll(async () => {
  test = await createTestDatabase();
  queueId = await storeTasks(test.database, { leased: LEASED, waiting: 1_000_000, tagCount: 10_000 });
}, 300_000);
afterAll(() => test.drop());

/** What Postgres read while something was done, which is undone. */
interface Reads {
  /** Rows of the whole table, without an index. */
  readonly table: number;
  readonly free: number;
  readonly freeByTag: number;
}

async function readsOf(work: (database: Database) => Promise<unknown>): Promise<Reads> {
  const transaction = await test.database.transaction();
  try {
    const before = await readCounters(transaction);
    await work(transaction);
    const after = await readCounters(transaction);
    return {
      table: after.table - before.table,
      free: after.free - before.free,
      freeByTag: after.freeByTag - before.freeByTag,
    };
  } finally {
    await transaction.rollback();
  }
}

/** The counters of a connection, which Postgres sets back at times, but not within a transaction. */
async function readCounters(transaction: Database): Promise<Reads> {
  const { rows } = await transaction.raw<{ rows: Reads[] }>(
    `SELECT pg_stat_get_xact_tuples_returned('render.tasks'::regclass)::integer AS table,
       pg_stat_get_xact_tuples_returned('render.tasks_free'::regclass)::integer AS free,
       pg_stat_get_xact_tuples_returned('render.tasks_free_by_tag'::regclass)::integer AS "freeByTag"`,
  );
  const [counters] = rows;
  if (!counters) throw new Error('Postgres has no counters');
  return counters;
}

describe.each(['before', 'after'])('a queue of a million waiting tasks, %s they are analyzed', (when) => {
  beforeAll(async () => {
    if (when === 'after') await test.database.raw('ANALYZE render.tasks');
  });

  it.each([1, 1_000])(
    'leases %i along the index of what can be leased, past nothing that is leased',
    async (count) => {
      const lease = (database: Database) => leaseTasks(database, queueId, { count, leaseSeconds: 60 });
      expect(await readsOf(lease)).toEqual({ table: 0, free: count, freeByTag: 0 });
    },
  );

  it('leases those of one of 10,000 tags along the index of the tag', async () => {
    const request = { count: 50, leaseSeconds: 60, tag: 'tag-77' };
    const lease = (database: Database) => leaseTasks(database, queueId, request);
    expect(await readsOf(lease)).toEqual({ table: 0, free: 0, freeByTag: 50 });
  });

  it('does not read the table to delete', async () => {
    const remove = (database: Database) => deleteTasks(database, [{ queueId, id: 'task-60000' }]);
    expect((await readsOf(remove)).table).toBe(0);
  });
});

describe('many leases that end together', () => {
  it('are all free for the next lease, the oldest first', async () => {
    await test.database.raw(
      'UPDATE render.tasks SET leased_until_us = 0 WHERE NOT is_free AND enqueued_us <= 25000',
    );
    const [oldest] = await leaseTasks(test.database, queueId, { count: 1, leaseSeconds: 60 });
    expect(oldest).toMatchObject({ id: 'task-1' });
    await freeExpired(test.database, queueId);
    const { rows } = await test.database.raw<{ rows: object[] }>(
      'SELECT count(*)::integer AS count FROM render.tasks WHERE is_free AND enqueued_us <= 25000',
    );
    expect(rows).toEqual([{ count: 24_999 }]);
  });
});
