import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { planSlices } from '../../../../src/apps/ingestion/indexing/plan-slices.ts';
import { readRows } from '../../../../src/apps/ingestion/indexing/read-rows.ts';
import type { SourceTable } from '../../../../src/apps/ingestion/indexing/source-table.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

let test: TestDatabase;
let source: SourceTable;
beforeAll(async () => {
  test = await createTestDatabase({ migrated: false });
  source = { pool: test.database, schema: 'public', name: 'image', columns: ['title'] };
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.raw(`
    DROP TABLE IF EXISTS public.image;
    CREATE TABLE public.image (id bigint PRIMARY KEY, title text, updated_on timestamptz DEFAULT now())`);
});

async function insert(ids: Iterable<bigint | number>): Promise<void> {
  await test.database.raw('INSERT INTO public.image (id) SELECT unnest(?::bigint[])', [[...ids].map(String)]);
}

/** Reads the rows of all slices; returns their ids, by slice. */
async function idsOf(rowsPerSlice?: number, of = source): Promise<readonly (readonly string[])[]> {
  const { slices } = await planSlices(of, rowsPerSlice);
  const ids: string[][] = [];
  for (const slice of slices) {
    const read: string[] = [];
    for await (const rows of readRows(of, slice)) read.push(...rows.map(({ id }) => id));
    ids.push(read);
  }
  return ids;
}

describe('the slices of a table', () => {
  it('are none where it is empty', async () => {
    expect(await planSlices(source)).toEqual({ slices: [], rowCount: 0 });
  });

  it('hold every row once, whatever ids there are', async () => {
    const random = seededRandom(12);
    for (let round = 0; round < 40; round += 1) {
      const ids = new Set<bigint>();
      const count = random.below(60);
      let id = BigInt(random.below(2_000_000_000)) - 1_000_000_000n;
      while (ids.size < count) {
        ids.add(id);
        id += BigInt(random.oneOf([1, 1, 1, 2, 1_000_000_000, 3_000_000_000]) ?? 1);
      }
      await test.database.raw('TRUNCATE public.image');
      await insert(ids);
      const rowsPerSlice = 1 + random.below(20);
      const read = await idsOf(rowsPerSlice);
      expect(read.flat()).toEqual([...ids].map(String));
      expect(read).toHaveLength(Math.ceil(count / rowsPerSlice));
      for (const slice of read.slice(0, -1)) expect(slice).toHaveLength(rowsPerSlice);
    }
  });

  it('hold the lowest and the highest id that there can be', async () => {
    const ids = ['-9223372036854775808', '-1', '0', '9223372036854775807'];
    await insert(ids.map(BigInt));
    expect(await idsOf(2)).toEqual([ids.slice(0, 2), ids.slice(2)]);
    expect(await idsOf()).toEqual([ids]);
  });

  it('are several where a small table has enough for several workers, and at most 20,000 rows', async () => {
    await test.database.raw('INSERT INTO public.image (id) SELECT generate_series(1, 4000)');
    expect((await planSlices(source)).slices).toHaveLength(4);
    await test.database.raw('INSERT INTO public.image (id) SELECT generate_series(4001, 200001)');
    const { slices, rowCount } = await planSlices(source);
    expect(rowCount).toBe(200_001);
    expect(slices).toHaveLength(11);
    expect(slices.at(-1)).toEqual({ number: 10, firstId: '200001', lastId: '200001' });
  });

  it('hold the rows that were updated since a time', async () => {
    await insert([1, 2, 3, 4, 5]);
    await test.database.raw(`UPDATE public.image SET updated_on = '2020-01-01' WHERE id IN (2, 4)`);
    const since = { ...source, since: '2024-01-01T00:00:00Z' };
    expect(await idsOf(2, since)).toEqual([['1', '3'], ['5']]);
    expect((await planSlices(since)).rowCount).toBe(3);
  });
});

describe('the rows of a slice', () => {
  it('are read in batches that are small where rows are large', async () => {
    await test.database.raw(`
      ALTER TABLE public.image ALTER COLUMN title SET STORAGE EXTERNAL;
      INSERT INTO public.image (id, title)
      SELECT n, CASE WHEN n > 5 THEN repeat('x', 3000000) ELSE 'small' END FROM generate_series(1, 10) n`);
    const batches: number[] = [];
    for await (const rows of readRows(source, { firstId: '1', lastId: '10' })) batches.push(rows.length);
    expect(batches).toEqual([7, 2, 1]);
  });

  it('are marked as mature where another table names them', async () => {
    await test.database.raw(`
      DROP TABLE IF EXISTS public.api_matureimage;
      CREATE TABLE public.api_matureimage (title text);
      INSERT INTO public.image (id, title) VALUES (1, 'one'), (2, 'two');
      INSERT INTO public.api_matureimage VALUES ('two'), ('three')`);
    const marked: SourceTable = {
      ...source,
      columns: [],
      matureRows: { schema: 'public', table: 'api_matureimage', column: 'title' },
    };
    for await (const rows of readRows(marked, { firstId: '1', lastId: '2' })) {
      expect(rows).toEqual([
        { id: '1', is_listed_as_mature: false },
        { id: '2', is_listed_as_mature: true },
      ]);
    }
  });
});
