import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { leaseTasks, releaseLeases, takeBackLeases } from '../../../../src/apps/render/pull-queues/leases.ts';
import type { PullTask } from '../../../../src/apps/render/pull-queues/pull-task.ts';
import { ensureQueueId } from '../../../../src/apps/render/pull-queues/queues.ts';
import { deleteTaskRows, deleteTasks, insertTask } from '../../../../src/apps/render/pull-queues/tasks.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';

let test: TestDatabase;
let queueId: string;
beforeAll(async () => {
  test = await createTestDatabase();
  queueId = await ensureQueueId(test.database, { project: 'p', queue: 'q' });
});
afterAll(() => test.drop());
beforeEach(() => test.database('render.tasks').delete());

const CHANGES: readonly [
  name: string,
  change: (database: Database, tasks: readonly PullTask[]) => Promise<unknown>,
][] = [
  [
    'a delete of many',
    (database, tasks) =>
      deleteTasks(
        database,
        tasks.map(({ id }) => ({ queueId, id })),
      ),
  ],
  [
    'a delete by an operator',
    (database, tasks) =>
      deleteTaskRows(
        database,
        tasks.map(({ rowId }) => rowId),
      ),
  ],
  [
    'a release by an operator',
    (database, tasks) =>
      releaseLeases(
        database,
        tasks.map(({ rowId }) => rowId),
      ),
  ],
  ['a lease that is taken back', takeBackLeases],
];

// Two that lock the same tasks in different orders would wait for each other, and Postgres would end one of them.
describe('the tasks of a queue are locked in the order of their ids by', () => {
  it.each(CHANGES)('%s', async (_name, change) => {
    const { database } = test;
    for (const id of ['b', 'a'])
      await insertTask(database, queueId, { id, payloadBase64: '', tag: '', retryCount: 0 });
    const leased = await leaseTasks(database, queueId, { count: 2, leaseSeconds: 600 });
    const holder = await database.transaction();
    await holder('render.tasks').where({ name: 'a' }).forUpdate().select('id');
    const changing = change(database, leased.toReversed());
    await eventually(async () => {
      const { rows } = await database.raw<{ rows: object[] }>(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    await expect(
      holder('render.tasks')
        .where({ name: 'b' })
        .forUpdate()
        .noWait()
        .select('name')
        .finally(() => holder.rollback()),
    ).resolves.toEqual([{ name: 'b' }]);
    await changing;
  });
});
