import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  byIndexes,
  freeExpired,
  leaseSql,
  leaseTasks,
} from '../../../../src/apps/render/pull-queues/leases.ts';
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

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Returns what Postgres does for a lease, which is undone. */
async function planOf(count: number, tag?: string): Promise<readonly PlanNode[]> {
  const bindings = { queueId, count, tag: tag ?? null, leaseMicroseconds: 60_000_000, mostBytes: 1_000_000 };
  let nodes: readonly PlanNode[] = [];
  await byIndexes(test.database, async (transaction) => {
    const { rows } = await transaction.raw<{ rows: { 'QUERY PLAN': { Plan: PlanNode }[] }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${leaseSql(tag !== undefined)}`,
      bindings,
    );
    nodes = rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)));
    await transaction.rollback();
  }).catch(() => undefined);
  return nodes;
}

/** A plan that looks at no more tasks than it leases, in the order of an index. */
function expectToWalk(nodes: readonly PlanNode[], index: string, count: number): void {
  const scans = nodes.filter(
    (node) => node['Relation Name'] === 'tasks' && node['Node Type'].includes('Scan'),
  );
  expect(scans.map((scan) => scan['Node Type'])).not.toContain('Seq Scan');
  const walk = scans.find((scan) => scan['Index Name'] === index);
  expect(walk).toMatchObject({ 'Actual Rows': count });
  expect(walk?.['Rows Removed by Filter'] ?? 0).toBe(0);
}

describe.each(['before', 'after'])('a lease from a million waiting tasks, %s they are analyzed', (when) => {
  beforeAll(async () => {
    if (when === 'after') await test.database.raw('ANALYZE render.tasks');
  });

  it('walks the index of what can be leased, past nothing that is leased', async () => {
    expectToWalk(await planOf(1_000), 'tasks_free', 1_000);
    expectToWalk(await planOf(1), 'tasks_free', 1);
  });

  it('of one of 10,000 tags walks the index of its tag', async () => {
    expectToWalk(await planOf(50, 'tag-77'), 'tasks_free_by_tag', 50);
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
