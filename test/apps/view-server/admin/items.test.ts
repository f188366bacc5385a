import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { keyOfRow, rowOfKey } from '../../../../src/app-kit/admin/row-keys.ts';
import type { RowPage } from '../../../../src/app-kit/admin/row-page.ts';
import { describeTasks } from '../../../../src/apps/view-server/admin/describe-tasks.ts';
import { viewServerSearch } from '../../../../src/apps/view-server/admin/search.ts';
import type { ItemDetail, ItemRow } from '../../../../src/apps/view-server/admin/shapes.ts';
import { endAttempt, lockAttempt } from '../../../../src/apps/view-server/stages/attempts.ts';
import { openStages } from '../../../../src/apps/view-server/stages/open-stages.ts';
import { pushItems } from '../../../../src/apps/view-server/stages/push-items.ts';
import type { Stage } from '../../../../src/apps/view-server/stages/stage-names.ts';
import { addRunning } from '../../../admin/queue/stored-tasks.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';

const admin = shareAdmin(() => ({ INSTALLED_APPS: 'view-server' }));
const ada = admin.signedIn();
const victor = admin.signedIn('victor', 'viewer');

const ACTIONS = '/api/apps/view-server/actions/view-items';

async function read<T>(path: string): Promise<T> {
  const response = await ada.get(`/api/apps/view-server${path}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const context = () => ({ platform: admin.platform, queue: admin.queue });

/** Pushes paths; returns the keys of their items. */
async function push(stage: Stage, paths: readonly string[], metadata?: string): Promise<string[]> {
  const { database } = admin.platform;
  await database.transaction((transaction) =>
    pushItems(transaction, openStages(context()), {
      stage,
      collection: 'collection',
      items: paths.map((path) => ({ path, metadata })),
    }),
  );
  const rows: { id: string; path: string }[] = await database('view_server.items')
    .where({ stage })
    .whereIn('path', [...paths])
    .select('id', 'path');
  return paths.map((path) => keyOfRow(rows.find((row) => row.path === path)?.id ?? 0));
}

/** Ends the attempt that waits. */
async function end(key: string, state: 'succeeded' | 'failed', reason?: string): Promise<void> {
  await admin.platform.database.transaction(async (transaction) => {
    const attempt = await lockAttempt(transaction, rowOfKey(key) ?? '', ['waiting']);
    if (!attempt) throw new Error('No attempt waits');
    const ending = reason === undefined ? { state } : { state, reason };
    await endAttempt(transaction, openStages(context()), attempt, ending);
  });
}

const act = (action: string, ids: readonly string[], input: object = {}) =>
  ada.postJson(`${ACTIONS}/${action}`, { ids, ...input });

const pathsOf = (page: RowPage<ItemRow>) => page.rows.map(({ path }) => path);

describe('the list of items', () => {
  it('is narrowed by stage, state, collection and by how a path or its file begins', async () => {
    const [first = '', second = ''] = await push('preprocess', ['narrow/one.tar', 'narrow/two.tar']);
    await push('register', ['narrow/one.tar']);
    await end(first, 'failed', 'It is no tar.');
    await end(second, 'succeeded');
    const list = async (query: string) => pathsOf(await read(`/items?path=narrow&${query}`));
    expect(await list('')).toEqual(['narrow/one.tar', 'narrow/two.tar', 'narrow/one.tar']);
    expect(await list('stage=register')).toEqual(['narrow/one.tar']);
    expect(await list('state=waiting')).toEqual(['narrow/one.tar']);
    expect(await list('state=failed&stage=preprocess')).toEqual(['narrow/one.tar']);
    expect(await list('state=succeeded&collection=collection')).toEqual(['narrow/two.tar']);
    expect(await list('collection=other')).toEqual([]);
    expect(pathsOf(await read('/items?path=two.t'))).toEqual(['narrow/two.tar']);
    expect(pathsOf(await read('/items?state=failed'))).toContain('narrow/one.tar');
    expect((await read<RowPage<ItemRow>>('/items?path=narrow&state=failed')).rows).toMatchObject([
      { state: 'failed', reason: 'It is no tar.', attemptCount: 1, ended: expect.any(String) },
    ]);
  });

  it('is paged, each item once', async () => {
    await push(
      'seed',
      Array.from({ length: 60 }, (_, index) => `paged-${index}`),
    );
    const seen: string[] = [];
    let page: string | null = '';
    while (page !== null) {
      const { rows, next, count }: RowPage<ItemRow> = await read(`/items?path=paged-&page=${page}`);
      expect(count).toMatchObject({ count: 60 });
      seen.push(...rows.map(({ path }) => path));
      page = next;
    }
    expect(new Set(seen).size).toBe(60);
    expect(seen).toHaveLength(60);
  });
});

describe('an item', () => {
  it('has its attempts, the same path in other stages, and the metadata it was pushed with', async () => {
    const [key = ''] = await push('preprocess', ['whole.tar'], '{"path":"whole.tar","id":"a"}');
    await push('register', ['whole.tar']);
    await end(key, 'failed', 'Broken.');
    await act('push-again', [key]);
    expect(await read<ItemDetail>(`/items/${key}`)).toMatchObject({
      stage: 'preprocess',
      path: 'whole.tar',
      state: 'waiting',
      attemptCount: 2,
      metadata: '{"path":"whole.tar","id":"a"}',
      attempts: [
        { number: 2, state: 'waiting', reason: null },
        { number: 1, state: 'failed', reason: 'Broken.' },
      ],
      otherStages: [{ stage: 'register', state: 'waiting' }],
      product: null,
    });
  });

  it('says how far the task of its running attempt is', async () => {
    const [key = ''] = await push('register', ['half-done.tar']);
    const taskId = await addRunning(admin, { progress: JSON.stringify({ done: 3, total: 9 }) });
    await admin.platform
      .database('view_server.attempts')
      .where({ item_id: rowOfKey(key) })
      .update({ state: 'running', task_id: taskId });
    expect(await read<ItemDetail>(`/items/${key}`)).toMatchObject({
      state: 'running',
      attempts: [{ state: 'running', taskId, progress: { done: 3, total: 9 } }],
    });
  });

  it.each([keyOfRow(999_999_999), 'a', randomUUID()])('is not there: %s', async (key) => {
    expect((await ada.get(`/api/apps/view-server/items/${key}`)).status).toBe(404);
  });
});

describe('what operators do', () => {
  it('pushes items again, and says which waited already', async () => {
    const keys = await push('preprocess', ['again/one', 'again/two']);
    await end(keys[0] ?? '', 'succeeded');
    const response = await act('push-again', keys);
    expect([response.status, await response.json()]).toEqual([
      200,
      { message: 'Pushed 1 item again. 1 item waited already.' },
    ]);
  });

  it('pushes items to the front', async () => {
    const keys = await push('preprocess', ['front/one', 'front/two']);
    expect((await act('push-first', keys.slice(1))).status).toBe(200);
    const positions: { position: string }[] = await admin.platform
      .database('view_server.attempts')
      .where({ item_id: rowOfKey(keys[1] ?? ''), state: 'waiting' })
      .select('position');
    expect(Number(positions[0]?.position)).toBeLessThan(0);
  });

  it('withdraws what waits with its task, and nothing else', async () => {
    const keys = await push('register', ['out/one', 'out/two']);
    await end(keys[1] ?? '', 'succeeded');
    const { task_id: taskId } = await admin.platform
      .database('view_server.attempts')
      .where({ item_id: rowOfKey(keys[0] ?? '') })
      .first('task_id');
    const response = await act('withdraw', keys);
    expect(await response.json()).toEqual({ message: 'Withdrew 1 item. The others do not wait.' });
    expect(await read<ItemDetail>(`/items/${keys[0]}`)).toMatchObject({ state: 'withdrawn' });
    expect(await read<ItemDetail>(`/items/${keys[1]}`)).toMatchObject({ state: 'succeeded' });
    expect(await admin.queue.deleteQueuedTasks([taskId])).toBe(0);
  });

  it('reaches everything that matches a filter', async () => {
    const keys = await push('preprocess', ['match/a', 'match/b', 'match/c']);
    for (const key of keys) await end(key, 'failed', 'No.');
    const response = await ada.postJson('/api/apps/view-server/matching/view-items/push-again', {
      filter: { path: 'match/', state: 'failed' },
    });
    expect(await response.json()).toEqual({ done: 3, skipped: 0, next: null });
    expect((await read<RowPage<ItemRow>>('/items?path=match/&state=waiting')).rows).toHaveLength(3);
  });

  it('is not for viewers', async () => {
    const [key] = await push('preprocess', ['viewed']);
    expect((await victor.postJson(`${ACTIONS}/withdraw`, { ids: [key] })).status).toBe(403);
  });
});

describe('the form', () => {
  const send = (input: object) => act('push', [randomUUID()], input);

  it('pushes paths, a line each', async () => {
    const response = await send({ stage: 'preprocess', paths: 'form/one.tar\n\n form/two.tar \n' });
    expect(await response.json()).toMatchObject({ message: 'Pushed 2 items to preprocess.' });
    expect(pathsOf(await read('/items?path=form/'))).toEqual(['form/two.tar', 'form/one.tar']);
  });

  it('leads to the item of a single path', async () => {
    const response = await send({ stage: 'register', paths: 'form-single', isUrgent: true });
    const { created } = (await response.json()) as { created: string };
    expect(await read<ItemDetail>(`/items/${created}`)).toMatchObject({ path: 'form-single' });
  });

  it.each([
    [{ stage: 'cook', paths: 'a' }, /Choose a stage/],
    [{ stage: 'seed', paths: ' ' }, /at least one path/],
    [{ stage: 'preprocess', paths: 'a'.repeat(1_025) }, /a path has from 1 to 1024 bytes/],
    [{ stage: 'preprocess', paths: 'a\n'.repeat(1_001) }, /At most 1,000 paths/],
    [{ stage: 'preprocess', paths: 'a', collection: 'none' }, /There is no collection none/],
  ])('is refused where it does not fit: %j', async (input, reason) => {
    const response = await send(input);
    expect([response.status, await response.json()]).toEqual([
      409,
      { detail: expect.stringMatching(reason) },
    ]);
  });
});

it('describes the tasks of items, and finds items by their paths', async () => {
  const [key = ''] = await push('register', ['found/by-name.tar']);
  const { task_id: id } = await admin.platform
    .database('view_server.attempts')
    .where({ item_id: rowOfKey(key) })
    .first('task_id');
  const described = await describeTasks(context(), [
    { id, func: 'view_server.register', args: {} },
    { id: randomUUID(), func: 'view_server.register', args: {} },
  ]);
  expect([...described]).toEqual([
    [
      id,
      {
        title: 'Register: found/by-name.tar',
        subtitle: 'collection, attempt 1',
        path: `/resources/view-items/records/${key}/show`,
      },
    ],
  ]);
  expect(await viewServerSearch.find(context(), 'by-name')).toMatchObject([
    { kind: 'Item', title: 'found/by-name.tar', subtitle: 'Register, waiting' },
  ]);
});
