import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CopySession } from '../../../../src/apps/ingestion/copy/copy-session.ts';
import { findSourceRows } from '../../../../src/apps/ingestion/copy/source-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const SOURCE = { schema: 'public', table: 'image' };

let test: TestDatabase;
let session: CopySession;
beforeAll(async () => {
  test = await createTestDatabase({ migrated: false });
  await test.database.raw('CREATE TABLE image (id bigint)');
  session = await CopySession.open(
    'upstream',
    { url: test.url, schema: 'public', pool: test.database },
    { applicationName: 'test', statementSeconds: 30, signal: new AbortController().signal },
  );
});
afterAll(async () => {
  await session.close();
  await test.drop();
});

async function fill(ids: readonly string[]): Promise<void> {
  await test.database.raw('TRUNCATE image');
  await test.database.raw('INSERT INTO image SELECT unnest(?::text[])::bigint', [`{${ids.join()}}`]);
}

/** Returns the ids of each range, as a copy would take them. */
async function split(rowsPerRange: number, rowLimit?: number): Promise<readonly (readonly string[])[]> {
  const { ranges } = await findSourceRows(
    session,
    { source: SOURCE, hasUpstreamIds: true },
    rowLimit,
    rowsPerRange,
  );
  const parts: string[][] = [];
  for (const range of ranges) {
    if (!range) throw new Error('The rows have ids');
    const { first, before, last } = range;
    const { rows } = await test.database.raw(
      `SELECT id::text FROM image WHERE id >= :first AND id < coalesce(:before, 9223372036854775807)
       AND id <= coalesce(:last, 9223372036854775807) ORDER BY image.id`,
      { first, before: before ?? null, last: last ?? null },
    );
    parts.push(rows.map(({ id }: { id: string }) => id));
  }
  return parts;
}

it('splits random ids into ranges that have each of them once', async () => {
  const random = seededRandom(20_261_128);
  for (let round = 0; round < 40; round += 1) {
    const scale = 10 ** random.below(16);
    const ids = new Set(
      Array.from({ length: random.below(60) }, () => String(random.below(scale) - Math.floor(scale / 2))),
    );
    const sorted = [...ids].toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
    await fill([...ids]);
    const rowsPerRange = 1 + random.below(20);
    const parts = await split(rowsPerRange);
    expect(parts.flat()).toEqual(sorted);
    expect(parts.every((part) => part.length <= rowsPerRange)).toBe(true);
    expect(parts).toHaveLength(Math.ceil(sorted.length / rowsPerRange));
  }
});

it('takes the lowest ids where there is a limit', async () => {
  await fill(['-9223372036854775808', '5', '-3', '9223372036854775806', '70']);
  expect(await split(2, 4)).toEqual([
    ['-9223372036854775808', '-3'],
    ['5', '70'],
  ]);
});
