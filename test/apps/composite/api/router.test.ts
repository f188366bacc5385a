import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import type { CollectionBody } from '../../../../src/apps/composite/api/collections.ts';
import { processMember } from '../../../../src/apps/composite/tasks.ts';
import { type ApiServer, CUSTOMER, collectionOf, startApi } from '../../../support/api-server.ts';
import { callsTo } from './api-calls.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}';
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const FORBIDDEN = { detail: 'You do not have permission to perform this action.' };

let api: ApiServer;
beforeAll(async () => {
  api = await startApi({ DLCS_TIMEOUT: '4' });
});
afterAll(() => api.stop());
afterEach(() => api.dlcs.clearFailures());

const { post, get, submit } = callsTo(() => api);

describe('POST /customers/{customer}/queue/priority', () => {
  it('accepts a collection that goes first, and says so from then on', async () => {
    const response = await fetch(`${api.url}/customers/${CUSTOMER}/queue/priority`, {
      method: 'POST',
      headers: api.headers,
      body: JSON.stringify(collectionOf({})),
    });
    expect(response.status).toBe(202);
    const body = (await response.json()) as CollectionBody;
    expect(Object.keys(body)).toEqual(['id', 'priority', 'members']);
    expect(body).toMatchObject({ priority: true, members: [{ status: 'PENDING' }] });
    expect(await (await get(body.id)).json()).toEqual(body);
    expect(await queueOf(api, body)).toBe('composite');
  });

  it('refuses the same as the queue does', async () => {
    const url = `${api.url}/customers/${CUSTOMER}/queue/priority`;
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(url, { method: 'POST' })).status).toBe(403);
    expect((await fetch(url, { method: 'POST', headers: api.headers, body: '{}' })).status).toBe(400);
  });

  it('has its tasks in PRIORITY_QUEUE_NAME, where that is set', async () => {
    const other = await startApi({ PRIORITY_QUEUE_NAME: 'urgent' });
    try {
      const send = async (path: string) => {
        const response = await fetch(`${other.url}/customers/${CUSTOMER}/${path}`, {
          method: 'POST',
          headers: other.headers,
          body: JSON.stringify(collectionOf({})),
        });
        return (await response.json()) as CollectionBody;
      };
      expect(await queueOf(other, await send('queue/priority'))).toBe('urgent');
      expect(await queueOf(other, await send('queue'))).toBe('composite');
    } finally {
      await other.stop();
    }
  });

  /** The queue that the task of the first member is in. */
  async function queueOf(server: ApiServer, body: CollectionBody): Promise<string> {
    const id = body.members[0]?.id.split('/').at(-1) ?? '';
    const { rows } = await server.platform.database.raw(
      'SELECT name FROM pgboss.job JOIN composite.members ON members.task_id = job.id WHERE members.id = ?',
      [id],
    );
    return rows[0].name;
  }
});

describe('POST /customers/{customer}/queue', () => {
  it('accepts a collection that does not go first', async () => {
    expect(await submit({})).toMatchObject({ priority: false });
  });

  it('accepts a collection, stores it, and queues a task for each member', async () => {
    const before = await counts();
    const response = await post(collectionOf({}, { id: 'b' }, { id: 'c' }));
    expect(response.status).toBe(202);
    expect(response.headers.get('content-type')).toBe('application/json');
    const body = (await response.json()) as CollectionBody;
    expect(body.id).toMatch(new RegExp(`^https://composites\\.example\\.org/collections/${UUID}$`));
    expect(body.members).toHaveLength(3);
    for (const member of body.members) {
      expect(member).toEqual({
        id: expect.stringMatching(new RegExp(`^${body.id}/members/${UUID}$`)),
        status: 'PENDING',
        created: expect.stringMatching(TIMESTAMP),
        last_updated: expect.stringMatching(TIMESTAMP),
      });
    }
    const after = await counts();
    expect([after.collections - before.collections, after.members - before.members]).toEqual([1, 3]);
    expect(after.queued - before.queued).toBe(3);
  });

  it('queues the task that the member names, and no credentials in clear', async () => {
    const body = await submit({ id: 'x' });
    const memberId = body.members[0]?.id.split('/').at(-1);
    const member = await api.platform.database('composite.members').first('task_id').where({ id: memberId });
    const { rows } = await api.platform.database.raw('SELECT data::text FROM pgboss.job WHERE id = ?', [
      member?.task_id,
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0].data).toContain('composite.process_member');
    expect(rows[0].data).toContain(memberId);
    const credentials = (api.headers['authorization'] ?? '').replace('Basic ', '');
    expect(rows[0].data).not.toContain(credentials);
  });

  it('answers as it was accepted, however fast a worker is', async () => {
    await api.platform.database.raw(`
      CREATE FUNCTION start_at_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN UPDATE composite.members SET status = 'FETCHING_ORIGIN' WHERE id = NEW.id; RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER start_at_once AFTER INSERT ON composite.members DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION start_at_once();
    `);
    try {
      const body = await submit({}, {});
      expect(body.members.map(({ status }) => status)).toEqual(['PENDING', 'PENDING']);
      const read = (await (await get(body.id)).json()) as CollectionBody;
      expect(read.members.map(({ status }) => status)).toEqual(['FETCHING_ORIGIN', 'FETCHING_ORIGIN']);
    } finally {
      await api.platform.database.raw(
        'DROP TRIGGER start_at_once ON composite.members; DROP FUNCTION start_at_once;',
      );
    }
  });

  it('stores the origin without its credentials, which are sealed, and finds no word of them', async () => {
    const { members } = await submit(
      { origin: 'https://user:sesame@example.org/a.pdf?X-Amz-Signature=f00baa&part=2' },
      { origin: 'https://example.org/b c.pdf' },
    );
    const { rows } = await api.platform.database.raw(
      'SELECT composite, sealed_origin, members::text AS row FROM composite.members WHERE id = ANY(?) ORDER BY position',
      [members.map(({ id }) => id.split('/').at(-1) ?? '')],
    );
    expect(rows[0].composite.origin).toBe('https://***@example.org/a.pdf?X-Amz-Signature=***&part=***');
    expect(rows[0].row).not.toMatch(/sesame|f00baa/);
    expect(rows[0].sealed_origin).toMatch(/^[\w-]+$/);
    expect(rows[1]).toMatchObject({
      composite: { origin: 'https://example.org/b c.pdf' },
      sealed_origin: null,
    });
    expect(api.log.lines.join('')).not.toMatch(/sesame|f00baa/);
  });

  it('keeps the order of a thousand members, and what each holds', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `book-${index}-{:03d}`);
    const body = (await (
      await post(collectionOf(...ids.map((id) => ({ id, textType: 'alto' }))))
    ).json()) as CollectionBody;
    const read = (await (await get(body.id)).json()) as CollectionBody;
    expect(read).toEqual(body);
    const rows = await api.platform
      .database('composite.members')
      .select('id', 'composite')
      .where({ collection_id: body.id.split('/').at(-1) });
    const composites = new Map(rows.map((row) => [row.id, row.composite]));
    const inOrder = body.members.map((member) => composites.get(member.id.split('/').at(-1)));
    expect(inOrder.map((composite) => composite.id)).toEqual(ids);
    expect(inOrder[0]).toEqual({
      '@type': 'vocab:Composite',
      id: 'book-0-{:03d}',
      space: 1,
      origin: 'https://example.org/my.pdf',
      incrementSeed: 1,
      textType: 'alto',
    });
  });

  it.each(['application/ld+json', 'application/json; charset=utf-8'])('takes %s', async (mediaType) => {
    const response = await post(collectionOf({}), { 'content-type': mediaType });
    expect(response.status).toBe(202);
  });

  it('takes the path with a slash at its end', async () => {
    const response = await fetch(`${api.url}/customers/${CUSTOMER}/queue/`, {
      method: 'POST',
      headers: api.headers,
      body: JSON.stringify(collectionOf({})),
    });
    expect(response.status).toBe(202);
  });

  it('names every fault of a body that does not fit with 400, and stores nothing of it', async () => {
    const before = await counts();
    const response = await post(collectionOf({}, { space: 'x', id: 1 }, { id: '{1}' }));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      json_data: [
        'member/1/id must be string',
        'member/1/space must be integer',
        'member/2/id must be a format string for one number: the field {1} at character 1 is neither {} nor {0}; the number of the page is all there is',
      ],
    });
    expect(await counts()).toEqual(before);
  });

  it.each([
    ['cut off', '{"@context": "http'],
    ['no JSON', 'hello'],
  ])('answers 400 to a body that is %s', async (_what, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ detail: expect.stringMatching(/^JSON parse error: /) });
  });

  it('answers 400 to no body', async () => {
    const response = await fetch(`${api.url}/customers/${CUSTOMER}/queue`, {
      method: 'POST',
      headers: api.headers,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty('json_data');
  });

  it('answers 403 without an Authorization, and to one that the DLCS does not know, whatever the body', async () => {
    const before = await counts();
    const { authorization: _, ...anonymous } = api.headers;
    const responses = await Promise.all(
      [anonymous, { ...api.headers, authorization: 'Basic d3Jvbmc6d3Jvbmc=' }].map((headers) =>
        fetch(`${api.url}/customers/${CUSTOMER}/queue`, { method: 'POST', headers, body: 'no JSON' }),
      ),
    );
    for (const response of responses) {
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual(FORBIDDEN);
    }
    expect(await counts()).toEqual(before);
  });

  it('answers 403 to who may act for another customer alone', async () => {
    const response = await fetch(`${api.url}/customers/${CUSTOMER + 1}/queue`, {
      method: 'POST',
      headers: api.headers,
      body: JSON.stringify(collectionOf({})),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual(FORBIDDEN);
  });

  it.each(['abc', '-1', '1.5', '2147483648', '5x', '%00', '%zz'])(
    'answers 404 to the customer %s',
    async (customer) => {
      const response = await fetch(`${api.url}/customers/${customer}/queue`, {
        method: 'POST',
        headers: api.headers,
        body: '{}',
      });
      expect(response.status).toBe(404);
    },
  );

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('answers 405 to %s', async (method) => {
    const response = await fetch(`${api.url}/customers/${CUSTOMER}/queue`, { method, headers: api.headers });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await response.json()).toEqual({ detail: `Method "${method}" not allowed.` });
  });

  it('answers 413 to more than 5 MiB, whether the body says its length or not', async () => {
    const before = await counts();
    const fits = JSON.stringify(collectionOf({ notes: '' }));
    const tooLarge = JSON.stringify(collectionOf({ notes: 'x'.repeat(5 * 1024 ** 2 - fits.length + 1) }));
    const declared = await post(tooLarge);
    expect(declared.status).toBe(413);
    expect(await declared.json()).toEqual({ detail: 'The body is larger than 5242880 bytes.' });
    const chunked = await fetch(`${api.url}/customers/${CUSTOMER}/queue`, {
      method: 'POST',
      headers: api.headers,
      body: new Blob([tooLarge]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
    expect(await counts()).toEqual(before);
    expect((await post(tooLarge.replace('xx', 'x'))).status).toBe(202);
  });

  it('counts a packed body by what it unpacks to, and tells one that cannot be read', async () => {
    const before = await counts();
    const [fits, bomb] = [JSON.stringify(collectionOf({})), ' '.repeat(50 * 1024 ** 2)];
    const send = async (body: NonNullable<RequestInit['body']>, headers: Record<string, string>) =>
      (
        await fetch(`${api.url}/customers/${CUSTOMER}/queue`, {
          method: 'POST',
          headers: { ...api.headers, ...headers },
          body,
        })
      ).status;
    expect(await send(gzipSync(bomb), { 'content-encoding': 'gzip' })).toBe(413);
    expect(await send('no gzip', { 'content-encoding': 'gzip' })).toBe(400);
    expect(await send(fits, { 'content-encoding': 'compress' })).toBe(415);
    expect(await send(fits, { 'content-type': 'application/json; charset=martian' })).toBe(415);
    expect(await counts()).toEqual(before);
    expect(await send(gzipSync(fits), { 'content-encoding': 'gzip' })).toBe(202);
  });

  it('passes numbers on with all of their digits', async () => {
    const numbers =
      '"serial": 12345678901234567890, "deep": {"n": [9007199254740993, -0.12345678901234567890]}';
    const plain = JSON.stringify(collectionOf({ maxUnauthorised: 1 }));
    const body = plain.replace('"maxUnauthorised":1', `"maxUnauthorised":9007199254740995,${numbers}`);
    const response = await post(body);
    expect(response.status).toBe(202);
    const [member] = ((await response.json()) as CollectionBody).members;
    const { rows } = await api.platform.database.raw(
      "SELECT composite ->> 'serial' AS serial, composite ->> 'maxUnauthorised' AS maximum, composite #>> '{deep,n}' AS deep FROM composite.members WHERE id = ?",
      [member?.id.split('/').at(-1) ?? ''],
    );
    expect(rows).toEqual([
      {
        serial: '12345678901234567890',
        maximum: '9007199254740995',
        deep: '[9007199254740993, -0.12345678901234567890]',
      },
    ]);
  });

  it.each([
    ['too large for a double', '1e400', 'must be a number that a double can hold'],
    ['too small for a double', '1e-400', 'must be a number that a double can hold'],
    ['of 1,002 characters', `0.${'1'.repeat(1_000)}`, 'must be a number of at most 1000 characters'],
  ])('answers 400 to a number %s', async (_what, number, fault) => {
    const response = await post(
      JSON.stringify(collectionOf({ notes: 1 })).replace('"notes":1', `"notes":${number}`),
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ json_data: [`member/0/notes ${fault}`] });
  });

  it.each([
    ['utf8', 'utf8'],
    ['UTF-8', 'utf8'],
    ['iso-8859-1', 'latin1'],
    ['latin1', 'latin1'],
    ['"utf-16le"', 'utf16le'],
  ] as const)('decodes the charset %s', async (charset, encoding) => {
    const bytes = Buffer.from(JSON.stringify(collectionOf({ notes: 'é' })), encoding);
    const response = await post(bytes, { 'content-type': `application/json; charset=${charset}` });
    expect(response.status).toBe(202);
    const [member] = ((await response.json()) as CollectionBody).members;
    const row = await api.platform
      .database('composite.members')
      .where({ id: member?.id.split('/').at(-1) ?? '' })
      .first('composite');
    expect(row?.composite.notes).toBe('é');
  });

  it.each([
    ['that is no UTF-8', Buffer.from([0xe9]), 'application/json', 'The body is not valid UTF-8.'],
    [
      'with half of a character',
      Buffer.from([0xf0, 0x9f]),
      'application/json',
      'The body is not valid UTF-8.',
    ],
    [
      'that is no ASCII',
      Buffer.from('é'),
      'application/json; charset=us-ascii',
      'The body is not valid US-ASCII.',
    ],
  ])('answers 400 to a body %s, and stores nothing', async (_what, bytes, mediaType, detail) => {
    const before = await counts();
    const [start, end] = JSON.stringify(collectionOf({ notes: 'X' })).split('X');
    const body = Buffer.concat([Buffer.from(start ?? ''), bytes, Buffer.from(end ?? '')]);
    const response = await post(body, { 'content-type': mediaType });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ detail });
    expect(await counts()).toEqual(before);
  });

  it.each(['martian', 'utf-7', 'iso-8859-5'])('answers 415 to the charset %s', async (charset) => {
    const response = await post('{}', { 'content-type': `application/json; charset=${charset}` });
    expect(response.status).toBe(415);
    expect(await response.json()).toEqual({
      detail: `Unsupported charset "${charset}" in request; send the body in UTF-8.`,
    });
  });

  it('skips a byte order mark', async () => {
    expect((await post(`\uFEFF${JSON.stringify(collectionOf({}))}`)).status).toBe(202);
  });

  it('answers 400 to a name that an object has twice', async () => {
    const body = JSON.stringify(collectionOf({ space: 1 })).replace('"space":1', '"space":1,"space":1');
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      detail: `JSON parse error: an object has the name "space" twice, at character ${body.lastIndexOf('"space"') + 1}`,
    });
  });

  it.each([
    ['wide fields', '{0:1000}'.repeat(65), 'make more than 16777216 characters'],
    ['wide groups of digits', '{0:01000_b}'.repeat(65), 'make more than 16777216 characters'],
    ['many fields', '{0}'.repeat(5_000), 'have more than 200000 fields'],
  ])('answers 400 to 5 MiB of format strings with %s', async (_what, format, fault) => {
    const fields = { string1: format, string2: format, string3: format, text: format };
    const memberBytes = JSON.stringify(collectionOf(fields)).length;
    const count = Math.floor((5 * 1024 ** 2) / memberBytes);
    const response = await post(collectionOf(...new Array<object>(count).fill(fields)));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      json_data: [`the format strings ${fault}; submit the members in smaller collections`],
    });
  });

  it('refuses by its length a body that has not been sent yet', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${api.url}/customers/${CUSTOMER}/queue`, {
        method: 'POST',
        headers: { ...api.headers, 'content-length': String(6 * 1024 ** 2) },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x'])(
    'answers 415 to %s',
    async (mediaType) => {
      const response = await post('x', { 'content-type': mediaType });
      expect(response.status).toBe(415);
      expect(await response.json()).toEqual({
        detail: `Unsupported media type "${mediaType}" in request; send application/json or application/ld+json.`,
      });
    },
  );

  it.each([
    ['answers 500', { route: 'customer', status: 500, body: 'out of order' }, /answered 500 .*out of order/],
    ['answers 302', { route: 'customer', status: 302 }, /answered 302/],
    ['cuts the connection', { route: 'customer', drop: true, times: 10 }, /did not answer/],
    ['does not answer in time', { route: 'customer', hang: true, times: 10 }, /within 4 seconds/],
  ] as const)('answers 502 where the DLCS %s, and stores nothing', async (_what, failure, message) => {
    const before = await counts();
    api.dlcs.fail(failure);
    const response = await post(collectionOf({}));
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ detail: expect.stringMatching(message) });
    expect(await counts()).toEqual(before);
  });

  it('stores nothing where the tasks cannot be queued', async () => {
    const before = await counts();
    await api.platform.database.raw('ALTER TABLE pgboss.queue RENAME TO queue_away');
    await api.platform.database.raw('ALTER TABLE pgboss.job RENAME TO job_away');
    try {
      const response = await post(collectionOf({}, {}));
      expect(response.status).toBe(500);
    } finally {
      await api.platform.database.raw('ALTER TABLE pgboss.job_away RENAME TO job');
      await api.platform.database.raw('ALTER TABLE pgboss.queue_away RENAME TO queue');
    }
    expect(await counts()).toEqual(before);
    expect((await post(collectionOf({}))).status).toBe(202);
  });

  it('gives the task of each member its customer as the fairness key', async () => {
    const { members } = await submit({}, {});
    const ids = members.map(({ id }) => id.split('/').at(-1) ?? '');
    const taskIds = await api.platform.database('composite.members').whereIn('id', ids).pluck('task_id');
    const queued = await api.queue.queuedTasks({ ids: taskIds, limit: 9, offset: 0 });
    expect(queued.map(({ options }) => options.fairnessKey)).toEqual(Array(2).fill(`customer ${CUSTOMER}`));
  });

  it('answers 429 to a customer with too many members waiting, and says when to try again', async () => {
    const own = await startApi({ COMPOSITE_MAX_WAITING_MEMBERS: '3' });
    const { database } = own.platform;
    const send = (body: string) =>
      fetch(`${own.url}/customers/${CUSTOMER}/queue`, { method: 'POST', headers: own.headers, body });
    const sendMembers = (count: number) => send(JSON.stringify(collectionOf(...Array(count).fill({}))));
    try {
      await own.queue.asyncTasks(
        processMember,
        Array.from({ length: 9 }, () => ({
          args: { memberId: randomUUID(), authorization: 'x' },
          options: { fairnessKey: 'customer 6' },
        })),
      );
      expect((await sendMembers(2)).status).toBe(202);
      // Two wait, so that there is room for another collection, however large that is.
      expect((await sendMembers(4)).status).toBe(202);
      const refused = await sendMembers(1);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('60');
      expect(await refused.json()).toEqual({
        detail:
          'Customer 5 has 3 members waiting, or more, and cannot submit others yet. Try again in 60 seconds.',
      });
      // Before the body is looked at.
      expect((await send('rubbish')).status).toBe(429);
      expect(await database('composite.members')).toHaveLength(6);
      // 60 tasks in ten minutes, and four have to go.
      await database('queue.task_counts').insert({
        queue: 'composite',
        minute: database.raw(`date_trunc('minute', now())`),
        engine_id: randomUUID(),
        successes: 60,
      });
      expect((await sendMembers(1)).headers.get('retry-after')).toBe('40');
      const taskIds = await database('composite.members').orderBy('created').limit(4).pluck('task_id');
      await own.queue.deleteQueuedTasks(taskIds);
      expect((await sendMembers(1)).status).toBe(202);
    } finally {
      await own.stop();
    }
  });

  it('answers 429 to an address that guesses credentials, and asks the DLCS about no more of them', async () => {
    const asked: unknown[] = [];
    const dlcs = await listenLocally((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    const own = await startApi({ DLCS_API_ROOT: dlcs.url, DLCS_MAX_REFUSALS: '3' });
    try {
      const send = (authorization: string) =>
        fetch(`${own.url}/customers/${CUSTOMER}/queue`, {
          method: 'POST',
          headers: { ...api.headers, authorization },
          body: '{}',
        });
      for (const guess of ['1', '1', '2', '3']) expect((await send(guess)).status).toBe(403);
      const limited = await send('4');
      expect(limited.status).toBe(429);
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await limited.json()).toEqual({ detail: expect.stringContaining('Too many wrong credentials') });
      expect(asked).toEqual(['1', '2', '3']);
    } finally {
      await own.stop();
      await dlcs.close();
    }
  });

  it('asks the DLCS with the credentials as they came', async () => {
    const asked: unknown[] = [];
    const dlcs = await listenLocally(({ method, url, headers }, response) => {
      asked.push([method, url, headers.authorization, headers['content-type']]);
      response.end('{}');
    });
    const own = await startApi({ DLCS_API_ROOT: `${dlcs.url}/api/` });
    try {
      const response = await fetch(`${own.url}/customers/${CUSTOMER}/queue`, {
        method: 'POST',
        headers: { ...api.headers, authorization: 'Digest  odd="é", x=1' },
        body: JSON.stringify(collectionOf({})),
      });
      expect(response.status).toBe(202);
      expect(asked).toEqual([['GET', '/api/customers/5', 'Digest  odd="é", x=1', 'application/json']]);
    } finally {
      await own.stop();
      await dlcs.close();
    }
  });
});

describe('the log', () => {
  it('has one line for each request with its id, and no credentials', async () => {
    const response = await post(collectionOf({}), { 'x-request-id': 'from-the-proxy' });
    expect(response.headers.get('x-request-id')).toBe('from-the-proxy');
    const lines = api.log.events().filter(({ requestId }) => requestId === 'from-the-proxy');
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'request', method: 'POST', path: '/customers/5/queue', status: 202 }),
    );
    const written = api.log.lines.join('');
    expect(written).not.toContain((api.headers['authorization'] ?? '').replace('Basic ', ''));
    expect(written).not.toContain('d3Jvbmc6d3Jvbmc=');
  });
});

async function counts(): Promise<{ collections: number; members: number; queued: number }> {
  const { rows } = await api.platform.database.raw(
    'SELECT (SELECT count(*) FROM composite.collections)::integer AS collections, (SELECT count(*) FROM composite.members)::integer AS members',
  );
  return { ...rows[0], queued: await api.queue.queueSize() };
}
