import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TableRow } from '../../src/admin/tables/shapes.ts';
import type { AdminSite } from '../../src/app-kit/admin/admin-site.ts';
import type { RowPage } from '../../src/app-kit/admin/row-page.ts';
import { shareAdmin } from './shared-admin.ts';

describe('the site of the admin', () => {
  const admin = shareAdmin();
  const ada = admin.signedIn();
  beforeEach(async () => {
    await admin.platform.database.raw('TRUNCATE composite.collections, queue.engines, queue.leases CASCADE');
  });

  async function read<Answer>(path: string): Promise<Answer> {
    const response = await ada.get(path);
    expect([path, response.status]).toEqual([path, 200]);
    return (await response.json()) as Answer;
  }

  async function addBatch(values: Record<string, unknown> = {}): Promise<{ id: string; memberId: string }> {
    const { database } = admin.platform;
    const [id, memberId, collectionId] = [randomUUID(), randomUUID(), randomUUID()];
    await database('composite.collections').insert({ id: collectionId, customer: 4 });
    await database('composite.members').insert({
      id: memberId,
      collection_id: collectionId,
      position: 0,
      composite: {},
    });
    await database('composite.batches').insert({
      id,
      member_id: memberId,
      position: 0,
      state: 'accepted',
      request: { member: [{ id: 'page-000' }, { id: 'page-001' }], secret: { $sealed: 'xyz' } },
      uri: 'https://dlcs.example/batches/1',
      ...values,
    });
    return { id, memberId };
  }

  it('has a page that asks nothing of other hosts, and files that are there and kept for a year', async () => {
    const response = await ada.get('');
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const addresses = [...html.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"/g)].map(
      ([, url]) => url,
    );
    expect(addresses.length).toBeGreaterThanOrEqual(5);
    for (const address of addresses) {
      expect(address).toMatch(/^\/admin\//);
      const asset = await ada.get(`${address}`.slice('/admin'.length));
      expect([address, asset.status]).toEqual([address, 200]);
      if (address?.startsWith('/admin/frontend/')) {
        expect(address).toMatch(/\.[0-9a-f]{16}\.(?:js|css)$/);
        expect(asset.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
      }
    }
    expect(html).not.toMatch(/password_hash|ada@example\.org|__[A-Z_]+__/);
  });

  it('is sent compressed', async () => {
    const response = await ada.get('/api/queue/queues', { 'accept-encoding': 'gzip' });
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
    const page = await ada.get('', { 'accept-encoding': 'gzip' });
    expect(page.headers.get('content-encoding')).toBe('gzip');
  });

  it('names its lists by app', async () => {
    const html = await (await ada.get('')).text();
    const [, json = ''] = /window\.ADMIN_SITE = (.*);\n/.exec(html) ?? [];
    const site: AdminSite = JSON.parse(json);
    const groups = [...Map.groupBy(site.resources, ({ group }) => group)].map(([group, lists]) => [
      group,
      lists.map(({ id }) => id),
    ]);
    expect(groups).toEqual([
      ['Composites', ['collections', 'members', 'batches']],
      [
        'Queue',
        [
          'running-tasks',
          'queued-tasks',
          'failed-tasks',
          'successful-tasks',
          'schedules',
          'queues',
          'engines',
        ],
      ],
      ['People', ['administrators', 'audit-log']],
    ]);
    expect(JSON.stringify(site)).not.toContain('jsonb_array_length');
  });

  it('has lists of tables that an app has only described, newest first, and their rows', async () => {
    const first = await addBatch();
    const second = await addBatch({ state: 'pending', uri: null });
    const list = await read<RowPage<TableRow>>('/api/tables/batches');
    expect(list.rows.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(list.rows[1]?.values).toMatchObject({ member_id: first.memberId, state: 'accepted', images: 2 });
    expect(list.rows[1]?.values).not.toHaveProperty('request');
    const row = await read<TableRow>(`/api/tables/batches/${first.id}`);
    expect(row.values['request']).toMatchObject({ member: [{}, {}], secret: '••••' });
  });

  it('filters such a list by what has an index, and finds nothing by what is no id', async () => {
    const first = await addBatch();
    await addBatch();
    const ids = async (query: string) =>
      (await read<RowPage<TableRow>>(`/api/tables/batches${query}`)).rows.map(({ id }) => id);
    expect(await ids(`?member_id=${first.memberId}`)).toEqual([first.id]);
    expect(await ids('?member_id=1%27%20OR%20true')).toEqual([]);
    expect(await ids('?to=2001-01-01T00:00:00Z')).toEqual([]);
    expect(await ids('?uri=x&nothing=y')).toHaveLength(2);
  });

  it('pages through such a list, whatever comes meanwhile', async () => {
    const { memberId } = await addBatch();
    await admin.platform.database.raw(
      `INSERT INTO composite.batches (id, member_id, position, state, request)
       SELECT gen_random_uuid(), ?, n, 'pending', '{}' FROM generate_series(1, 60) AS n`,
      [memberId],
    );
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: RowPage<TableRow> = await read(`/api/tables/batches?page=${next}`);
      seen.push(...page.rows.map(({ id }) => id));
      next = page.next;
      await addBatch();
    }
    expect(seen).toHaveLength(61);
    expect(new Set(seen).size).toBe(61);
  });

  it('says so where there is no such list or record', async () => {
    expect((await ada.get('/resources/nothing')).status).toBe(404);
    expect((await ada.get('/api/tables/nothing')).status).toBe(404);
    expect((await ada.get(`/api/tables/batches/${randomUUID()}`)).status).toBe(404);
    expect((await ada.get('/api/tables/batches/none')).status).toBe(404);
  });
});
