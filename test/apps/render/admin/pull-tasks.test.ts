import { beforeEach, describe, expect, it } from '@jest/globals';
import { describeTasks } from '../../../../src/apps/render/admin/describe-tasks.ts';
import type { OrderForm } from '../../../../src/apps/render/admin/shapes.ts';
import { GENERATORS } from '../../../../src/apps/render/generators/index.ts';
import { leaseTasks } from '../../../../src/apps/render/pull-queues/leases.ts';
import { ensureQueueId } from '../../../../src/apps/render/pull-queues/queues.ts';
import { insertTask } from '../../../../src/apps/render/pull-queues/tasks.ts';
import { failedResult } from '../../../../src/apps/render/rendering/result-payload.ts';
import { storeResultOf, takeForRendering } from '../../../../src/apps/render/rendering/store-result.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';
import { encode, ORDER } from '../rendering/orders.ts';

const admin = shareAdmin(() => ({ INSTALLED_APPS: 'render', RENDER_QUEUES: 'worksheets/orders' }));
const ada = admin.signedIn();

let queueId: string;
let queueNumber = 0;
beforeEach(async () => {
  queueNumber += 1;
  queueId = await ensureQueueId(admin.platform.database, { project: 'p', queue: `q-${queueNumber}` });
});

async function insert(payloadBase64: string, tag = 'task') {
  const task = await insertTask(admin.platform.database, queueId, { payloadBase64, tag, retryCount: 0 });
  if (!task) throw new Error('The task was not stored');
  return task;
}

async function read<T = Record<string, unknown>>(path: string): Promise<T> {
  const response = await ada.get(`/api/apps/render${path}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

describe('the list of queues', () => {
  it('has how many tasks wait, of which tags, and since when', async () => {
    await insert('');
    await insert('', 'result');
    const { rows } = await read<{ rows: object[] }>('/queues');
    expect(rows[0]).toMatchObject({
      id: queueId,
      project: 'p',
      depth: 2,
      orders: 1,
      results: 1,
      isRendered: false,
      oldest: expect.stringMatching(/^2\d{3}-.*Z$/),
    });
  });
});

describe('the list of tasks', () => {
  it('has those of a queue and a tag, with the state of their leases', async () => {
    const order = await insert(encode(ORDER));
    await insert('', 'result');
    await leaseTasks(admin.platform.database, queueId, { count: 1, leaseSeconds: 60 });
    expect(await read(`/tasks?queue=${queueId}`)).toMatchObject({ count: { count: 2 } });
    expect(await read(`/tasks?queue=${queueId}&tag=task`)).toMatchObject({
      rows: [{ id: order.rowId, name: order.id, lease: 'LEASED', retryCount: 1 }],
    });
  });
});

describe('a filter', () => {
  it('finds a queue by its name', async () => {
    const { rowId } = await insert('');
    expect(await read(`/tasks?queue=${encodeURIComponent(`b~p/q-${queueNumber}`)}`)).toMatchObject({
      rows: [{ id: rowId }],
    });
  });

  it.each(['tag=task', 'queue=no/such-queue', 'queue=x', `queue=${crypto.randomUUID()}`])(
    'matches nothing by %s, rather than everything',
    async (query) => {
      const { rowId } = await insert('');
      expect(await read(`/tasks?${query}`)).toMatchObject({ rows: [], count: { count: 0 } });
      const filter = Object.fromEntries(new URLSearchParams(query));
      const deleted = await ada.postJson('/api/apps/render/matching/pull-tasks/delete', { filter });
      expect(deleted.status).toBe(200);
      expect(await read(`/tasks/${rowId}`)).toMatchObject({ id: rowId });
    },
  );
});

describe('the page of a task', () => {
  it('has its payload decoded', async () => {
    const { rowId } = await insert(encode(ORDER));
    expect(await read(`/tasks/${rowId}`)).toMatchObject({
      payload: ORDER,
      hasDocument: false,
      lease: 'FREE',
    });
    const broken = await insert('no base64!');
    expect(await read(`/tasks/${broken.rowId}`)).toMatchObject({ payload: null, payloadStart: 'no base64!' });
  });

  it.each([
    ['is large', `{"text":"${'x'.repeat(200_000)}"}`],
    ['is deep', `{"list":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('shows the beginning of a payload that %s', async (_how, json) => {
    const { rowId } = await insert(Buffer.from(json).toString('base64'));
    const shown = { payload: null, payloadStart: json.slice(0, 2_000) };
    expect(await read(`/tasks/${rowId}`)).toMatchObject(shown);
  });

  it('shows the PDF of a result, in a frame of the site alone', async () => {
    const document = Buffer.from('%PDF-1.4 …').toString('base64');
    const { rowId } = await insert(
      encode({ kind: 'result#document', filename: 'ō.pdf', document }),
      'result',
    );
    expect(await read(`/tasks/${rowId}`)).toMatchObject({
      hasDocument: true,
      payload: { document: '(the PDF, in base64)' },
    });
    const response = await ada.get(`/api/apps/render/tasks/${rowId}/document.pdf`);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'self'");
    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(await response.text()).toBe('%PDF-1.4 …');
  });

  it('shows nothing as a PDF that is none', async () => {
    const document = Buffer.from('<script>').toString('base64');
    const { rowId } = await insert(encode({ kind: 'result#document', document }), 'result');
    expect(await read(`/tasks/${rowId}`)).toMatchObject({ hasDocument: false });
    expect((await ada.get(`/api/apps/render/tasks/${rowId}/document.pdf`)).status).toBe(404);
    expect((await ada.get('/api/apps/render/tasks/x')).status).toBe(404);
  });
});

describe('an operator', () => {
  it('releases and deletes tasks', async () => {
    const { rowId } = await insert('');
    await leaseTasks(admin.platform.database, queueId, { count: 1, leaseSeconds: 60 });
    const act = (action: string) =>
      ada.postJson(`/api/apps/render/actions/pull-tasks/${action}`, { ids: [rowId] });
    expect((await act('release')).status).toBe(200);
    expect(await read(`/tasks/${rowId}`)).toMatchObject({ lease: 'FREE' });
    expect((await act('delete')).status).toBe(200);
    expect((await ada.get(`/api/apps/render/tasks/${rowId}`)).status).toBe(404);
  });
});

describe('an operator who orders a worksheet', () => {
  const INPUT = {
    view: 'piano_keys',
    paperSize: 'a4',
    language: 'de',
    colourMode: 'bw',
    copies: 2,
    resourceName: 'Kīpatapata',
    headerText: 'Room 5',
  };

  /** The form, and its input with the first value of each option. */
  async function fillForm() {
    const form = await read<OrderForm>('/order-form');
    const options = Object.fromEntries(
      form.worksheets
        .find(({ view }) => view === INPUT.view)
        ?.options.map(({ name, choices }) => [name, choices[0]?.value]) ?? [],
    );
    return { queueIds: form.queues.map(({ id }) => id), input: { ...INPUT, options } };
  }
  const order = (ids: readonly string[], input: object) =>
    ada.postJson('/api/apps/render/actions/pull-queues/order', { ids, ...input });

  it('has a form with the options of every worksheet', async () => {
    const form = await read<OrderForm>('/order-form');
    expect(form.queues).toMatchObject([{ name: 'worksheets/orders' }]);
    expect(form.worksheets.map(({ view }) => view)).toEqual(GENERATORS.map(({ view }) => view));
    expect(form.worksheets.find(({ view }) => view === 'train_stations')?.options).toEqual(
      expect.arrayContaining([
        {
          name: 'tracks',
          label: 'Tracks',
          choices: [
            { value: 'circular', label: 'Circular' },
            { value: 'twisted', label: 'Twisted' },
          ],
        },
      ]),
    );
  });

  it('gets an order like that of a client, and its rendering', async () => {
    const { queueIds, input } = await fillForm();
    const response = await order(queueIds, input);
    expect(response.status).toBe(200);
    const { created }: { created: string } = JSON.parse(await response.text());
    expect(await read(`/tasks/${created}`)).toMatchObject({
      queue: 'orders',
      tag: 'task',
      isRendered: true,
      payload: {
        kind: 'task#render',
        resource_view: 'piano_keys',
        resource_name: 'Kīpatapata',
        copies: 2,
        ...input.options,
      },
    });
    expect(JSON.stringify(await admin.platform.database('pgboss.job').pluck('data'))).toContain(created);
  });

  it.each([
    [{ copies: 0 }, /copies must be/],
    [{ copies: '2' }, /copies must be/],
    [{ view: 'nothing' }, /no such worksheet/],
    [{ resourceName: ' ' }, /name is required/],
    [{ paperSize: 'a3' }, /paper_size must be/],
    [{ language: 'tlh' }, /language must be/],
    [{ options: { colour: 'mauve-ish' } }, /colour/],
    [{ options: { kind: 'x' } }, /missing/],
  ])('is told at once what could not be rendered: %j', async (wrong, reason) => {
    const { queueIds, input } = await fillForm();
    const response = await order(queueIds, { ...input, ...wrong });
    expect([response.status, await response.json()]).toEqual([
      409,
      { detail: expect.stringMatching(reason) },
    ]);
  });

  it('cannot order in a queue that is not rendered', async () => {
    const { input } = await fillForm();
    expect((await order([queueId], input)).status).toBe(409);
  });

  it('sees the result under the address of the order, once that is rendered', async () => {
    const { queueIds, input } = await fillForm();
    const { created }: { created: string } = JSON.parse(await (await order(queueIds, input)).text());
    const { database } = admin.platform;
    const renderTaskId = crypto.randomUUID();
    await takeForRendering(database, { rowId: created, renderTaskId }, 60);
    expect(await read(`/tasks/${created}`)).toMatchObject({ lease: 'RENDERING', renderedBy: renderTaskId });
    const taskArguments = [{ id: renderTaskId, func: 'render.render', args: { rowId: created } }];
    const context = { platform: admin.platform, queue: admin.queue };
    await storeResultOf(database, { rowId: created, renderTaskId }, (task) =>
      failedResult({ taskId: task.id, error: 'The paper is gone.' }),
    );
    const result = await read<{ id: string }>(`/tasks/${created}`);
    expect(result).toMatchObject({ tag: 'result', isRendered: false, error: 'The paper is gone.' });
    const described = await describeTasks(context, taskArguments);
    expect(described.get(renderTaskId)?.path).toBe(`/resources/pull-tasks/records/${result.id}/show`);
  });
});

describe('a viewer', () => {
  const victor = admin.signedIn('victor', 'viewer');

  it('cannot order', async () => {
    const response = await victor.postJson('/api/apps/render/actions/pull-queues/order', { ids: [queueId] });
    expect(response.status).toBe(403);
  });
});
