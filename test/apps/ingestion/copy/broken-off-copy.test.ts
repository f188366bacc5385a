import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CopyBrokenOffError } from '../../../../src/apps/ingestion/copy/copy-failures.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTcpProxy, type TcpProxy } from '../../../support/tcp-proxy.ts';
import { CopyUnderTest, LIVE_TABLES, UPSTREAM_TABLE } from './copy-under-test.ts';

const ROWS = 60_000;

/** Has the upstream table, and each test's own way to it. */
let upstream: CopyUnderTest;
let copies: CopyUnderTest | undefined;

beforeEach(async () => {
  upstream = await CopyUnderTest.start();
  await upstream.upstream.raw(UPSTREAM_TABLE);
  await upstream.upstream.raw(
    `INSERT INTO image (id, title) SELECT n, 'title ' || n FROM generate_series(1, ${ROWS}) n`,
  );
});
afterEach(async () => {
  await copies?.stop();
  copies = undefined;
  await upstream.stop();
});

async function startWith(change: (url: URL) => void, environment: NodeJS.ProcessEnv = {}) {
  const url = new URL(upstream.upstreamUrl);
  change(url);
  const started = await CopyUnderTest.start({ ...environment, UPSTREAM_DATABASE_URL: url.href });
  copies = started;
  await started.api.raw(LIVE_TABLES);
  return started;
}

/** Returns why a copy broke off, which another attempt may do better. Nothing may be left of it. */
async function reasonOf(test: CopyUnderTest, copying: Promise<unknown>): Promise<unknown> {
  const reason = await copying.then(
    () => 'copied',
    (error: unknown) => (error instanceof CopyBrokenOffError ? error.message : error),
  );
  expect(await test.nextTables()).toEqual([]);
  return reason;
}

describe('a copy breaks off', () => {
  it('where upstream cannot be reached', async () => {
    const test = await startWith((url) => {
      url.port = '1';
    });
    expect(await reasonOf(test, test.copy())).toMatch(
      /^The upstream database: connecting failed: connect ECONNREFUSED [\d.]+:1$/,
    );
  });

  it('where upstream has no connection left', async () => {
    const role = `limited_${process.pid}_${Date.now()}`;
    await upstream.upstream.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'secret' CONNECTION LIMIT 1`);
    await upstream.upstream.raw(`GRANT SELECT ON image TO ${role}`);
    const test = await startWith((url) => {
      url.username = role;
      url.password = 'secret';
    });
    expect(await reasonOf(test, test.copy())).toMatch(
      /^The upstream database: connecting failed: all its connections are used up \(too many connections/,
    );
    await test.stop();
    copies = undefined;
    await upstream.upstream.raw(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
});

describe('a copy', () => {
  it('needs no more rights upstream than to read the table', async () => {
    const role = `reader_${process.pid}_${Date.now()}`;
    await upstream.upstream.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    const test = await startWith((url) => {
      url.username = role;
      url.password = 'secret';
    });
    await expect(test.copy()).rejects.toThrow('permission denied for table image');
    await upstream.upstream.raw(`GRANT SELECT ON image TO ${role}`);
    await test.copy();
    expect(await test.copied('id')).toHaveLength(ROWS);
    await test.stop();
    copies = undefined;
    await upstream.upstream.raw(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it('stops at once on both sides when it is cancelled, and begins anew', async () => {
    const test = await startWith(() => undefined);
    await upstream.upstream.raw(`
      ALTER TABLE image RENAME TO stored;
      CREATE FUNCTION slow(title text) RETURNS text STABLE LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(60); RETURN title; END $$;
      CREATE VIEW image AS SELECT id, CASE WHEN id > 30000 THEN slow(title) ELSE title END AS title FROM stored;`);
    const copiesOf = (database: Database) =>
      database('pg_stat_activity')
        .whereLike('query', 'COPY %')
        .andWhere({ state: 'active' })
        .andWhereRaw('datname = current_database()')
        .pluck('pid');
    const cancelling = new AbortController();
    const copying = test.copy({ signal: cancelling.signal });
    const ended = copying.then(
      () => 'copied',
      (error: Error) => error.message,
    );
    const begun = eventually(async () => (await copiesOf(upstream.upstream)).length > 0).then(() => 'begun');
    expect(await Promise.race([begun, ended])).toBe('begun');
    cancelling.abort(new Error('cancelled by a test'));
    expect(await ended).toBe('cancelled by a test');
    await eventually(
      async () => (await copiesOf(upstream.upstream)).length + (await copiesOf(test.api)).length === 0,
    );
    expect(await test.nextTables()).toEqual([]);
    await upstream.upstream.raw('DROP VIEW image; ALTER TABLE stored RENAME TO image');
    await test.copy();
    expect(await test.copied('id')).toHaveLength(ROWS);
  });

  it('goes on while upstream is slow', async () => {
    const test = await startWith(() => undefined, { INGESTION_COPY_SILENCE_SECONDS: '1' });
    await upstream.upstream.raw(`
      ALTER TABLE image RENAME TO stored;
      CREATE FUNCTION slow(title text) RETURNS text STABLE LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.05); RETURN repeat(title, 1000); END $$;
      CREATE VIEW image AS SELECT id, title, slow(title) AS url FROM stored WHERE id <= 60;`);
    await test.copy();
    expect(await test.copied('id')).toHaveLength(60);
  });
});

describe('behind a network that fails', () => {
  let network: TcpProxy;

  async function startBehindNetwork(environment: NodeJS.ProcessEnv = {}): Promise<CopyUnderTest> {
    network = await startTcpProxy(Number(new URL(upstream.upstreamUrl).port));
    return startWith((url) => {
      url.port = String(network.port);
    }, environment);
  }

  afterEach(() => network.close());

  it('a copy leaves no half when upstream goes in the middle, and has all at the next attempt', async () => {
    const test = await startBehindNetwork();
    const cut = network.cutBeforeAnswer('title 30000');
    expect(await reasonOf(test, test.copy())).toMatch(/^The upstream database: the copy of image failed: /);
    await cut;
    await test.copy();
    expect(await test.copied('id')).toHaveLength(ROWS);
  });

  it('a copy gives up on an upstream that says nothing any more', async () => {
    const test = await startBehindNetwork({ INGESTION_COPY_SILENCE_SECONDS: '1' });
    let isSilent = false;
    const copying = test.copy({
      onReport: ({ bytesDone = 0 }) => {
        if (bytesDone === 0 || isSilent) return;
        isSilent = true;
        network.swallowOpenConnections();
      },
    });
    expect(await reasonOf(test, copying)).toBe('the copy of image broke off: no byte came for 1 s');
  });
});
