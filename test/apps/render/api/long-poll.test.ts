import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import { RenderService, TOKENS } from '../render-service.ts';

let service: RenderService;
let queue: string;
let queueNumber = 0;

let logLines: string[] = [];

beforeAll(async () => {
  service = await RenderService.start({ LOG_LEVEL: 'info' }, { write: (line) => void logLines.push(line) });
});
afterAll(() => service.stop());
beforeEach(() => {
  logLines = [];
  queueNumber += 1;
  queue = `queue-${queueNumber}`;
});

describe('a lease that waits', () => {
  it('returns a task that is inserted meanwhile, even the first of its queue', async () => {
    const leased = service.lease('numTasks=1&leaseSecs=60&waitSecs=30', queue);
    const { id } = await service.insert({}, queue);
    expect(await leased).toMatchObject([{ id }]);
  });

  it('returns a task whose lease ends meanwhile, and has a tag that is waited for', async () => {
    const { id } = await service.insert({ tag: 'a' }, queue);
    await service.insert({ tag: 'b' }, queue);
    await service.lease('numTasks=2&leaseSecs=1', queue);
    const query = 'numTasks=2&leaseSecs=60&waitSecs=30&groupByTag=true&tag=a';
    expect(await service.lease(query, queue)).toMatchObject([{ id, retry_count: 1 }]);
  });

  it('returns no tasks after its time', async () => {
    expect(await service.lease('numTasks=1&leaseSecs=60&waitSecs=1', queue)).toEqual([]);
  });

  it('takes nothing for a client that has gone', async () => {
    const gone = new AbortController();
    const clients = Array.from({ length: 20 }, () =>
      fetch(`${service.url}${service.tasksPath(queue)}/lease?numTasks=1&leaseSecs=600&waitSecs=30`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKENS.consumer}` },
        signal: gone.signal,
      }).catch(() => undefined),
    );
    await service.insert({ leaseTimestamp: (Date.now() + 3_000) * 1_000 }, queue);
    gone.abort();
    await Promise.all(clients);
    expect(
      await eventually(async () => {
        const leased = await service.lease('numTasks=1&leaseSecs=60', queue);
        return leased.length > 0 && leased;
      }),
    ).toMatchObject([{ retry_count: 0 }]);
  });

  it('gives back what it takes while its client goes', async () => {
    const { database } = service.test;
    const { id } = await service.insert({}, queue);
    const holder = await database.transaction();
    // A lease stores how many tasks it has: it waits there.
    await holder.raw('LOCK TABLE render.lease_counts');
    const gone = new AbortController();
    const client = fetch(`${service.url}${service.tasksPath(queue)}/lease?numTasks=1&leaseSecs=600`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKENS.consumer}` },
      signal: gone.signal,
    });
    await eventually(async () => {
      const { rows } = await database.raw<{ rows: object[] }>(
        `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE datname = current_database() AND relation = 'render.lease_counts'::regclass AND NOT granted`,
      );
      return rows.length > 0;
    });
    gone.abort();
    await expect(client).rejects.toThrow('aborted');
    await eventually(() => logLines.some((line) => line.includes('request broken off')));
    await holder.rollback();
    expect(
      await eventually(async () => {
        const leased = await service.lease('numTasks=1&leaseSecs=60', queue);
        return leased.length > 0 && leased;
      }),
    ).toMatchObject([{ id, retry_count: 0 }]);
  });
});
