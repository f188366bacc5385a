import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, pendingMigrations, rollback } from '../../../src/platform/database/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('the migrations', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase({ migrated: false });
  });
  afterAll(() => test.drop());

  it('go up, all the way down, and up again', async () => {
    expect(await pendingMigrations(test.database)).not.toEqual([]);
    const done = await migrate(test.database);
    expect(await pendingMigrations(test.database)).toEqual([]);
    const undone = await rollback(test.database);
    expect(undone.toReversed()).toEqual(done);
    const { rows } = await test.database.raw(
      `SELECT table_name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name NOT LIKE 'migrations%'`,
    );
    expect(rows).toEqual([]);
    expect(await migrate(test.database)).toEqual(done);
  });
});
