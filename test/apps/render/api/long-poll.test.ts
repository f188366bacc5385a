import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import { RenderService, TOKENS } from '../render-service.ts';

let service: RenderService;
let queue: string;
let queueNumber = 0;

beforeAll(async () => {
  service = await RenderService.start();
});
afterAll(() => service.stop());
beforeEach(() => {
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
    await service.insert({ leaseTimestamp: (Date.now() + 1_000) * 1_000 }, queue);
    gone.abort();
    await Promise.all(clients);
    expect(
      await eventually(async () => {
        const leased = await service.lease('numTasks=1&leaseSecs=60', queue);
        return leased.length > 0 && leased;
      }),
    ).toMatchObject([{ retry_count: 0 }]);
  });
});
