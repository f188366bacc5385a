import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listTasks, readTaskFilter } from '../../../../src/apps/render/admin/lists.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { QUEUE, storeTasks } from '../pull-queues/stored-tasks.ts';

const ELSEWHERE = { project: 'a-project', queue: 'newer' } as const;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await storeTasks(test.database, { waiting: 1_000, tagCount: 4 });
  await storeTasks(test.database, { waiting: 20_000, tagCount: 4 }, ELSEWHERE);
  await test.database.raw('ANALYZE render.tasks, render.queues');
});
afterAll(() => test.drop());

/** How many entries Postgres reads of the index of all tasks, the newest first. */
async function readOfAllTasks(filter: Record<string, string>): Promise<number> {
  const transaction = await test.database.transaction();
  try {
    const { rows } = await listTasks(transaction, await readTaskFilter(test.database, filter), undefined);
    expect(rows).toHaveLength(25);
    const counted = await transaction.raw<{ rows: { count: number }[] }>(
      `SELECT pg_stat_get_xact_tuples_returned('render.tasks_newest'::regclass)::integer AS count`,
    );
    return counted.rows[0]?.count ?? Number.NaN;
  } finally {
    await transaction.rollback();
  }
}

describe('a list of tasks', () => {
  it.each([
    ['of a queue', {}],
    ['of a queue and a tag', { tag: 'tag-3' }],
  ])('%s goes past none of another queue', async (_what, filter) => {
    const queue = `${QUEUE.project}/${QUEUE.queue}`;
    expect(await readOfAllTasks({ queue, ...filter })).toBe(0);
  });
});
