import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepared } from '../../../src/platform/database/prepared.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('a prepared statement', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase({ migrated: false });
  });
  afterEach(() => test.drop());

  it('is prepared once on its connection, and answers for whatever it is bound to', async () => {
    await test.database.transaction(async (transaction) => {
      for (const number of [1, 2, 3]) {
        const { rows } = await prepared<{ next: number }>(transaction, 'SELECT ?::integer + 1 AS next', [
          number,
        ]);
        expect(rows).toEqual([{ next: number + 1 }]);
      }
      const statements = await transaction.raw(
        'SELECT statement FROM pg_prepared_statements ORDER BY prepare_time',
      );
      expect(statements.rows).toEqual([{ statement: 'SELECT $1::integer + 1 AS next' }]);
    });
  });

  it('can be used again after it has failed', async () => {
    const divide = (divisor: number) =>
      prepared<{ share: number }>(test.database, 'SELECT 6 / ?::integer AS share', [divisor]);
    await expect(divide(0)).rejects.toThrow('division by zero');
    expect((await divide(2)).rows).toEqual([{ share: 3 }]);
  });
});
