import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { compareCounts } from '../../../../src/apps/ingestion/promotion/count-comparison.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ migrated: false });
  await test.database.raw(`
    CREATE SCHEMA next;
    CREATE TABLE public.image (id integer, provider text);
    CREATE TABLE next.image (id integer, provider text);
    INSERT INTO public.image VALUES (1, 'met'), (2, 'met'), (3, NULL);
    INSERT INTO next.image VALUES (1, 'flickr'), (2, 'met'), (3, NULL), (4, NULL), (5, NULL);`);
});
afterAll(() => test.drop());

const IMAGES = { live: { schema: 'public', table: 'image' }, candidate: { schema: 'next', table: 'image' } };

it('counts by value in both tables, the largest first, and rows without a value too', async () => {
  expect(await compareCounts(test.database, IMAGES, 'provider')).toEqual({
    column: 'provider',
    counts: [
      { value: null, live: 1, copy: 3 },
      { value: 'met', live: 2, copy: 1 },
      { value: 'flickr', live: 0, copy: 1 },
    ],
  });
});

it('compares nothing by a column that a table lacks, or a table that does not exist', async () => {
  expect(await compareCounts(test.database, IMAGES, 'source')).toBeUndefined();
  const missing = { ...IMAGES, live: { schema: 'public', table: 'audio' } };
  expect(await compareCounts(test.database, missing, 'provider')).toBeUndefined();
});
