import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RefreshRefusedError } from '../../../../src/apps/ingestion/refreshes/step.ts';
import { CopyUnderTest, LIVE_TABLES, UPSTREAM_TABLE } from './copy-under-test.ts';

let test: CopyUnderTest;

async function start(environment: NodeJS.ProcessEnv = {}): Promise<void> {
  test = await CopyUnderTest.start(environment);
  await test.api.raw(LIVE_TABLES);
  await test.upstream.raw(UPSTREAM_TABLE);
}

function addRows(count: number, ids = 'n'): Promise<unknown> {
  return test.upstream.raw(
    `INSERT INTO image (id, title) SELECT ${ids}, 'title ' || n FROM generate_series(1, ${count}) n`,
  );
}

/** Copies, which has to be refused for good; returns the reason. Nothing may be left of the copy. */
async function refusal(): Promise<unknown> {
  const reason = await test.copy().then(
    () => 'copied',
    (error: unknown) => (error instanceof RefreshRefusedError ? error.message : error),
  );
  expect(await test.nextTables()).toEqual([]);
  return reason;
}

afterEach(() => test.stop());

describe('a copy is refused', () => {
  beforeEach(() => start());

  it('where there is no table upstream', async () => {
    await test.upstream.raw('DROP TABLE image');
    expect(await refusal()).toBe('There is no table "public"."image" upstream');
  });

  it('where there is no live table', async () => {
    await test.api.raw('DROP TABLE image');
    expect(await refusal()).toBe('There is no table "public"."image" in the database of the live tables');
  });

  it('where no column is in common', async () => {
    await test.upstream.raw('DROP TABLE image; CREATE TABLE image (something text)');
    expect(await refusal()).toBe(
      'The table image upstream has no column in common with the live table image',
    );
  });

  it('where a required column is missing upstream', async () => {
    await test.upstream.raw('ALTER TABLE image DROP COLUMN title');
    expect(await refusal()).toBe(
      'The live table image requires the column title, which image upstream does not have',
    );
  });

  it('where ids are no whole numbers', async () => {
    await test.upstream.raw('ALTER TABLE image ALTER COLUMN id TYPE text');
    expect(await refusal()).toBe(
      'The column id of image upstream has the type text; it has to be smallint, integer, bigint',
    );
  });

  it('where the live table has no primary key', async () => {
    await test.api.raw('ALTER TABLE image DROP CONSTRAINT image_key');
    expect(await refusal()).toBe('The live table public.image needs a primary key on id');
  });

  it('where rows have no id', async () => {
    await test.upstream.raw('ALTER TABLE image DROP CONSTRAINT image_pkey');
    await test.upstream.raw('ALTER TABLE image ALTER COLUMN id DROP NOT NULL');
    await addRows(3);
    await addRows(2, 'NULL');
    expect(await refusal()).toBe('The table image upstream has rows without an id');
  });

  it('where an id occurs twice', async () => {
    await test.upstream.raw('ALTER TABLE image DROP CONSTRAINT image_pkey');
    await addRows(3, 'n / 2');
    expect(await refusal()).toBe(
      'The database of the live tables: building the primary key of image failed: could not create unique index "image_key"',
    );
  });

  it('where a type cannot be cast to that of the live table', async () => {
    await test.upstream.raw('ALTER TABLE image ADD COLUMN view_count date');
    await addRows(1);
    expect(await refusal()).toBe(
      'The upstream database: the copy of image failed: cannot cast type date to integer',
    );
  });

  it('where a value is none of the type of the live table', async () => {
    await test.upstream.raw(`ALTER TABLE image ADD COLUMN view_count text DEFAULT 'many'`);
    await addRows(1);
    expect(await refusal()).toBe(
      'The upstream database: the copy of image failed: invalid input syntax for type integer: "many"',
    );
  });

  it('where a value is too long, which is not cut', async () => {
    await test.upstream.raw('ALTER TABLE image ALTER COLUMN title TYPE varchar(300)');
    await test.upstream.raw(`INSERT INTO image (id, title) VALUES (1, repeat('x', 201))`);
    expect(await refusal()).toBe(
      'The database of the live tables: the copy of image failed: value too long for type character varying(200) (COPY image, line 1, column title)',
    );
  });

  it('where a required value is missing', async () => {
    await test.upstream.raw('INSERT INTO image (id) VALUES (1)');
    expect(await refusal()).toContain('null value in column "title"');
  });

  it('where the disk is full', async () => {
    await addRows(3);
    await test.api.raw(`
      CREATE FUNCTION fill() RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
      ALTER TABLE image ADD COLUMN filled text;
      ALTER TABLE image ALTER COLUMN filled SET DEFAULT fill();`);
    expect(await refusal()).toMatch(
      /^The database of the live tables: the copy of image failed: its disk is full \(could not extend file/,
    );
  });
});

describe('a copy with limits', () => {
  it('is refused where it would take more than it may', async () => {
    await start({ INGESTION_MAX_BYTES: '1000' });
    await addRows(100);
    expect(await refusal()).toMatch(/^The copy would take about .* more than INGESTION_MAX_BYTES allows/);
  });

  it('ends where it takes too long', async () => {
    await start({ INGESTION_COPY_SECONDS: '1' });
    await addRows(1);
    await test.upstream.raw(`
      ALTER TABLE image RENAME TO stored;
      CREATE VIEW image AS SELECT id, title || (SELECT pg_sleep(60))::text AS title FROM stored;`);
    expect(await refusal()).toContain('INGESTION_COPY_SECONDS');
  });
});
