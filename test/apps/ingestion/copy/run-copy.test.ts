import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { image } from '../../../../src/apps/ingestion/models/image.ts';
import type { IngestionModel } from '../../../../src/apps/ingestion/models/model.ts';
import { CopyUnderTest, LIVE_TABLES, UPSTREAM_TABLE } from './copy-under-test.ts';

let test: CopyUnderTest;

async function start(environment: NodeJS.ProcessEnv = {}): Promise<void> {
  test = await CopyUnderTest.start(environment);
  await test.api.raw(LIVE_TABLES);
  await test.upstream.raw(UPSTREAM_TABLE);
}

function addRows(count: number, ids = 'n'): Promise<unknown> {
  return test.upstream.raw(
    `INSERT INTO image (id, title, tags) SELECT ${ids}, 'title ' || n, '[{"name": "cat"}]' FROM generate_series(1, ${count}) n`,
  );
}

afterEach(() => test.stop());

describe('a copy', () => {
  beforeEach(() => start());

  it('has the rows of upstream in the columns that both have', async () => {
    await addRows(3);
    await test.upstream.raw('UPDATE image SET standardized_popularity = 0.5 WHERE id = 2');
    expect(await test.copy()).toEqual({
      progress: { rowsDone: 3, rowsTotal: 3 },
      message: '3 rows are copied',
      result: {
        tables: {
          image: {
            rows: 3,
            snapshotRows: 3,
            deletedRows: 0,
            columns: expect.arrayContaining(['id', 'title', 'standardized_popularity']),
          },
        },
      },
    });
    const { rows } = await test.api.raw(
      'SELECT id::int, title, tags, created_on::text, view_count, letters, standardized_popularity AS popularity FROM ingestion_next.image WHERE id = 2',
    );
    expect(rows).toEqual([
      {
        id: 2,
        title: 'title 2',
        tags: [{ name: 'cat' }],
        created_on: '2026-01-02 03:04:05.678901+00',
        view_count: 0,
        letters: 7,
        popularity: 0.5,
      },
    ]);
  });

  it('has a primary key of the name that the live one has, and leaves the live table alone', async () => {
    await addRows(1);
    await test.copy();
    const { rows } = await test.api.raw(
      `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'ingestion_next.image'::regclass AND contype = 'p'`,
    );
    expect(rows).toEqual([{ conname: 'image_key', pg_get_constraintdef: 'PRIMARY KEY (id)' }]);
    expect(await test.api('public.image').pluck('title')).toEqual(['live']);
  });

  it('leaves out rows that are deleted', async () => {
    await addRows(5);
    const [deleted] = await test.upstream('image').where({ id: 3 }).pluck('identifier');
    await test.api('api_deletedimage').insert({ identifier: deleted });
    const { result } = await test.copy();
    expect(result).toMatchObject({ tables: { image: { rows: 4, snapshotRows: 5, deletedRows: 1 } } });
    expect(await test.copied('id')).toEqual(['1', '2', '4', '5']);
  });

  it('takes ids with large gaps, and negative ones', async () => {
    await addRows(9, '(n - 5) * 1000000000::bigint');
    await test.copy();
    expect((await test.copied('id')).map(Number)).toEqual([-4e9, -3e9, -2e9, -1e9, 0, 1e9, 2e9, 3e9, 4e9]);
  });

  it('of an empty table is an empty table', async () => {
    expect((await test.copy()).result).toMatchObject({ tables: { image: { rows: 0, snapshotRows: 0 } } });
    expect(await test.nextTables()).toEqual(['image']);
  });

  it('has the rows of one moment, whatever changes meanwhile', async () => {
    await addRows(120_000);
    let changed: Promise<unknown> | undefined;
    await test.copy({
      onReport: () => {
        changed ??= Promise.resolve(
          test.upstream.raw(
            `INSERT INTO image (id, title) VALUES (500000, 'later'); DELETE FROM image WHERE id = 119999`,
          ),
        );
      },
    });
    await changed;
    const { rows } = await test.api.raw('SELECT count(*)::int, max(id)::int FROM ingestion_next.image');
    expect(rows).toEqual([{ count: 120_000, max: 120_000 }]);
  });

  it('reports rows and bytes, which only grow', async () => {
    await addRows(120_000);
    await test.copy();
    const rows = test.reports.map(({ rowsDone }) => rowsDone);
    const bytes = test.reports.map(({ bytesDone }) => bytesDone ?? Number.NaN);
    expect(rows).toEqual(rows.toSorted((one, other) => one - other));
    expect(bytes).toEqual(bytes.toSorted((one, other) => one - other));
    expect(test.reports.at(-1)).toMatchObject({ rowsDone: 120_000, rowsTotal: 120_000 });
    expect(bytes.at(-1)).toBeGreaterThan(120_000 * 50);
  });

  it('takes the place of an earlier one', async () => {
    await addRows(3);
    await test.copy();
    await test.upstream('image').where({ id: 2 }).delete();
    await test.copy();
    expect(await test.copied('id')).toEqual(['1', '3']);
  });

  it('cancels the ingest whose copy it takes the place of', async () => {
    await test.own('ingestion.refreshes').insert({
      id: '7d0e3f06-0f43-4c62-9d0c-3c1f5c9b5a10',
      model: 'image',
      action: 'INGEST_UPSTREAM',
      state: 'ready',
      index_suffix: 'earlier',
      requested_by: 'a test',
      admitted: new Date(),
      ended: new Date(),
    });
    await test.copy();
    expect(await test.own('ingestion.refreshes').pluck('state')).toEqual(['cancelled']);
  });

  it('takes rows from a view without ids, and numbers them', async () => {
    const sets: IngestionModel = {
      ...image,
      tables: [{ name: 'image', upstreamName: 'image_view', columns: { view_count: { defaultValue: 0 } } }],
    };
    await addRows(3);
    await test.upstream.raw('CREATE VIEW image_view AS SELECT DISTINCT title FROM image');
    const { result } = await test.copy({ model: sets });
    expect(result).toMatchObject({ tables: { image: { rows: 3 } } });
    expect(await test.copied('id')).toEqual(['1', '2', '3']);
  });

  it('works without a primary key upstream', async () => {
    await test.upstream.raw('ALTER TABLE image DROP CONSTRAINT image_pkey');
    await addRows(3);
    await test.copy();
    expect(await test.copied('id')).toEqual(['1', '2', '3']);
  });
});

describe('a copy between columns of different types', () => {
  beforeEach(() => start());

  it('casts values', async () => {
    await test.upstream.raw(
      `ALTER TABLE image ALTER COLUMN id TYPE integer, ALTER COLUMN title TYPE text, ALTER COLUMN identifier TYPE text,
       ALTER COLUMN created_on DROP DEFAULT, ALTER COLUMN created_on TYPE text, ADD COLUMN view_count text DEFAULT '12'`,
    );
    await test.upstream.raw(
      `INSERT INTO image (id, title, identifier, created_on) VALUES (1, 'a', '5f8e3f06-0f43-4c62-9d0c-3c1f5c9b5a10', '2026-01-02T03:04:05Z')`,
    );
    await test.copy();
    expect(await test.api('ingestion_next.image').select('identifier', 'view_count')).toEqual([
      { identifier: '5f8e3f06-0f43-4c62-9d0c-3c1f5c9b5a10', view_count: 12 },
    ]);
  });

  it('takes types that are not built in', async () => {
    for (const database of [test.api, test.upstream]) {
      await database.raw('CREATE DOMAIN score AS integer');
      await database.raw(`CREATE TYPE mood AS ENUM ('glad', 'sad')`);
      await database.raw('ALTER TABLE image ADD COLUMN moods mood[], ADD COLUMN score score');
    }
    await test.upstream.raw(
      `INSERT INTO image (id, title, moods, score) VALUES (1, 'tab\there', '{glad,sad}', 3)`,
    );
    await test.copy();
    const { rows } = await test.api.raw(
      'SELECT title, moods::text AS moods, score FROM ingestion_next.image',
    );
    expect(rows).toEqual([{ title: 'tab\there', moods: '{glad,sad}', score: 3 }]);
  });

  it('drops tags that are no JSON', async () => {
    await test.upstream.raw('ALTER TABLE image ALTER COLUMN tags TYPE text');
    await test.upstream.raw(
      String.raw`INSERT INTO image (id, title, tags) VALUES (1, 'a', '[{"name": "cat"}]'), (2, 'b', '[{"name": '), (3, 'c', '[{"name": "\u0000"}]'), (4, 'd', NULL)`,
    );
    await test.copy();
    expect(await test.copied('tags')).toEqual([[{ name: 'cat' }], null, null, null]);
  });
});

describe('a limited copy', () => {
  it('has the rows with the lowest ids', async () => {
    await start({ DATA_REFRESH_LIMIT: '4' });
    await addRows(9, '10 - n');
    expect((await test.copy()).result).toMatchObject({ tables: { image: { rows: 4, snapshotRows: 4 } } });
    expect(await test.copied('id')).toEqual(['1', '2', '3', '4']);
  });
});

describe('a copy by postgres_fdw', () => {
  it('has the same rows, and leaves no server behind', async () => {
    await start({ INGESTION_COPY_METHOD: 'postgres_fdw', DATA_REFRESH_LIMIT: '4' });
    await addRows(9, '10 - n');
    expect((await test.copy()).result).toMatchObject({
      tables: { image: { rows: 4, snapshotRows: 4, deletedRows: 0 } },
    });
    expect(await test.copied('id')).toEqual(['1', '2', '3', '4']);
    expect(await test.copied('tags')).toEqual(Array.from({ length: 4 }, () => [{ name: 'cat' }]));
    expect(await test.api('pg_foreign_server').pluck('srvname')).toEqual([]);
  });
});
