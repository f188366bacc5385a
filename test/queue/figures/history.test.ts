import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleQueueDepths } from '../../../src/queue/figures/history.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('the depths of queues', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('are noted once a minute, of every queue, and forgotten after a day', async () => {
    const { database } = test;
    await database.raw(`INSERT INTO queue.queues (name) VALUES ('composite'), ('reports')`);
    await database.raw(
      `INSERT INTO queue.queue_depths (minute, queue, waiting) VALUES (now() - interval '26 hours', 'reports', 1),
         (now() - interval '24 hours', 'reports', 2)`,
    );
    await Promise.all([sampleQueueDepths(database), sampleQueueDepths(database)]);
    await sampleQueueDepths(database);
    const depths = await database('queue.queue_depths')
      .orderBy(['minute', 'queue'])
      .select('queue', 'waiting');
    // Where the minute has just changed, it is noted for both.
    expect(depths.slice(0, 3)).toEqual([
      { queue: 'reports', waiting: 2 },
      { queue: 'composite', waiting: 0 },
      { queue: 'reports', waiting: 0 },
    ]);
    expect(depths.length % 2).toBe(1);
  });
});
