import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Knex } from 'knex';
import { afterTransaction } from '../../../src/platform/database/after-transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('what follows a transaction', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase({ migrated: false });
    await test.database.raw('CREATE TABLE notes (text text)');
  });
  afterAll(() => test.drop());

  /** Resolves with how the transaction ended, and with what others could see then. */
  function endOf(transaction: Knex.Transaction): Promise<{ end: string; seen: string[] }> {
    return new Promise((resolve) => {
      const tell = (end: string) => async () =>
        resolve({ end, seen: await test.database('notes').pluck('text') });
      const [onCommit, onRollback] = [tell('commit'), tell('rollback')];
      afterTransaction(transaction, { onCommit: () => void onCommit(), onRollback: () => void onRollback() });
    });
  }

  it('comes once others see what it stored', async () => {
    let end: ReturnType<typeof endOf> | undefined;
    await test.database.transaction(async (transaction) => {
      end = endOf(transaction);
      await transaction('notes').insert({ text: 'stored' });
    });
    expect(await end).toEqual({ end: 'commit', seen: ['stored'] });
  });

  it('comes, for one inside another, after the outermost', async () => {
    let end: ReturnType<typeof endOf> | undefined;
    await test.database.transaction(async (outer) => {
      await outer.transaction((middle) =>
        middle.transaction(async (inner) => {
          end = endOf(inner);
        }),
      );
      await outer('notes').insert({ text: 'later' });
    });
    expect((await end)?.seen).toContain('later');
  });

  it('is another thing where it was rolled back', async () => {
    let end: ReturnType<typeof endOf> | undefined;
    const broken = test.database.transaction(async (transaction) => {
      end = endOf(transaction);
      await transaction('notes').insert({ text: 'undone' });
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await end).toEqual({ end: 'rollback', seen: expect.not.arrayContaining(['undone']) });
  });
});
