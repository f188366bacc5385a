import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  changeMember,
  completeMember,
  failMember,
  findMember,
  MemberGoneError,
  ProgressWriter,
} from '../../../../src/apps/composite/processing/members.ts';
import { captureLog } from '../../../support/captured-log.ts';
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
  await database('collections').insert({ id: collectionId, customer: 5 });
  await database('members').insert({
    id: memberId,
    collection_id: collectionId,
    position: 0,
    composite: '{"id": "a"}',
  });
});

afterAll(() => testDatabase.drop());

function row() {
  return testDatabase.database('members').where({ id: memberId }).first();
}

describe('a member', () => {
  it('is found with its customer and its composite', async () => {
    expect(await findMember(testDatabase.database, memberId)).toEqual({
      id: memberId,
      customer: 5,
      composite: { id: 'a' },
      status: 'PENDING',
      imageCount: null,
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

  it('that is gone cannot move on', async () => {
    await expect(
      changeMember(testDatabase.database, randomUUID(), { status: 'RASTERIZING' }),
    ).rejects.toThrow(MemberGoneError);
  });

  it('keeps an error that Postgres could not, and no more of it than a reader wants', async () => {
    await failMember(testDatabase.database, memberId, `a\0b${'x'.repeat(100_000)}`);
    const { status, error } = await row();
    expect(status).toBe('ERROR');
    expect(error).toMatch(/^abx{1000}/);
    expect(error.length).toBeLessThan(10_000);
  });

  it('is completed only when the DLCS has all of its batches', async () => {
    const { database } = testDatabase;
    expect(await completeMember(database, memberId)).toBe(false);
    await database('batches').insert([
      { member_id: memberId, position: 0, request: '{}', state: 'accepted' },
      { member_id: memberId, position: 1, request: '{}', state: 'posting' },
    ]);
    expect(await completeMember(database, memberId)).toBe(false);
    expect(await row()).toMatchObject({ status: 'PENDING' });
    await database('batches').where({ member_id: memberId }).update({ state: 'accepted' });
    expect(await completeMember(database, memberId)).toBe(true);
    expect(await row()).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('progress', () => {
  it('is written with the first page, and then seldom', async () => {
    let queries = 0;
    const count = () => {
      queries += 1;
    };
    testDatabase.database.on('query', count);
    const progress = new ProgressWriter(testDatabase.database, memberId, captureLog().logger);
    for (let page = 1; page <= 100; page += 1) {
      progress.advance();
      await progress.settle();
    }
    testDatabase.database.off('query', count);
    expect(progress.done).toBe(100);
    expect(queries).toBeLessThan(10);
    expect((await row()).pages_done).toBeGreaterThan(0);
  });

  it('that cannot be written is no failure of the page', async () => {
    const log = captureLog();
    const progress = new ProgressWriter(testDatabase.database, 'not a uuid', log.logger);
    progress.advance();
    await progress.settle();
    expect(log.events()).toMatchObject([{ level: 'warn', msg: 'progress could not be stored' }]);
  });
});
