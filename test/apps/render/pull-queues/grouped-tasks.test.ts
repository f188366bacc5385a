import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GroupedTasks } from '../../../../src/apps/render/pull-queues/grouped-tasks.ts';
import { ensureQueueId } from '../../../../src/apps/render/pull-queues/queues.ts';
import { listTasks } from '../../../../src/apps/render/pull-queues/tasks.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';

let test: TestDatabase;
let tasks: GroupedTasks;
let queueId: string;
let queueNumber = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  tasks = new GroupedTasks(test.database);
});
afterAll(() => test.drop());
beforeEach(async () => {
  queueNumber += 1;
  queueId = await ensureQueueId(test.database, { project: 'p', queue: `queue-${queueNumber}` });
});

const newTask = (fields: object = {}) => ({ payloadBase64: 'YQ==', tag: '', retryCount: 0, ...fields });
const times = <Result>(count: number, make: (index: number) => Result) =>
  Array.from({ length: count }, (_, index) => make(index));
const stored = () => listTasks(test.database, queueId, { limit: 100, withPayload: true });

describe('calls that come together', () => {
  it('insert each its own task', async () => {
    const payloads = ['YQ==', 'with "quotes", \\ and {braces}', '', 'NULL'];
    const inserted = await Promise.all(
      payloads.map((payloadBase64, index) =>
        tasks.insert(queueId, newTask({ payloadBase64, tag: `${index}` })),
      ),
    );
    expect(inserted).toMatchObject(
      payloads.map((payloadBase64, index) => ({ payloadBase64, tag: `${index}` })),
    );
    expect((await stored()).toSorted((one, other) => (one.tag < other.tag ? -1 : 1))).toEqual(inserted);
  });

  it('insert one task if several have the same id', async () => {
    const inserted = await Promise.all(times(8, () => tasks.insert(queueId, newTask({ id: 'one' }))));
    expect(inserted.filter((task) => task !== undefined)).toHaveLength(1);
    expect(await stored()).toHaveLength(1);
  });

  it('lease each other tasks, as many as each wants', async () => {
    await Promise.all(times(10, (index) => tasks.insert(queueId, newTask({ enqueuedMicroseconds: index }))));
    const leases = await Promise.all([
      tasks.lease(queueId, { count: 1, leaseSeconds: 60 }),
      tasks.lease(queueId, { count: 3, leaseSeconds: 60 }),
      tasks.lease(queueId, { count: 0, leaseSeconds: 60 }),
      tasks.lease(queueId, { count: 2, leaseSeconds: 60 }),
      tasks.lease(queueId, { count: 9, leaseSeconds: 60 }),
      tasks.lease(queueId, { count: 1, leaseSeconds: 60 }),
    ]);
    expect(leases.map(({ length }) => length)).toEqual([1, 3, 0, 2, 4, 0]);
    expect(new Set(leases.flat().map(({ id }) => id)).size).toBe(10);
  });

  it('lease for their own times, tags and queues', async () => {
    await Promise.all(['a', 'b', ''].map((tag) => tasks.insert(queueId, newTask({ tag }))));
    const [ofA, ofB, untagged, elsewhere] = await Promise.all([
      tasks.lease(queueId, { count: 5, leaseSeconds: 60, tag: 'a' }),
      tasks.lease(queueId, { count: 5, leaseSeconds: 600, tag: 'b' }),
      tasks.lease(queueId, { count: 5, leaseSeconds: 60, tag: '' }),
      tasks.lease(await ensureQueueId(test.database, { project: 'p', queue: 'empty' }), {
        count: 5,
        leaseSeconds: 60,
      }),
    ]);
    expect([ofA, ofB, untagged].map((leased) => leased?.map(({ tag }) => tag))).toEqual([['a'], ['b'], ['']]);
    expect(elsewhere).toEqual([]);
    const [a = 0, b = 0] = [ofA, ofB].map((leased) => leased?.[0]?.leasedUntilMicroseconds);
    expect(b - a).toBeGreaterThan(500_000_000);
  });

  it('all get tasks though one reply has no room for all of them', async () => {
    const payloadBase64 = 'a'.repeat(12 * 1024 ** 2);
    for (let index = 0; index < 8; index += 1) await tasks.insert(queueId, newTask({ payloadBase64 }));
    const leases = await Promise.all(times(8, () => tasks.lease(queueId, { count: 1, leaseSeconds: 60 })));
    expect(leases.map(({ length }) => length)).toEqual(times(8, () => 1));
  });

  it('lease each task once, though one of the leases is refused', async () => {
    await Promise.all(['a', 'b'].map((tag) => tasks.insert(queueId, newTask({ tag }))));
    const leases = await Promise.allSettled(
      ['a', '\0', 'b'].map((tag) => tasks.lease(queueId, { count: 1, leaseSeconds: 60, tag })),
    );
    expect(leases).toMatchObject([
      { status: 'fulfilled', value: [{ tag: 'a', retryCount: 0 }] },
      { status: 'rejected' },
      { status: 'fulfilled', value: [{ tag: 'b', retryCount: 0 }] },
    ]);
    expect((await stored()).map(({ retryCount }) => retryCount)).toEqual([1, 1]);
  });

  it('delete each its own task, whether or not there is one', async () => {
    const [first, second, third] = await Promise.all(times(3, () => tasks.insert(queueId, newTask())));
    const ids = [first?.id ?? '', 'unknown', second?.id ?? '', first?.id ?? '', 'x'.repeat(10_000), '\0'];
    await Promise.all(ids.map((id) => tasks.delete({ queueId, id })));
    expect(await stored()).toEqual([third]);
  });
});
