import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RenderService } from '../render-service.ts';

// Each row of the calls, in both compatibilities: the statuses of the original service, and those that Google documents.

const PROJECT = '/taskqueue/v1beta2/projects/a-project/taskqueues';

const COMPATIBILITIES = ['original', 'strict'] as const;

let services: Record<(typeof COMPATIBILITIES)[number], RenderService>;
let queue: string;
let queueNumber = 0;

beforeAll(async () => {
  const [original, strict] = await Promise.all(
    COMPATIBILITIES.map((TASKQUEUE_COMPATIBILITY) => RenderService.start({ TASKQUEUE_COMPATIBILITY })),
  );
  if (!original || !strict) throw new Error('A service did not start');
  services = { original, strict };
});
afterAll(() => Promise.all(Object.values(services).map((service) => service.stop())));
beforeEach(() => {
  queueNumber += 1;
  queue = `queue-${queueNumber}`;
});

/** A call, and its status; two where the compatibilities differ. The queue has a leased task, a free one, and no other. */
const CALLS: readonly [
  method: string,
  path: string,
  body: object | undefined,
  original: number,
  strict?: number,
][] = [
  ['GET', '', undefined, 200],
  ['GET', '?getStats=true', undefined, 200],
  ['GET', '?getStats=maybe', undefined, 400],
  ['POST', '', {}, 404],
  ['PUT', '', {}, 405],
  ['GET', '/tasks', undefined, 200],
  ['PUT', '/tasks', {}, 405],
  ['POST', '/tasks', { payloadBase64: '' }, 200],
  ['POST', '/tasks', { payloadBase64: '', queueName: 'another' }, 200, 400],
  ['POST', '/tasks', { payloadBase64: '', id: 'leased' }, 400, 409],
  ['POST', '/tasks', {}, 400],
  ['POST', '/tasks', { payloadBase64: '', queueName: null }, 400],
  ['POST', '/tasks', { payloadBase64: '', colour: 'red' }, 400],
  ['POST', '/tasks', { payloadBase64: 'a'.repeat(1024 ** 2 + 1) }, 413],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=60', undefined, 200],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=0', undefined, 200],
  ['POST', '/tasks/lease?numTasks=1000&leaseSecs=604800', undefined, 200],
  ['POST', '/tasks/lease?numTasks=1001&leaseSecs=60', undefined, 200, 400],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=604801', undefined, 400],
  ['POST', '/tasks/lease?numTasks=1', undefined, 400],
  ['POST', '/tasks/lease?leaseSecs=60', undefined, 400],
  ['POST', '/tasks/lease?numTasks=x&leaseSecs=60', undefined, 400],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=x', undefined, 400],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=-1', undefined, 400],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=60&tag=a', undefined, 400],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=60&groupByTag=false&tag=a', undefined, 400],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=60&groupByTag=true&tag=a', undefined, 200],
  ['POST', '/tasks/lease?numTasks=1&leaseSecs=60&groupByTag=maybe', undefined, 400],
  ['GET', '/tasks/leased', undefined, 200],
  ['GET', '/tasks/unknown', undefined, 400, 404],
  ['PUT', '/tasks/leased', {}, 405],
  ['DELETE', '/tasks/leased', undefined, 204],
  ['DELETE', '/tasks/unknown', undefined, 204],
  ...(['PATCH', 'POST'] as const).flatMap((method): [string, string, object, number, number?][] => [
    [method, '/tasks/leased?newLeaseSeconds=60', {}, 200],
    [method, '/tasks/leased?newLeaseSeconds=0', {}, 200],
    [method, '/tasks/leased', {}, 400],
    [method, '/tasks/leased?newLeaseSeconds=-1', {}, 400],
    [method, '/tasks/leased?newLeaseSeconds=1.5', {}, 400],
    [method, '/tasks/leased?newLeaseSeconds=1000000000', {}, 400],
    [method, '/tasks/unknown?newLeaseSeconds=60', {}, 400, 404],
    [method, '/tasks/free?newLeaseSeconds=60', { id: 'free' }, 400],
    [method, '/tasks/leased?newLeaseSeconds=60', { queueName: 'another' }, 400],
    [method, '/tasks/leased?newLeaseSeconds=60', { id: 'free' }, method === 'POST' ? 400 : 200],
  ]),
];

describe.each(COMPATIBILITIES)('with TASKQUEUE_COMPATIBILITY=%s', (compatibility) => {
  it.each(casesOf(compatibility))('%s %s returns %i', async (method, path, expected, body) => {
    const service = services[compatibility];
    await service.insert({ id: 'leased' }, queue);
    await service.lease('numTasks=1&leaseSecs=60', queue);
    await service.insert({ id: 'free', tag: 'a' }, queue);
    const sent = body && fieldsOf(path, body);
    const { status, headers, text } = await service.send(method, `${PROJECT}/${queue}${path}`, sent);
    expect(status).toBe(expected);
    if (status < 400 || status === 405 || text === '') return;
    expect(headers.get('content-type')).toMatch(
      compatibility === 'strict' ? /^application\/json/ : /^text\/plain/,
    );
  });

  it('has timestamps of its type, payloads in lists or not, and the end of a lease that there is', async () => {
    const service = services[compatibility];
    const isStrict = compatibility === 'strict';
    const type = isStrict ? 'string' : 'number';
    const task = await service.insert({}, queue);
    expect(typeof task.enqueueTimestamp).toBe(type);
    expect(task.leaseTimestamp).toBe(isStrict ? '0' : task.enqueueTimestamp);
    const { body } = await service.send('GET', `${PROJECT}/${queue}/tasks`);
    expect(body.items).toMatchObject([{ payloadBase64: isStrict ? '' : 'aGVsbG8=' }]);
    const { body: counted } = await service.send('GET', `${PROJECT}/${queue}?getStats=1`);
    expect(counted['stats']).toMatchObject({ totalTasks: 1, oldestTask: task.enqueueTimestamp });
    const [leased] = await service.lease('numTasks=1&leaseSecs=60', queue);
    expect(typeof leased?.leaseTimestamp).toBe(type);
    expect(Number(leased?.leaseTimestamp)).toBeGreaterThan(Number(task.enqueueTimestamp));
  });
});

function casesOf(
  compatibility: (typeof COMPATIBILITIES)[number],
): [method: string, path: string, status: number, body: object | undefined][] {
  return CALLS.map(([method, path, body, original, strict = original]) => [
    method,
    path,
    compatibility === 'strict' ? strict : original,
    body,
  ]);
}

/** A body with the fields that the call requires, except for those that a row gives. */
function fieldsOf(path: string, body: object): object {
  const id = /^\/tasks\/(\w+)/.exec(path)?.[1];
  return { queueName: queue, ...(id ? { id } : {}), ...body };
}
