import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Database } from '../../../../src/platform/database/connection.ts';
import type { TestDatabase } from '../../../support/database.ts';
import { type PostgresOnSmallDisk, startPostgresOnSmallDisk } from '../../../support/small-disk.ts';
import { CopyUnderTest, LIVE_TABLES, UPSTREAM_TABLE } from './copy-under-test.ts';

const DISK_BYTES = 128 * 2 ** 20;

/** Rows of about 300 bytes: the copy takes twice as much as a file may where the system limits files. */
const ROWS = 120_000;

const FULL = /^The database of the live tables: .*(its disk is full|File too large)/;
const FULL_UPSTREAM = /^The upstream database: .*(its disk is full|File too large)/;

let server: PostgresOnSmallDisk;
let small: TestDatabase;
let test: CopyUnderTest | undefined;

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'small-disk-'));
  await chmod(directory, 0o755);
  server = await startPostgresOnSmallDisk(directory, DISK_BYTES);
  small = await server.createDatabase();
});
afterEach(async () => {
  server.empty();
  await test?.stop();
  test = undefined;
  await small.drop();
  await server.stop();
});

async function startWith(environment: NodeJS.ProcessEnv): Promise<CopyUnderTest> {
  test = await CopyUnderTest.start(environment);
  return test;
}

async function fillUpstream(upstream: Database, rows: number): Promise<void> {
  await upstream.raw(UPSTREAM_TABLE);
  await upstream.raw(
    `INSERT INTO image (id, title) SELECT n, repeat(md5(n::text), 6) FROM generate_series(1, ${rows}) n`,
  );
  await upstream.raw('ANALYZE image');
}

/** What is in the database of the live tables: the live rows, and copies. */
async function stateOf({ database }: TestDatabase) {
  const { rows } = await database.raw<{ rows: { titles: string[]; copies: string[] }[] }>(
    `SELECT array(SELECT title::text FROM image) AS titles,
       array(SELECT tablename::text FROM pg_tables WHERE schemaname = 'ingestion_next') AS copies`,
  );
  return rows[0];
}

const UNTOUCHED = { titles: ['live'], copies: [] };

it('does not begin where the disk of the live tables has too little room', async () => {
  const limit = server.isSmall ? {} : { INGESTION_MAX_BYTES: String(DISK_BYTES) };
  const under = await startWith({ INGESTION_DATABASE_URL: small.url, ...limit });
  await small.database.raw(LIVE_TABLES);
  await fillUpstream(under.upstream, 2 * ROWS);
  await expect(under.copy()).rejects.toThrow(
    /^The copy would take about 0\.\d GB, (and the disk of the live tables has 0\.\d GB left|more than INGESTION_MAX_BYTES)/,
  );
  expect(await stateOf(small)).toEqual(UNTOUCHED);
});

it('ends where the disk of the live tables fills up meanwhile, and leaves nothing on it', async () => {
  const under = await startWith({ INGESTION_DATABASE_URL: small.url });
  await small.database.raw(LIVE_TABLES);
  await fillUpstream(under.upstream, ROWS);
  let isFilled = false;
  const onReport = ({ bytesDone = 0 }) => {
    if (isFilled || bytesDone === 0) return;
    isFilled = true;
    server.fill();
  };
  await expect(under.copy({ onReport })).rejects.toThrow(FULL);
  expect(isFilled).toBe(true);
  expect(await stateOf(small)).toEqual(UNTOUCHED);
  server.empty();
  expect(await under.copy()).toMatchObject({ result: { tables: { image: { rows: ROWS } } } });
});

it('ends where the disk of the upstream database is full, and says so', async () => {
  const under = await startWith({ UPSTREAM_DATABASE_URL: small.url });
  await under.api.raw(LIVE_TABLES);
  await fillUpstream(small.database, ROWS);
  // What it has to sort does not fit into memory.
  await small.database.raw(
    'ALTER TABLE image RENAME TO stored; CREATE VIEW image AS SELECT * FROM stored ORDER BY title',
  );
  server.fill();
  await expect(under.copy()).rejects.toThrow(FULL_UPSTREAM);
  server.empty();
  expect(await under.copy()).toMatchObject({ result: { tables: { image: { rows: ROWS } } } });
});
