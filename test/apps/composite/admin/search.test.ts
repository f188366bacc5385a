import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SearchAnswer } from '../../../../src/admin/search/shapes.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';
import { storeFailure, storeMember } from './stored-members.ts';

describe("the admin's search, of composites", () => {
  const admin = shareAdmin();
  const ada = admin.signedIn();
  beforeEach(async () => {
    await admin.platform.database.raw('TRUNCATE composite.collections, queue.tasks CASCADE');
  });

  async function search(text: string): Promise<SearchAnswer['groups'][number]['hits']> {
    const response = await ada.get(`/api/search?${new URLSearchParams({ q: text })}`);
    const { groups } = (await response.json()) as SearchAnswer;
    return groups.flatMap(({ hits }) => hits);
  }

  it('finds members by their words and customers, and says which they are', async () => {
    const { id, collectionId } = await storeMember(admin, {
      customer: 4711,
      composite: { compositeId: 'b1020304', origin: 'https://me:geheim@example.org/atlas.pdf?token=secret' },
    });
    const hit = {
      kind: 'Member',
      title: 'b1020304',
      subtitle: `atlas.pdf, customer 4711, collection ${collectionId.slice(0, 8)}`,
      path: `/resources/members/records/${id}/show`,
    };
    for (const text of ['4711', 'b1020', 'atlas', id, id.slice(0, 8)]) {
      expect([text, await search(text)]).toEqual([text, [hit]]);
    }
    expect(JSON.stringify(await search('atlas'))).not.toMatch(/geheim|secret/);
  });

  it('finds the collection by its whole id, and its members beside it by the beginning', async () => {
    const { collectionId } = await storeMember(admin);
    expect(await search(collectionId)).toMatchObject([
      { kind: 'Collection', path: `/resources/collections/records/${collectionId}/show` },
    ]);
    const found = await search(collectionId.slice(0, 8));
    expect(found.map(({ kind }) => kind)).toEqual(['Collection', 'Member']);
  });

  it('leads to the list where there are more members than it shows', async () => {
    const { collectionId } = await storeMember(admin, { customer: 12 });
    for (let position = 1; position < 12; position += 1) {
      await storeMember(admin, { collectionId, position });
    }
    const found = await search('12');
    expect(found).toHaveLength(10);
    expect(found.at(-1)).toMatchObject({ kind: 'List', path: '/resources/members?search=12' });
  });

  it('describes tasks by their members, wherever tasks are shown', async () => {
    const member = await storeMember(admin, {
      customer: 7,
      composite: { origin: 'https://me:geheim@example.org/shelf/report.pdf?token=secret' },
    });
    await storeFailure(admin, member);
    const description = {
      title: 'report.pdf',
      subtitle: `customer 7, collection ${member.collectionId.slice(0, 8)}`,
      path: `/resources/members/records/${member.id}/show`,
    };
    const read = async (path: string): Promise<unknown> => (await ada.get(path)).json();
    expect(await read('/api/queue/tasks/failed-tasks')).toMatchObject({ rows: [{ description }] });
    expect(await read(`/api/queue/tasks/${member.taskId}`)).toMatchObject({ description });
    expect(await search(member.taskId)).toMatchObject([
      { title: 'report.pdf', path: `/resources/failed-tasks/records/${member.taskId}/show` },
    ]);
  });

  it('shows tasks of members that are gone by their names', async () => {
    const member = await storeMember(admin);
    await storeFailure(admin, member);
    await admin.platform.database('composite.members').where({ id: member.id }).delete();
    const response = await ada.get('/api/queue/tasks/failed-tasks');
    expect(await response.json()).toMatchObject({ rows: [{ description: null }] });
  });
});
