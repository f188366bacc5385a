import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type EmbeddedPostgres, startPostgres } from '../../../../src/standalone/postgres.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { CopyUnderTest, LIVE_TABLES, UPSTREAM_TABLE } from './copy-under-test.ts';

let directory: string;
let postgres: EmbeddedPostgres;
let api: TestDatabase;
let test: CopyUnderTest;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ingestion-cache-'));
  postgres = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    parameters: { shared_buffers: '32MB', fsync: 'off', autovacuum: 'off' },
  });
  api = await createTestDatabase({ migrated: false, serverUrl: postgres.url });
  test = await CopyUnderTest.start({ INGESTION_DATABASE_URL: api.url });
});
afterAll(async () => {
  await test.stop();
  await api.drop();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Returns how many pages of the live table the cache of its database has. */
async function cachedPages(): Promise<number> {
  const { rows } = await api.database.raw<{ rows: { pages: number }[] }>(
    `SELECT count(*)::int AS pages FROM pg_buffercache
     WHERE relfilenode = pg_relation_filenode('public.image')
       AND reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]?.pages ?? 0;
}

it('leaves the live table in the cache of its database, though the copy is three times as large as that', async () => {
  await api.database.raw(LIVE_TABLES);
  await api.database.raw(`
    CREATE EXTENSION pg_buffercache; CREATE EXTENSION pg_prewarm;
    INSERT INTO image (id, title, url, view_count) SELECT n, 'live', repeat('x', 128), 0 FROM generate_series(2, 40000) n`);
  await test.upstream.raw(UPSTREAM_TABLE);
  await test.upstream.raw(
    `INSERT INTO image (id, title, url) SELECT n, 'title', repeat(md5(n::text), 4) FROM generate_series(1, 400000) n`,
  );
  await api.database.raw(`CHECKPOINT; SELECT pg_prewarm('image')`);
  const before = await cachedPages();
  await test.copy();
  expect(before).toBeGreaterThan(1_000);
  expect(await cachedPages()).toBeGreaterThan(before * 0.9);
});
