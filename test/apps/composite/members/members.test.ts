import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  changeMember,
  completeMember,
  failMember,
  findMember,
  MemberGoneError,
  notePageCount,
} from '../../../../src/apps/composite/members/members.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';

let testDatabase: TestDatabase;
let memberId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});

beforeEach(async () => {
  const collectionId = randomUUID();
  memberId = randomUUID();
  const { database } = testDatabase;
  await database('composite.collections').insert({ id: collectionId, customer: 5 });
  await database('composite.members').insert({
    id: memberId,
    collection_id: collectionId,
    position: 0,
    composite: '{"id": "a"}',
  });
});

afterAll(() => testDatabase.drop());

function row() {
  return testDatabase.database('composite.members').where({ id: memberId }).first();
}

describe('a member', () => {
  it('is found with its customer and its composite', async () => {
    expect(await findMember(testDatabase.database, memberId)).toEqual({
      id: memberId,
      customer: 5,
      composite: { id: 'a' },
      status: 'PENDING',
      imageCount: null,
      isPriority: false,
      sealedOrigin: null,
    });
    expect(await findMember(testDatabase.database, randomUUID())).toBeUndefined();
  });

  it('moves on, and says when', async () => {
    const before = await row();
    await changeMember(testDatabase.database, memberId, { status: 'RASTERIZING', pages_total: 3 });
    const after = await row();
    expect(after).toMatchObject({ status: 'RASTERIZING', pages_total: 3, created: before.created });
    expect(after.last_updated > before.last_updated).toBe(true);
  });

  it('has not moved when its pages are counted', async () => {
    await notePageCount(testDatabase.database, memberId, 9);
    const { last_updated: lastUpdated, ...counted } = await row();
    expect(counted).toMatchObject({ status: 'PENDING', image_count: 9, pages_total: 9, pages_done: 0 });
    expect(lastUpdated).toEqual(counted.created);
    await expect(notePageCount(testDatabase.database, randomUUID(), 9)).rejects.toThrow(MemberGoneError);
  });

  it('that failed says how far it got, where that is known', async () => {
    const { database } = testDatabase;
    await failMember(database, memberId, 'broken', 4);
    expect(await row()).toMatchObject({ status: 'ERROR', error: 'broken', pages_done: 4 });
    await failMember(database, memberId, 'Cancelled by Ada');
    expect(await row()).toMatchObject({ error: 'Cancelled by Ada', pages_done: 4 });
  });

  it('that is gone cannot move on', async () => {
    await expect(
      changeMember(testDatabase.database, randomUUID(), { status: 'RASTERIZING' }),
    ).rejects.toThrow(MemberGoneError);
  });

  it('keeps an error that Postgres could not, and no more of it than a reader wants', async () => {
    await failMember(testDatabase.database, memberId, `a\0b${'x'.repeat(100_000)}`);
    const { status, error } = await row();
    expect(status).toBe('ERROR');
    expect(error).toMatch(/^a\uFFFDbx{1000}/);
    expect(error.length).toBeLessThan(10_000);
  });

  it('is completed only when the DLCS has all of its batches', async () => {
    const { database } = testDatabase;
    expect(await completeMember(database, memberId)).toBe(false);
    await database('composite.batches').insert([
      { member_id: memberId, position: 0, request: '{}', state: 'accepted' },
      { member_id: memberId, position: 1, request: '{}', state: 'posting' },
    ]);
    expect(await completeMember(database, memberId)).toBe(false);
    expect(await row()).toMatchObject({ status: 'PENDING' });
    await database('composite.batches').where({ member_id: memberId }).update({ state: 'accepted' });
    expect(await completeMember(database, memberId)).toBe(true);
    expect(await row()).toMatchObject({ status: 'COMPLETED' });
  });
});
