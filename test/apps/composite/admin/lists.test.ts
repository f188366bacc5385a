import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RowPage } from '../../../../src/app-kit/admin/row-page.ts';
import type {
  CollectionDetail,
  CollectionRow,
  MemberRow,
} from '../../../../src/apps/composite/admin/shapes.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';
import { storeMember } from './stored-members.ts';

const admin = shareAdmin();
const ada = admin.signedIn();
beforeEach(async () => {
  await admin.platform.database.raw('TRUNCATE composite.collections CASCADE');
});

async function read<Answer>(path: string): Promise<Answer> {
  const response = await ada.get(`/api/apps/composite${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as Answer;
}

describe("the admin's list of collections", () => {
  const list = (query = '') => read<RowPage<CollectionRow>>(`/collections${query}`);

  it('shows where the members of each stand, newest first', async () => {
    const { collectionId } = await storeMember(admin, { customer: 7, status: 'COMPLETED' });
    await storeMember(admin, { collectionId, position: 1, status: 'COMPLETED' });
    await storeMember(admin, { collectionId, position: 2, status: 'ERROR' });
    const empty = randomUUID();
    await admin.platform.database('composite.collections').insert({ id: empty, customer: 8 });

    const { rows, count, isPartial, next } = await list();
    expect(rows.map(({ id }) => id)).toEqual([empty, collectionId]);
    expect(rows[1]).toMatchObject({ customer: 7, memberCount: 3, statuses: { COMPLETED: 2, ERROR: 1 } });
    expect(rows[1]?.created).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/);
    expect(rows[1]?.lastUpdated).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/);
    expect(rows[0]).toMatchObject({ memberCount: 0, statuses: {}, lastUpdated: null });
    expect({ count, isPartial, next }).toEqual({
      count: { count: 2, isEstimated: false },
      isPartial: false,
      next: null,
    });
  });

  it('is narrowed by customer and by days', async () => {
    const old = await storeMember(admin, { customer: 1, created: '2026-01-10T12:00:00Z' });
    const young = await storeMember(admin, { customer: 2, created: '2026-02-10T12:00:00Z' });
    const ids = async (query: string) => (await list(query)).rows.map(({ id }) => id);
    expect(await ids('?customer=2')).toEqual([young.collectionId]);
    expect(await ids('?from=2026-02-01T00:00:00Z')).toEqual([young.collectionId]);
    expect(await ids('?to=2026-02-01T00:00:00Z')).toEqual([old.collectionId]);
    expect(await ids('?customer=99999999999&from=nonsense')).toHaveLength(2);
  });

  it('has every collection on one of its pages, and none twice, whatever comes meanwhile', async () => {
    await admin.platform.database.raw(
      `INSERT INTO composite.collections (id, customer, created)
       SELECT gen_random_uuid(), 1, timestamptz '2026-01-01' + (n / 2) * interval '1 second' FROM generate_series(1, 60) AS n`,
    );
    const seen: string[] = [];
    let place: string | null = '';
    while (place !== null) {
      const page: RowPage<CollectionRow> = await list(`?page=${place}`);
      seen.push(...page.rows.map(({ id }) => id));
      place = page.next;
      await storeMember(admin);
    }
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });
});

describe("the admin's page of a collection", () => {
  it('shows how far it is, and its members in the order of submission', async () => {
    const { collectionId } = await storeMember(admin, {
      customer: 7,
      position: 1,
      status: 'RASTERIZING',
      pagesDone: 3,
      pagesTotal: 10,
    });
    await storeMember(admin, { collectionId, position: 0, status: 'COMPLETED', pagesDone: 5, pagesTotal: 5 });
    const detail = await read<CollectionDetail>(`/collections/${collectionId}`);
    expect(detail).toMatchObject({
      customer: 7,
      memberCount: 2,
      pagesDone: 8,
      pagesTotal: 15,
      uri: `${new URL(admin.url).origin}/collections/${collectionId}`,
    });
    const members = (query = '') => read<RowPage<MemberRow>>(`/collections/${collectionId}/members${query}`);
    expect((await members()).rows.map(({ number, status }) => [number, status])).toEqual([
      [1, 'COMPLETED'],
      [2, 'RASTERIZING'],
    ]);
    expect(await members('?status=RASTERIZING')).toMatchObject({
      count: { count: 1 },
      rows: [{ number: 2 }],
    });
    expect(await members('?page=0')).toMatchObject({ next: null, rows: [{ number: 2 }] });
  });

  it('is none where there is no such collection', async () => {
    for (const id of [randomUUID(), 'no-uuid']) {
      expect((await ada.get(`/api/apps/composite/collections/${id}`)).status).toBe(404);
    }
    expect((await ada.get('/api/apps/composite/nothing')).status).toBe(404);
  });
});

describe("the admin's list of members", () => {
  const list = (query = '') => read<RowPage<MemberRow>>(`/members${query}`);
  const search = async (text: string, more = '') =>
    (await list(`?search=${encodeURIComponent(text)}${more}`)).rows.map(({ id }) => id);

  it('shows each with its collection, customer and progress, and no password of its origin', async () => {
    const { id, collectionId } = await storeMember(admin, {
      customer: 7,
      status: 'ERROR',
      error: 'E'.repeat(1_000),
      pagesDone: 3,
      pagesTotal: 9,
      composite: { origin: 'https://me:p@ss@example.org/a@b.pdf', compositeId: 'shelf/b1' },
    });
    const [row] = (await list()).rows;
    expect(row).toMatchObject({
      id,
      collectionId,
      customer: 7,
      number: 1,
      status: 'ERROR',
      compositeId: 'shelf/b1',
      origin: 'https://***@example.org/a@b.pdf',
      pagesDone: 3,
      pagesTotal: 9,
    });
    expect(row?.error).toHaveLength(300);
  });

  it('is narrowed by status, customer and days', async () => {
    const failed = await storeMember(admin, {
      customer: 1,
      status: 'ERROR',
      created: '2026-01-10T12:00:00Z',
    });
    const done = await storeMember(admin, { customer: 2, status: 'COMPLETED' });
    const ids = async (query: string) => (await list(query)).rows.map(({ id }) => id);
    expect(await ids('')).toEqual([done.id, failed.id]);
    expect(await ids('?status=ERROR')).toEqual([failed.id]);
    expect(await ids('?customer=2')).toEqual([done.id]);
    expect(await ids('?customer=2&status=ERROR')).toEqual([]);
    expect(await ids('?from=2026-01-10T00:00:00Z&to=2026-01-11T00:00:00Z')).toEqual([failed.id]);
    expect(await ids('?status=UNHEARD_OF')).toHaveLength(2);
  });

  it('finds members by ids, and by their beginnings', async () => {
    const one = await storeMember(admin);
    await storeMember(admin);
    for (const text of [one.id, one.id.slice(0, 8), one.collectionId, ` ${one.collectionId.slice(0, 13)} `]) {
      expect([text, await search(text)]).toEqual([text, [one.id]]);
    }
    expect(await search(randomUUID())).toEqual([]);
  });

  it('finds members by customer, composite id, origin and error, each word by its beginning', async () => {
    const book = await storeMember(admin, {
      customer: 4711,
      composite: {
        compositeId: 'b1020304',
        origin: 'https://me:geheim@archive.example.org/pdf/Zürich-1899.pdf',
      },
    });
    const failed = await storeMember(admin, {
      status: 'ERROR',
      error: 'The origin answered 404 Not Found',
      composite: { compositeId: 'C77' },
    });
    for (const text of ['4711', 'b1020304', 'B1020', 'archive.example.org', 'zürich 1899', '1899.PDF']) {
      expect([text, await search(text)]).toEqual([text, [book.id]]);
    }
    expect(await search('answered 404')).toEqual([failed.id]);
    expect(await search('404 c77')).toEqual([failed.id]);
    expect(await search('answered', '&status=PENDING')).toEqual([]);
    for (const text of ['geheim', 'me:geheim', 'rchive', 'answered 405', "'", '!!', "it's & | ! :*", '\\']) {
      expect([text, await search(text)]).toEqual([text, []]);
    }
  });

  it('finds what an error says by now', async () => {
    const { id } = await storeMember(admin, { status: 'ERROR', error: 'first' });
    await admin.platform.database('composite.members').where({ id }).update({ error: 'second' });
    expect(await search('first')).toEqual([]);
    expect(await search('second')).toEqual([id]);
  });

  it('stores a member whatever its words are', async () => {
    const composite = { compositeId: 'x'.repeat(800), origin: `https://example.org/${'ü'.repeat(5_000)}` };
    const { id } = await storeMember(admin, { composite, status: 'ERROR', error: 'é'.repeat(8_000) });
    expect(await search('x'.repeat(200))).toEqual([id]);
  });

  it('estimates how many there are beyond ten thousand, and goes on from page to page', async () => {
    const { collectionId } = await storeMember(admin);
    await admin.platform.database.raw(
      `INSERT INTO composite.members (id, collection_id, position, composite)
       SELECT gen_random_uuid(), ?, n, '{"origin": "https://example.org/x.pdf"}' FROM generate_series(1, 10100) AS n`,
      [collectionId],
    );
    const { count, next } = await list();
    expect(count).toMatchObject({ isEstimated: true });
    expect(count?.count).toBeGreaterThan(10_000);
    expect((await list(`?page=${next}`)).rows).toHaveLength(25);
  });
});
