import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import getPort from 'get-port';
import { type Database, openDatabase, waitForDatabase } from '../../../src/platform/database/connection.ts';
import { isoTimestamp } from '../../../src/platform/database/timestamps.ts';
import { type EmbeddedPostgres, startPostgres } from '../../../src/standalone/postgres.ts';
import { captureLog } from '../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';

describe('a connection to Postgres', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase({ migrated: false });
  });
  afterAll(() => test.drop());

  it('reads timestamps as text, with their microseconds, in UTC', async () => {
    const { rows } = await test.database.raw(`
      SELECT t AS zoned, t AT TIME ZONE 'UTC' AS plain
      FROM (VALUES (timestamptz '2021-11-26T14:23:36.772426+01:00')) AS v (t)`);
    expect(rows).toEqual([{ zoned: '2021-11-26 13:23:36.772426+00', plain: '2021-11-26 13:23:36.772426' }]);
  });

  it('keeps the values of a statement out of what its error says', async () => {
    const failing = test.database.raw('SELECT ?::text, 1 / ?::integer', ['a private value', 0]);
    await expect(failing).rejects.toThrow(/division by zero/);
    await expect(failing).rejects.not.toThrow(/a private value/);
  });

  it('has Postgres notice soon that this side is gone', async () => {
    const { rows } = await test.database.raw('SHOW tcp_keepalives_idle');
    expect(rows).toEqual([{ tcp_keepalives_idle: '10' }]);
  });

  it('writes timestamps as the API does: six digits and a Z', async () => {
    await test.database.raw('CREATE TABLE moments (at timestamptz)');
    await test.database.raw(
      `INSERT INTO moments VALUES ('2021-12-02 09:53:40.702Z'), ('2021-12-02 00:00:00+02')`,
    );
    const rows = await test
      .database('moments')
      .select(isoTimestamp(test.database, 'moments.at', 'created'))
      .orderBy('at', 'desc');
    expect(rows).toEqual([
      { created: '2021-12-02T09:53:40.702000Z' },
      { created: '2021-12-01T22:00:00.000000Z' },
    ]);
  });

  it('uses indexes where that is set, also in an empty table', async () => {
    await test.database.raw('CREATE TABLE numbers (number integer PRIMARY KEY)');
    await test.database.raw('VACUUM numbers');
    const planOf = async (database: Database) => {
      const { rows } = await database.raw('EXPLAIN SELECT * FROM numbers WHERE number = 1');
      return String(rows[0]['QUERY PLAN']);
    };
    const options = { applicationName: 'test', maximumConnections: 1 };
    const byIndexes = openDatabase(test.url, { ...options, goesByIndexes: true });
    try {
      expect(await planOf(test.database)).toMatch(/^Seq Scan/);
      expect(await planOf(byIndexes)).toMatch(/^Index/);
    } finally {
      await byIndexes.destroy();
    }
  });

  it('reads other types as they are', async () => {
    const { rows } = await test.database.raw(
      `SELECT 1 AS number, true AS boolean, '{"a": [1]}'::jsonb AS json`,
    );
    expect(rows).toEqual([{ number: 1, boolean: true, json: { a: [1] } }]);
  });

  it('says which statement failed, and not what was in it: that may be a secret, or megabytes', async () => {
    const inserted = test.database('no_such_table').insert({ origin: 'secret' });
    await expect(inserted).rejects.toThrow(
      /^insert into "no_such_table" \("origin"\) values \(\$1\) - relation "no_such_table" does not exist$/,
    );
  });

  it('takes a password with any characters', async () => {
    const password = `p@ss:w/o#r?d % "é" '${randomUUID()}`;
    const role = `role_${randomUUID().replaceAll('-', '')}`;
    const { rows: statements } = await test.database.raw<{ rows: { sql: string }[] }>(
      `SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', ?::text, ?::text) AS sql`,
      [role, password],
    );
    for (const { sql } of statements) await test.database.raw(sql.replaceAll('?', '\\?'));
    const url = new URL(test.url);
    url.username = role;
    url.password = encodeURIComponent(password);
    const database = openDatabase(url.href, { applicationName: 'test', maximumConnections: 1 });
    const { rows } = await database.raw('SELECT current_user AS role');
    expect(rows).toEqual([{ role }]);
    await database.destroy();
    await test.database.raw('DROP ROLE ??', [role]);
  });
});

describe('waiting for Postgres', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase({ migrated: false });
  });
  afterAll(() => test.drop());

  async function waitFor(
    change: (url: URL) => void,
  ): Promise<{ failure: unknown; lines: readonly string[] }> {
    const url = new URL(test.url);
    change(url);
    const log = captureLog();
    const database = openDatabase(url.href, {
      applicationName: 'test',
      maximumConnections: 1,
      logger: log.logger,
    });
    const failure = await waitForDatabase(database, log.logger).catch((error: unknown) => error);
    await database.destroy();
    return { failure, lines: log.lines };
  }

  it('ends at once where it answers', async () => {
    expect(await waitFor(() => undefined)).toEqual({ failure: undefined, lines: [] });
  });

  it('fails at once where the password is wrong, and does not show it', async () => {
    const { failure, lines } = await waitFor((url) => {
      url.password = 'hunter2';
    });
    expect(String(failure)).toContain('password authentication failed for user "composite"');
    expect(lines.join()).not.toContain('waiting for Postgres');
    expect(String(failure) + lines.join()).not.toContain('hunter2');
  });

  it('fails at once where the database does not exist', async () => {
    const { failure } = await waitFor((url) => {
      url.pathname = '/nowhere';
    });
    expect(String(failure)).toContain('database "nowhere" does not exist');
  });

  it('ends at its signal', async () => {
    const { logger, lines } = captureLog();
    const database = openDatabase('postgresql://user@127.0.0.1:1/name', {
      applicationName: 'test',
      maximumConnections: 1,
      logger,
    });
    const stop = new AbortController();
    const waiting = waitForDatabase(database, logger, stop.signal);
    await eventually(() => lines.length > 0);
    stop.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await database.destroy();
  });
});

describe('a Postgres that comes and goes', () => {
  let directory: string;
  let port: number;
  let server: EmbeddedPostgres | undefined;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'composite-restart-'));
    await chmod(directory, 0o755);
    port = await getPort({ host: '127.0.0.1' });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  function start(): Promise<EmbeddedPostgres> {
    return startPostgres({ dataDirectory: join(directory, 'postgres'), port, parameters: { fsync: 'off' } });
  }

  it('is waited for until it is there; the log says so', async () => {
    server = await start();
    const { url } = server;
    await server.stop();
    const log = captureLog();
    const database = openDatabase(url, {
      applicationName: 'test',
      maximumConnections: 1,
      logger: log.logger,
    });
    const waiting = waitForDatabase(database, log.logger);
    await eventually(() => log.lines.some((line) => line.includes('waiting for Postgres')));
    server = await start();
    await waiting;
    expect(log.events().filter(({ msg }) => msg === 'waiting for Postgres')[0]).toMatchObject({
      level: 'warn',
      attempt: 1,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    await database.destroy();
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'restarts (%s) under idle connections without harm',
    async (signal) => {
      server ??= await start();
      const log = captureLog();
      const database = openDatabase(server.url, {
        applicationName: 'test',
        maximumConnections: 3,
        logger: log.logger,
      });
      await Promise.all([1, 2, 3].map(() => database.raw('SELECT pg_sleep(0.05)')));
      const broken = database.raw('SELECT pg_sleep(60)').catch((error: unknown) => error);
      await eventually(async () => {
        const { rows } = await database.raw(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)'`,
        );
        return rows.length > 0;
      });
      process.kill(server.pid, signal);
      await server.ended;
      expect(await broken).toBeInstanceOf(Error);
      server = await start();
      const answers = await Promise.all(
        [1, 2, 3].map((number) => database.raw('SELECT ?::integer AS number', [number])),
      );
      expect(answers.map(({ rows }) => rows[0])).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }]);
      await database.destroy();
    },
  );
});
