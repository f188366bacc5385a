import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Knex } from 'knex';
import { type EmbeddedPostgres, startPostgres } from '../../../../src/standalone/postgres.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';
import { CopyUnderTest, LIVE_TABLES, UPSTREAM_TABLE } from './copy-under-test.ts';

const MOST_BYTES = 100_000;

let directory: string;
let postgres: EmbeddedPostgres;
let live: TestDatabase;
let replica: TestDatabase;
let test: CopyUnderTest | undefined;

/** A replica by logical replication, in the same Postgres: it applies a table, and cannot while that is locked. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'replica-lag-'));
  await chmod(directory, 0o755);
  postgres = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    parameters: { fsync: 'off', wal_level: 'logical' },
  });
  live = await createTestDatabase({ serverUrl: postgres.url, migrated: false });
  replica = await createTestDatabase({ serverUrl: postgres.url, migrated: false });
  const table = 'CREATE TABLE public.replicated (id bigint PRIMARY KEY)';
  await live.database.raw(`${LIVE_TABLES} ${table}`);
  await live.database.raw('CREATE PUBLICATION live FOR TABLE public.replicated');
  await live.database.raw(`SELECT pg_create_logical_replication_slot('replica', 'pgoutput')`);
  await replica.database.raw(table);
  await replica.database.raw(
    `CREATE SUBSCRIPTION replica CONNECTION '${live.url}' PUBLICATION live
     WITH (create_slot = false, slot_name = 'replica', copy_data = false)`,
  );
  await eventually(async () => (await lag()) === 0);
});
afterEach(async () => {
  await test?.stop();
  test = undefined;
  await replica.database.raw('ALTER SUBSCRIPTION replica DISABLE');
  await replica.database.raw('ALTER SUBSCRIPTION replica SET (slot_name = NONE)');
  await replica.database.raw('DROP SUBSCRIPTION replica');
  await replica.drop();
  await live.database.raw(
    'SELECT pg_terminate_backend(active_pid), pg_sleep(0.2) FROM pg_replication_slots WHERE active_pid IS NOT NULL',
  );
  await eventually(() => live.database.raw(`SELECT pg_drop_replication_slot('replica')`));
  await live.drop();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Bytes that the replica is behind; `undefined` where it is not connected. */
async function lag(): Promise<number | undefined> {
  const { rows } = await live.database.raw<{ rows: { bytes: number }[] }>(
    'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 AS bytes FROM pg_stat_replication',
  );
  return rows[0]?.bytes;
}

/** Holds up the replica until the transaction has ended, and leaves it behind by more than it may be. */
async function holdUp(): Promise<Knex.Transaction> {
  const holding = await replica.database.transaction();
  await holding.raw('LOCK TABLE public.replicated IN ACCESS EXCLUSIVE MODE');
  await live.database.raw('INSERT INTO public.replicated SELECT n FROM generate_series(1, 20000) n');
  await eventually(async () => Number(await lag()) > MOST_BYTES);
  return holding;
}

async function startWith(environment: NodeJS.ProcessEnv): Promise<CopyUnderTest> {
  test = await CopyUnderTest.start({ INGESTION_DATABASE_URL: live.url, ...environment });
  await test.upstream.raw(UPSTREAM_TABLE);
  await test.upstream.raw(`INSERT INTO image (id, title) SELECT n, 'title' FROM generate_series(1, 50) n`);
  return test;
}

it('waits while a replica is further behind than INGESTION_MAX_LAG, and goes on when it has caught up', async () => {
  const under = await startWith({ INGESTION_MAX_LAG: String(MOST_BYTES) });
  const holding = await holdUp();
  let isDone = false;
  const copying = under.copy().finally(() => {
    isDone = true;
  });
  copying.catch(() => undefined);
  // Upstream hears of the copy at each look, which keeps its transaction from being idle for too long.
  await eventually(async () => {
    const { rows } = await under.upstream.raw(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT 1'
         AND application_name LIKE 'ingestion image %'`,
    );
    return rows.length > 0;
  });
  expect(isDone).toBe(false);
  await holding.rollback();
  expect(await copying).toMatchObject({ result: { tables: { image: { rows: 50 } } } });
});

it('waits for no replica where INGESTION_MAX_LAG is not set', async () => {
  const under = await startWith({});
  const holding = await holdUp();
  expect(await under.copy()).toMatchObject({ result: { tables: { image: { rows: 50 } } } });
  await holding.rollback();
});

it('stops waiting when it is cancelled', async () => {
  const under = await startWith({ INGESTION_MAX_LAG: String(MOST_BYTES) });
  const holding = await holdUp();
  const cancelling = new AbortController();
  const copying = under.copy({ signal: cancelling.signal });
  copying.catch(() => undefined);
  await eventually(async () => {
    const { rows } = await live.database.raw(`SELECT to_regclass('ingestion_next.image') AS made`);
    return rows[0].made;
  });
  cancelling.abort(new Error('cancelled by a test'));
  await expect(copying).rejects.toThrow('cancelled by a test');
  await holding.rollback();
});
