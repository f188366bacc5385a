import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RenderService, type WireTask } from '../render-service.ts';

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

const tasks = () => service.tasksPath(queue);
const queuePath = (project = 'a-project') => `/taskqueue/v1beta2/projects/${project}/taskqueues/${queue}`;
const insert = (fields: object = {}) => service.insert(fields, queue);
const lease = (query?: string) => service.lease(query, queue);
const idsOf = (found: readonly WireTask[] | undefined) => (found ?? []).map(({ id }) => id);
const nowMicroseconds = () => Date.now() * 1_000;

/** Times of the two clocks, and of the way between them, differ by less. */
const CLOSE_MICROSECONDS = 5_000_000;

describe('a queue', () => {
  it('exists before anything was inserted into it, and is empty', async () => {
    const { status, body } = await service.send('GET', queuePath());
    expect(status).toBe(200);
    expect(body).toEqual({
      kind: 'taskqueues#taskqueue',
      id: `projects/b~a-project/taskqueues/${queue}`,
    });
    const { body: counted } = await service.send('GET', `${queuePath()}?getStats=true`);
    expect(counted['stats']).toEqual({
      totalTasks: 0,
      oldestTask: 0,
      leasedLastMinute: 0,
      leasedLastHour: 0,
    });
  });

  it('counts its tasks and what was leased, as numbers', async () => {
    const [oldest] = [await insert(), await insert(), await insert()];
    await lease('numTasks=2&leaseSecs=60');
    await service.send('DELETE', `${tasks()}/${oldest?.id}`);
    const [rest] = (await service.send('GET', tasks())).body.items ?? [];
    expect((await service.send('GET', `${queuePath()}?getStats=1`)).body['stats']).toEqual({
      totalTasks: 2,
      oldestTask: rest?.enqueueTimestamp,
      leasedLastMinute: 2,
      leasedLastHour: 2,
    });
  });

  it.each(['false', '0', ''])('has no statistics for getStats=%s', async (value) => {
    const { status, body } = await service.send('GET', `${queuePath()}?getStats=${value}`);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('stats');
  });

  it('returns 400 for a getStats that is no boolean', async () => {
    expect(await service.send('GET', `${queuePath()}?getStats=maybe`)).toMatchObject({
      status: 400,
      text: 'getStats must be true or false.',
    });
  });

  it('returns an empty 404 to POST, and 405 to other methods', async () => {
    expect(await service.send('POST', queuePath(), {})).toMatchObject({ status: 404, text: '' });
    expect((await service.send('DELETE', queuePath())).status).toBe(405);
  });

  it('is the same with and without b~ in its project', async () => {
    const { id } = await insert();
    const { body } = await service.send('GET', `${queuePath('b~a-b~project')}/tasks?alt=json`);
    expect(idsOf(body.items)).toEqual([id]);
    expect((await service.send('GET', queuePath('b~p'))).body['id']).toBe(`projects/b~p/taskqueues/${queue}`);
  });
});

describe('an insert', () => {
  it('returns the stored task with all its fields', async () => {
    const task = await insert({ payloadBase64: 'cGF5bG9hZA==', tag: 'a tag' });
    expect(task).toEqual({
      kind: 'taskqueues#task',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      queueName: queue,
      payloadBase64: 'cGF5bG9hZA==',
      enqueueTimestamp: expect.any(Number),
      leaseTimestamp: task.enqueueTimestamp,
      retry_count: 0,
      tag: 'a tag',
    });
    expect(Math.abs(task.enqueueTimestamp - nowMicroseconds())).toBeLessThan(CLOSE_MICROSECONDS);
  });

  it('takes what the client says of id, times and leases', async () => {
    const fields = { id: 'mine', enqueueTimestamp: 5, leaseTimestamp: 7, retry_count: 3, tag: '' };
    expect(await insert(fields)).toMatchObject(fields);
    expect(await insert({ enqueueTimestamp: '1800000000000001' })).toMatchObject({
      enqueueTimestamp: 1_800_000_000_000_001,
    });
  });

  it('of an id that the queue has returns 400; another queue may have it', async () => {
    await insert({ id: 'mine' });
    const body = { id: 'mine', queueName: queue, payloadBase64: '' };
    expect(await service.send('POST', tasks(), body)).toMatchObject({
      status: 400,
      text: 'Task name is invalid.',
    });
    expect((await service.send('POST', service.tasksPath(`${queue}-b`), body)).status).toBe(200);
  });

  it('does not compare queueName with the address', async () => {
    expect(await insert({ queueName: 'another' })).toMatchObject({ queueName: queue });
  });

  it.each([
    ['no queueName', { payloadBase64: '' }, 'queueName is required.'],
    ['no payload', { queueName: 'q' }, 'payloadBase64 is required.'],
    ['an unknown field', { queueName: 'q', payloadBase64: '', colour: 1 }, 'Unknown field "colour".'],
    ['a payload that is no text', { queueName: 'q', payloadBase64: 1 }, 'payloadBase64 must be a string.'],
    ['a payload with NUL', { queueName: 'q', payloadBase64: '\0' }, 'payloadBase64 must be base64.'],
    [
      'a negative time',
      { queueName: 'q', payloadBase64: '', leaseTimestamp: -1 },
      'leaseTimestamp must be an integer',
    ],
    ['a fraction of a lease', { queueName: 'q', payloadBase64: '', retry_count: 1.5 }, 'retry_count must be'],
    ['an endless id', { queueName: 'q', payloadBase64: '', id: 'x'.repeat(10_000) }, 'Task name is invalid.'],
    ['an endless tag', { queueName: 'q', payloadBase64: '', tag: 'x'.repeat(10_000) }, 'The tag is invalid.'],
    ['a list', [], 'The body must be a JSON object.'],
    ['no JSON', '{', 'JSON parse error'],
    ['nothing', '', 'queueName is required.'],
    ['a deep list', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'The body must be a JSON object.'],
  ])('with %s returns 400, and stores nothing', async (_what, body, message) => {
    const { status, text } = await service.send('POST', tasks(), body);
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining(message) });
    expect((await service.send('GET', tasks())).body.items).toEqual([]);
  });

  it.each(['no base64!', 'ew==', 'WzFd', '', 'ä "quoted" \\ {braces},NULL', 'a\nb'])(
    'stores a payload as it is, whether or not it is base64 of JSON: %j',
    async (payloadBase64) => {
      const { id } = await insert({ payloadBase64 });
      expect((await service.send('GET', `${tasks()}/${id}`)).body).toMatchObject({ payloadBase64 });
      expect(await lease()).toMatchObject([{ id, payloadBase64 }]);
    },
  );

  it('of a payload of 1 MiB is stored, and of one byte more returns 413', async () => {
    const payload = 'a'.repeat(1024 ** 2);
    expect((await insert({ payloadBase64: payload })).payloadBase64).toHaveLength(1024 ** 2);
    const body = { queueName: queue, payloadBase64: `${payload}a` };
    expect((await service.send('POST', tasks(), body)).status).toBe(413);
    expect((await service.send('POST', tasks(), { ...body, payloadBase64: payload.repeat(2) })).status).toBe(
      413,
    );
  });
});

describe('a list', () => {
  it('has the 100 oldest tasks with their payloads, leased ones included; those of one time by their ids', async () => {
    for (let index = 102; index > 1; index -= 1) await insert({ enqueueTimestamp: index });
    await insert({ id: 'b', enqueueTimestamp: 1, payloadBase64: 'Yg==' });
    await insert({ id: 'B', enqueueTimestamp: 1 });
    await lease('numTasks=1&leaseSecs=60');
    const { status, body } = await service.send('GET', tasks());
    expect(status).toBe(200);
    expect(body['kind']).toBe('taskqueue#tasks');
    expect(body.items).toHaveLength(100);
    expect(idsOf(body.items).slice(0, 2)).toEqual(['B', 'b']);
    expect(body.items?.[1]).toMatchObject({ payloadBase64: 'Yg==' });
    expect(body.items?.map(({ enqueueTimestamp }) => enqueueTimestamp)).toEqual(
      body.items?.map(({ enqueueTimestamp }) => enqueueTimestamp).toSorted((one, other) => one - other),
    );
  });

  it('of an empty queue has items nevertheless', async () => {
    expect((await service.send('GET', tasks())).body).toEqual({ kind: 'taskqueue#tasks', items: [] });
  });
});

describe('a lease', () => {
  it('returns the oldest tasks with the end of their lease, and the leases before this one', async () => {
    const [first, second] = [await insert(), await insert(), await insert()];
    const { status, body } = await service.send('POST', `${tasks()}/lease?numTasks=2&leaseSecs=3600`);
    expect(status).toBe(200);
    expect(body['kind']).toBe('taskqueue#tasks');
    expect(idsOf(body.items)).toEqual([first?.id, second?.id]);
    for (const { leaseTimestamp, retry_count: retryCount } of body.items ?? []) {
      expect(Math.abs(leaseTimestamp - nowMicroseconds() - 3_600_000_000)).toBeLessThan(CLOSE_MICROSECONDS);
      expect(retryCount).toBe(0);
    }
    expect(await lease()).toHaveLength(1);
    expect(await lease()).toEqual([]);
  });

  it('can be had again after its end, and has counted', async () => {
    const { id } = await insert();
    await lease('numTasks=1&leaseSecs=0');
    expect(await lease()).toMatchObject([{ id, retry_count: 1 }]);
    expect((await service.send('GET', `${tasks()}/${id}`)).body).toMatchObject({ retry_count: 2 });
  });

  it('waits for the time that the producer has set', async () => {
    await insert({ leaseTimestamp: nowMicroseconds() + 60_000_000 });
    expect(await lease()).toEqual([]);
  });

  it('of a tag has tasks of that tag alone, and of an empty one those without', async () => {
    const { id } = await insert();
    const special = await insert({ tag: 'Special' });
    await insert({ tag: 'special' });
    expect(idsOf(await lease('numTasks=1000&leaseSecs=60&groupByTag=true&tag=Special'))).toEqual([
      special.id,
    ]);
    expect(idsOf(await lease('numTasks=1000&leaseSecs=60&groupByTag=1&tag='))).toEqual([id]);
  });

  it('grouped by tag without one has those of the oldest task, even of a leased one', async () => {
    const oldest = await insert({ tag: 'a' });
    await insert({ tag: 'b' });
    const alike = await insert({ tag: 'a' });
    const all = 'numTasks=10&leaseSecs=60&groupByTag=true';
    expect(idsOf(await lease(all))).toEqual([oldest.id, alike.id]);
    expect(await lease(all)).toEqual([]);
  });

  it('with groupByTag=false and no tag has all', async () => {
    await insert({ tag: 'a' });
    await insert({ tag: 'b' });
    expect(await lease('numTasks=10&leaseSecs=50.0&groupByTag=false')).toHaveLength(2);
  });

  it('has no more than 1,000 tasks', async () => {
    await service.test.database.raw(
      `INSERT INTO render.tasks (queue_id, name, tag, payload, payload_bytes, enqueued_us, leased_until_us, is_free, retry_count)
       SELECT id, number, '', '', 0, number, 0, true, 0
       FROM render.queues, generate_series(1, 1001) AS number WHERE queues.name = ?`,
      [(await insert()) && queue],
    );
    expect(await lease('numTasks=5000&leaseSecs=60')).toHaveLength(1_000);
  });

  it.each([
    ['numTasks=1', 'Missing leaseSecs and numTasks in query.'],
    ['leaseSecs=1', 'Missing leaseSecs and numTasks in query.'],
    ['', 'Missing leaseSecs and numTasks in query.'],
    ['numTasks=1&leaseSecs=1&tag=a', 'In query tag specified without groupByTag.'],
    ['numTasks=one&leaseSecs=1', 'numTasks must be an integer.'],
    ['numTasks=1&leaseSecs=long', 'leaseSecs must be an integer.'],
    ['numTasks=-1&leaseSecs=1', 'numTasks must be an integer.'],
    ['numTasks=1&leaseSecs=-1', 'leaseSecs must be an integer.'],
    ['numTasks=1&leaseSecs=1000000000', 'leaseSecs must not be greater than 604800.'],
    ['numTasks=1&numTasks=2&leaseSecs=1', 'numTasks must be given once.'],
    ['numTasks=1&leaseSecs=1&groupByTag=perhaps', 'groupByTag must be true or false.'],
    ['numTasks=1&leaseSecs=1&groupByTag=true&tag=%00', 'The tag is invalid.'],
    [`numTasks=1&leaseSecs=1&groupByTag=true&tag=${'x'.repeat(501)}`, 'The tag is invalid.'],
  ])('with ?%s returns 400, and leases nothing', async (query, message) => {
    await insert();
    expect(await service.send('POST', `${tasks()}/lease?${query}`)).toMatchObject({
      status: 400,
      text: message,
    });
    expect(await lease()).toHaveLength(1);
  });

  it('of no tasks leases none', async () => {
    await insert();
    expect(await lease('numTasks=0&leaseSecs=60')).toEqual([]);
  });
});

describe('a task', () => {
  it('can be read, and is unknown once it is deleted', async () => {
    const task = await insert();
    expect(await service.send('GET', `${tasks()}/${task.id}`)).toMatchObject({ status: 200, body: task });
    expect(
      await service.send('DELETE', `${tasks()}/${task.id}?`, undefined, { accept: '*/*' }),
    ).toMatchObject({
      status: 204,
      text: '',
    });
    expect(await service.send('GET', `${tasks()}/${task.id}`)).toMatchObject({
      status: 400,
      text: 'Task name does not exist.',
    });
    expect((await service.send('DELETE', `${tasks()}/${task.id}`)).status).toBe(204);
    expect((await insert({ id: task.id })).id).toBe(task.id);
  });

  it('cannot be deleted through another queue', async () => {
    const { id } = await insert();
    expect((await service.send('DELETE', `${service.tasksPath('elsewhere')}/${id}`)).status).toBe(204);
    expect((await service.send('GET', `${tasks()}/${id}`)).status).toBe(200);
  });

  it('returns 405 to a method that it does not have', async () => {
    expect((await service.send('PUT', `${tasks()}/a`, {})).status).toBe(405);
    expect((await service.send('DELETE', tasks())).status).toBe(405);
  });

  it.each(['a/b', 'a.b..c', 'ä ö', '%', 'lease', "';DROP TABLE"])('may be called %s', async (id) => {
    await insert({ id });
    const path = `${tasks()}/${encodeURIComponent(id)}`;
    expect((await service.send('GET', path)).body).toMatchObject({ id });
    expect((await service.send('DELETE', path)).status).toBe(204);
    expect((await service.send('GET', path)).status).toBe(400);
  });
});

describe.each(['PATCH', 'POST'])('a change of a lease by %s', (method) => {
  const change = (id: string, query: string, body: object = {}) =>
    service.send(method, `${tasks()}/${encodeURIComponent(id)}?${query}`, { queueName: queue, id, ...body });

  it('lets it end so many seconds from now, and changes nothing else', async () => {
    const before = await insert({ tag: 'a' });
    await lease();
    const { status, body } = await change(before.id, 'newLeaseSeconds=120', { tag: 'b', payloadBase64: 'x' });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, leaseTimestamp: expect.any(Number), retry_count: 1 });
    expect(Math.abs(Number(body['leaseTimestamp']) - nowMicroseconds() - 120_000_000)).toBeLessThan(
      CLOSE_MICROSECONDS,
    );
    expect(await lease()).toEqual([]);
  });

  it('of 0 seconds releases the task at once', async () => {
    const { id } = await insert();
    await lease();
    expect((await change(id, 'newLeaseSeconds=0')).status).toBe(200);
    expect(idsOf(await lease())).toEqual([id]);
  });

  it.each([
    ['', 'newLeaseSeconds is required.'],
    ['newLeaseSeconds=', 'newLeaseSeconds is required.'],
    ['newLeaseSeconds=-1', 'newLeaseSeconds must be an integer.'],
    ['newLeaseSeconds=1.5', 'newLeaseSeconds must be an integer.'],
    ['newLeaseSeconds=soon', 'newLeaseSeconds must be an integer.'],
    ['newLeaseSeconds=1000000000', 'newLeaseSeconds must not be greater than 604800.'],
    ['newLeaseSeconds=1', 'Task name is invalid.'],
  ])('with ?%s of an unknown task returns 400', async (query, message) => {
    expect(await change('unknown', query)).toMatchObject({ status: 400, text: message });
  });

  it('of a task that is not leased, or not any more, returns 400', async () => {
    const { id } = await insert();
    const refused = { status: 400, text: 'The task lease has expired.' };
    expect(await change(id, 'newLeaseSeconds=1', { queueName: 'another' })).toMatchObject(refused);
    await lease('numTasks=1&leaseSecs=0');
    expect(await change(id, 'newLeaseSeconds=1')).toMatchObject(refused);
  });

  it('through another queue returns 400, and so does one that names another', async () => {
    const { id } = await insert();
    await lease();
    const elsewhere = `${service.tasksPath('elsewhere')}/${id}?newLeaseSeconds=1`;
    expect(await service.send(method, elsewhere, { queueName: queue, id })).toMatchObject({
      status: 400,
      text: 'Task name is invalid.',
    });
    expect(await change(id, 'newLeaseSeconds=1', { queueName: 'elsewhere', id: 'x' })).toMatchObject({
      status: 400,
      text: 'Cannot change task in a different queue.',
    });
  });

  it('compares ids only if the task is sent whole', async () => {
    const { id } = await insert();
    await lease();
    expect(await change(id, 'newLeaseSeconds=1', { id: 'another' })).toMatchObject(
      method === 'POST' ? { status: 400, text: 'Task IDs must match.' } : { status: 200 },
    );
  });

  it('without a JSON object returns 400', async () => {
    const { id } = await insert();
    await lease();
    expect((await service.send(method, `${tasks()}/${id}?newLeaseSeconds=1`, '[1]')).status).toBe(400);
    expect((await service.send(method, `${tasks()}/${id}?newLeaseSeconds=1`, '{')).status).toBe(400);
  });
});

describe('names of queues with slashes, dots and the like', () => {
  it.each(['a/b', '...', 'a.b..c', '../../x', 'ä ö', '%', '"\\{}'])('may be %s', async (name) => {
    const path = service.tasksPath(encodeURIComponent(name).replaceAll('.', '%2E'), 'names');
    const body = { queueName: name, payloadBase64: '' };
    const { body: task } = await service.send('POST', path, body);
    expect(task).toMatchObject({ queueName: name });
    const leased = await service.send('POST', `${path}/lease?numTasks=1&leaseSecs=60`);
    expect(leased.body.items).toMatchObject([{ id: task['id'] }]);
    const patch = await service.send('PATCH', `${path}/${task['id']}?newLeaseSeconds=0`, { queueName: name });
    expect(patch.status).toBe(200);
    expect((await service.send('DELETE', `${path}/${task['id']}`)).status).toBe(204);
  });
});

describe('names of 10,000 letters, and with characters that cannot be stored', () => {
  it.each(['x'.repeat(10_000), 'a%00b'])('are those of an empty queue', async (name) => {
    const path = service.tasksPath(name);
    expect((await service.send('GET', path)).body).toEqual({ kind: 'taskqueue#tasks', items: [] });
    expect((await service.send('GET', path.replace(/\/tasks$/, '?getStats=true'))).status).toBe(200);
    expect((await service.send('POST', `${path}/lease?numTasks=1&leaseSecs=1`)).body.items).toEqual([]);
    expect((await service.send('DELETE', `${path}/x`)).status).toBe(204);
    expect(await service.send('GET', `${path}/x`)).toMatchObject({ status: 400 });
    const body = { queueName: 'q', payloadBase64: '' };
    expect(await service.send('POST', path, body)).toMatchObject({
      status: 400,
      text: 'Queue name is invalid.',
    });
  });

  it.each(['x'.repeat(10_000), 'a%00b'])('are those of no task', async (name) => {
    await insert();
    expect((await service.send('GET', `${tasks()}/${name}`)).status).toBe(400);
    expect((await service.send('DELETE', `${tasks()}/${name}`)).status).toBe(204);
    const patch = await service.send('PATCH', `${tasks()}/${name}?newLeaseSeconds=1`, { queueName: queue });
    expect(patch).toMatchObject({ status: 400, text: 'Task name is invalid.' });
  });

  it('that cannot be decoded return 400', async () => {
    expect((await service.send('GET', `${tasks()}/%E0%A4%A`)).status).toBe(400);
  });
});
