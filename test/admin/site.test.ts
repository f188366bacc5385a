import { randomUUID } from 'node:crypto';
import { Script } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { shareAdmin } from './shared-admin.ts';

interface ListedRow {
  readonly id: string;
  readonly params: Record<string, unknown>;
  readonly recordActions: readonly { readonly name: string }[];
}

interface ListAnswer {
  readonly meta: { readonly total: number; readonly page: number };
  readonly records: readonly ListedRow[];
}

describe('the site of the admin', () => {
  const admin = shareAdmin();
  const ada = admin.signedIn();
  beforeEach(async () => {
    await admin.platform.database.raw('TRUNCATE composite.collections, queue.engines CASCADE');
  });

  async function list(resource: string, query = ''): Promise<ListAnswer> {
    const response = await ada.get(`/api/resources/${resource}/actions/list${query}`);
    expect(response.status).toBe(200);
    return (await response.json()) as ListAnswer;
  }

  async function show(resource: string, id: string): Promise<Record<string, unknown>> {
    const response = await ada.get(`/api/resources/${resource}/records/${id}/show`);
    expect(response.status).toBe(200);
    return ((await response.json()) as { record: ListedRow }).record.params;
  }

  async function addMember(
    values: Record<string, unknown> = {},
  ): Promise<{ id: string; collectionId: string }> {
    const { database } = admin.platform;
    const [id, collectionId] = [randomUUID(), randomUUID()];
    await database('composite.collections').insert({ id: collectionId, customer: 4 });
    await database('composite.members').insert({
      id,
      collection_id: collectionId,
      position: 0,
      composite: { id: 'page-{:03d}', origin: 'https://example.org/book.pdf' },
      ...values,
    });
    return { id, collectionId };
  }

  it('has a page that asks nothing of other hosts, and scripts that are there', async () => {
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
    }
    expect(html).not.toMatch(/password_hash|ada@example\.org/);
  });

  it('serves its own components as a script that browsers can read', async () => {
    const response = await ada.get('/frontend/assets/components.bundle.js');
    expect(response.headers.get('content-type')).toContain('javascript');
    const script = await response.text();
    expect(() => new Script(script)).not.toThrow();
    for (const name of ['ListValue', 'ShowValue', 'Dashboard']) expect(script).toContain(name);
  });

  it('shows no password of an origin', async () => {
    const { id } = await addMember({
      composite: { id: 'page-{}', origin: 'https://me:p@ss@example.org/a@b.pdf', string1: 'a' },
    });
    const params = await show('members', id);
    expect(params['origin']).toBe('https://***@example.org/a@b.pdf');
    expect(JSON.stringify(params)).toContain('string1');
    expect(JSON.stringify(params)).not.toContain('p@ss');
  });

  it('lists collections, members and batches, newest first, with what belongs together', async () => {
    const first = await addMember();
    const second = await addMember({
      status: 'ERROR',
      error: 'E'.repeat(1_000),
      pages_done: 3,
      pages_total: 9,
    });
    await admin.platform.database('composite.batches').insert({
      member_id: first.id,
      position: 0,
      state: 'accepted',
      request: { member: [{ id: 'page-000' }, { id: 'page-001' }] },
      uri: 'https://dlcs.example/batches/1',
    });

    const collections = await list('collections');
    expect(collections.meta.total).toBe(2);
    expect(collections.records.map(({ id }) => id)).toEqual([second.collectionId, first.collectionId]);
    expect(collections.records[0]?.params).toMatchObject({ customer: 4, members: '1' });
    expect(collections.records[0]?.params['created']).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/);

    const [failed, waiting] = (await list('members')).records;
    expect(failed?.params).toMatchObject({ id: second.id, status: 'ERROR', pages: '3 of 9' });
    expect(String(failed?.params['error'])).toHaveLength(300);
    expect(failed?.params).not.toHaveProperty('composite');
    expect(waiting?.params).toMatchObject({ id: first.id, status: 'PENDING' });

    const member = await show('members', second.id);
    expect(String(member['error'])).toHaveLength(1_000);
    expect(member).toMatchObject({
      collection_id: second.collectionId,
      origin: 'https://example.org/book.pdf',
    });
    expect(JSON.parse(String(member['composite']))).toMatchObject({ id: 'page-{:03d}' });

    const [batch] = (await list('batches')).records;
    expect(batch?.params).toMatchObject({ member_id: first.id, state: 'accepted', images: 2 });
  });

  it('narrows lists by what has an index, and to nothing by what is no id', async () => {
    const { id, collectionId } = await addMember();
    await addMember({ status: 'ERROR' });
    const ids = async (query: string) => (await list('members', query)).records.map((row) => row.id);
    expect(await ids('?filters.status=PENDING')).toEqual([id]);
    expect(await ids(`?filters.collection_id=${collectionId}`)).toEqual([id]);
    expect(await ids('?filters.id=1%27%20OR%20true')).toEqual([]);
    expect(await ids('?filters.created~~to=2001-01-01T00:00:00Z')).toEqual([]);
    expect(await ids('?filters.created~~from=2001-01-01T00:00:00Z')).toHaveLength(2);
    expect(await ids('?filters.error=x&filters.nothing=y&sortBy=error&direction=asc')).toHaveLength(2);
  });

  it('pages through long lists, and estimates where counting would read too much', async () => {
    const { collectionId } = await addMember();
    await admin.platform.database.raw(
      `INSERT INTO composite.members (id, collection_id, position, composite)
       SELECT gen_random_uuid(), ?, n, '{}' FROM generate_series(1, 10200) AS n; ANALYZE composite.members`.replace(
        '?',
        `'${collectionId}'`,
      ),
    );
    const page = await list('members', '?page=3&perPage=10');
    expect(page.meta).toMatchObject({ page: 3 });
    expect(page.records).toHaveLength(10);
    expect(page.meta.total).toBeGreaterThan(10_000);
    expect((await list('members', '?perPage=100000')).records).toHaveLength(500);
  });

  it('lets nothing else be changed', async () => {
    const { id, collectionId } = await addMember();
    await ada.post(`/api/resources/members/records/${id}/delete`);
    await ada.post(`/api/resources/members/records/${id}/edit`, { status: 'COMPLETED' });
    await ada.post(`/api/resources/collections/bulk/bulkDelete?recordIds=${collectionId}`);
  });

  it('says so where there is no such list or record', async () => {
    expect((await ada.get('/api/resources/nothing/actions/list')).status).toBe(404);
    expect((await ada.get('/resources/nothing')).status).toBe(404);
    const missing = await ada.get(`/api/resources/members/records/${randomUUID()}/show`);
    expect(await missing.json()).toMatchObject({ notice: { type: 'error' } });
  });
});
