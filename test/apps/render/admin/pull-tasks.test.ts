import { beforeEach, describe, expect, it } from '@jest/globals';
import { leaseTasks } from '../../../../src/apps/render/pull-queues/leases.ts';
import { ensureQueueId } from '../../../../src/apps/render/pull-queues/queues.ts';
import { insertTask } from '../../../../src/apps/render/pull-queues/tasks.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';
import { encode, ORDER } from '../rendering/orders.ts';

const admin = shareAdmin(() => ({ INSTALLED_APPS: 'render' }));
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
  it('has how many tasks wait, and since when', async () => {
    await insert('');
    await insert('');
    const { rows } = await read<{ rows: object[] }>('/queues');
    expect(rows[0]).toMatchObject({
      id: queueId,
      project: 'p',
      depth: 2,
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
