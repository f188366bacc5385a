import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { describeTasks } from '../../../../src/apps/ingestion/admin/describe-tasks.ts';
import { ingestionSearch } from '../../../../src/apps/ingestion/admin/search.ts';
import type { RefreshDetail, RefreshRow, RequestForm } from '../../../../src/apps/ingestion/admin/shapes.ts';
import { hexadecimalId } from '../../../../src/apps/ingestion/refreshes/request-refresh.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';

const admin = shareAdmin(() => ({ INSTALLED_APPS: 'ingestion' }));
const ada = admin.signedIn();
const victor = admin.signedIn('victor', 'viewer');

const ACTIONS = '/api/apps/ingestion/actions/refreshes';

async function read<T>(path: string): Promise<T> {
  const response = await ada.get(`/api/apps/ingestion${path}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Requests something under a new id; returns the id. */
async function request(body: object): Promise<string> {
  const { id } = await read<RequestForm>('/request-form');
  const response = await ada.postJson(`${ACTIONS}/request`, { ids: [id], ...body });
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ created: id })]);
  return id;
}

describe('a request', () => {
  it('is stored with who made it, and its first step is enqueued', async () => {
    const id = await request({ action: 'INGEST_UPSTREAM', model: 'image', index_suffix: 'spring' });
    const refresh = await read<RefreshDetail>(`/refreshes/${id}`);
    expect(refresh).toMatchObject({
      model: 'image',
      state: 'queued',
      indexSuffix: 'spring',
      requestedBy: 'ada',
      steps: [{ name: 'copy', taskId: expect.any(String) }, {}, {}, {}],
      waitsFor: null,
    });
    const second = await request({ action: 'REINDEX', model: 'image' });
    expect(await read<RefreshDetail>(`/refreshes/${second}`)).toMatchObject({ waitsFor: id, admitted: null });
  });

  it('makes one refresh, however often its form is sent', async () => {
    const { id } = await read<RequestForm>('/request-form');
    const body = { ids: [id], action: 'INGEST_UPSTREAM', model: 'audio', index_suffix: '' };
    const responses = [
      await ada.postJson(`${ACTIONS}/request`, body),
      await ada.postJson(`${ACTIONS}/request`, body),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    expect(await admin.platform.database('ingestion.refreshes').where({ model: 'audio' })).toMatchObject([
      { id, index_suffix: hexadecimalId(id) },
    ]);
  });

  it.each([
    [{ action: 'PROMOTE', model: 'image', index_suffix: 'spring' }, /must have required property 'alias'/],
    [{ action: 'POINT_ALIAS', model: 'image', index_suffix: 'a', alias: '*' }, /cannot be the name/],
    [{ action: 'REINDEX', model: 'video' }, /must be equal to one of the allowed values/],
    [{ action: 'DELETE_INDEX', model: 'image', alias: 'image-main' }, /force_delete/],
  ])('is refused where it does not fit: %j', async (body, reason) => {
    const response = await ada.postJson(`${ACTIONS}/request`, { ids: [randomUUID()], ...body });
    expect([response.status, await response.json()]).toEqual([
      409,
      { detail: expect.stringMatching(reason) },
    ]);
  });

  it('is for operators alone', async () => {
    const body = { ids: [randomUUID()], action: 'REINDEX', model: 'image' };
    expect((await victor.postJson(`${ACTIONS}/request`, body)).status).toBe(403);
  });
});

describe('a cancellation', () => {
  it('ends the refresh at once, and says which ones had ended before', async () => {
    const id = await request({ action: 'INGEST_UPSTREAM', model: 'audio', index_suffix: 'cancelled' });
    const cancel = async () => (await ada.postJson(`${ACTIONS}/cancel`, { ids: [id] })).json();
    expect(await cancel()).toMatchObject({ message: 'Cancelled 1 refresh.' });
    expect(await read<RefreshDetail>(`/refreshes/${id}`)).toMatchObject({
      state: 'cancelled',
      cancelledBy: 'ada',
    });
    expect(await cancel()).toMatchObject({ message: expect.stringContaining('Others have ended') });
  });
});

describe('the lists', () => {
  it('narrow refreshes by model and state', async () => {
    await request({ action: 'ROLL_BACK', model: 'audio' });
    const { rows } = await read<{ rows: RefreshRow[] }>('/refreshes?model=audio&state=cancelled');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ model, state }) => model !== 'audio' || state !== 'cancelled')).toEqual([]);
    expect(await read('/refreshes?model=no-model')).toMatchObject({ rows: [], next: null });
  });

  it('have slices and failed rows page by page, in their order', async () => {
    const id = await request({ action: 'REINDEX', model: 'image', index_suffix: 'sliced' });
    const { database } = admin.platform;
    await database('ingestion.slices').insert(
      Array.from({ length: 30 }, (_, number) => ({
        refresh_id: id,
        number,
        first_id: -5 + number * 10,
        last_id: 4 + number * 10,
        state: number < 28 ? 'done' : 'waiting',
      })),
    );
    await database('ingestion.document_errors').insert(
      Array.from({ length: 26 }, (_, at) => ({
        refresh_id: id,
        row_id: at - 3,
        slice_number: 0,
        reason: 'no',
      })),
    );
    const slices = `/refreshes/${id}/slices`;
    const first = await read<{ rows: object[] }>(slices);
    expect([first.rows.length, first]).toEqual([25, expect.objectContaining({ next: '24' })]);
    expect(await read(`${slices}?page=24`)).toMatchObject({
      rows: [{ id: '25' }, {}, {}, {}, {}],
      next: null,
    });
    expect(await read(`${slices}?unfinished=yes`)).toMatchObject({ rows: [{ id: '28' }, { id: '29' }] });
    expect(await read(`/refreshes/${id}/failed-rows?page=20`)).toMatchObject({
      rows: [{ id: '21' }, { id: '22' }],
    });
    expect(await read(`/refreshes/${id}/failed-rows?page=nonsense`)).toMatchObject({ next: '21' });
    expect(await read<RefreshDetail>(`/refreshes/${id}`)).toMatchObject({
      slices: { done: 28, waiting: 2, failed: 0 },
      hasFailedRows: true,
    });
  });

  it('have no such refresh', async () => {
    expect((await ada.get(`/api/apps/ingestion/refreshes/${randomUUID()}`)).status).toBe(404);
    expect((await ada.get('/api/apps/ingestion/refreshes/nonsense')).status).toBe(404);
  });
});

describe('a refresh', () => {
  it('describes its tasks, and is found by its id in either form', async () => {
    const id = await request({ action: 'REINDEX', model: 'image', index_suffix: 'found' });
    const context = { platform: admin.platform, queue: admin.queue };
    const task = { id: randomUUID(), func: 'ingestion.index_slice', args: { refreshId: id, number: 7 } };
    const other = { id: randomUUID(), func: 'ingestion.other', args: {} };
    expect(await describeTasks(context, [task, other])).toEqual(
      new Map([
        [
          task.id,
          {
            title: 'Reindex: image',
            subtitle: 'image-found, slice 7',
            path: `/resources/refreshes/records/${id}/show`,
          },
        ],
      ]),
    );
    const upkeep = ['send_notices', 'watch', 'tidy', 'refresh_model'].map((name) => ({
      id: randomUUID(),
      func: `ingestion.${name}`,
      args: { model: 'audio' },
    }));
    const described = await describeTasks(context, upkeep);
    expect([...described.values()].map(({ title }) => title)).toEqual([
      'Messages to Slack',
      'Look after refreshes without a task',
      'Remove what is not needed: audio',
      'Request a refresh: audio',
    ]);
    for (const text of [id, hexadecimalId(id), id.slice(0, 8)]) {
      expect(await ingestionSearch.find(context, text)).toMatchObject([
        { title: 'Reindex: image', path: `/resources/refreshes/records/${id}/show` },
      ]);
    }
    expect(await ingestionSearch.find(context, 'lighthouse')).toEqual([]);
  });
});
