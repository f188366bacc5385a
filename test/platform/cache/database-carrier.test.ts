import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseCarrier } from '../../../src/platform/cache/database-carrier.ts';
import { Cache, CacheError, createCacheTable } from '../../../src/platform/cache/index.ts';
import { openDatabase } from '../../../src/platform/database/connection.ts';
import { captureLog } from '../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('a cache in the database', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase({ migrated: false });
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    await test.database.raw('DROP TABLE IF EXISTS app_cache');
  });

  async function expiredCount(): Promise<number> {
    const { rows } = await test.database.raw<{ rows: { count: number }[] }>(
      'SELECT count(*)::integer AS count FROM app_cache WHERE expires <= now()',
    );
    return rows[0]?.count ?? Number.NaN;
  }

  it('removes expired values a batch at a time as others are written', async () => {
    await createCacheTable(test.database, 'app_cache');
    await test.database.raw(
      `INSERT INTO app_cache SELECT 'old ' || n, '1', now() - interval '1 day' FROM generate_series(1, 1500) n`,
    );
    await test.database.raw(`INSERT INTO app_cache VALUES ('still good', '2', now() + interval '1 day')`);
    const cache = new Cache(new DatabaseCarrier(test.database, 'app_cache'));
    await cache.set('new', 1);
    expect(await expiredCount()).toBe(500);
    await cache.set('new', 2);
    expect(await expiredCount()).toBe(0);
    expect(await cache.get('still good')).toBe(2);
    expect(await cache.get('new')).toBe(2);
  });

  it('finds expired values by an index', async () => {
    await createCacheTable(test.database, 'app_cache');
    const { rows } = await test.database.raw(`SELECT indexdef FROM pg_indexes WHERE tablename = 'app_cache'`);
    expect(JSON.stringify(rows)).toContain('(expires)');
  });

  it('says which command creates its table where that is missing', async () => {
    const cache = new Cache(new DatabaseCarrier(test.database, 'app_cache'));
    const message =
      'The cache (the table "app_cache") does not work: it does not exist; "node dist/manage.js createcachetable" creates it';
    await expect(cache.ping()).rejects.toThrow(CacheError);
    await expect(cache.ping()).rejects.toThrow(message);
    await expect(cache.get('key')).rejects.toThrow('could not get "key"');
  });

  it('says so where Postgres does not answer', async () => {
    const nowhere = openDatabase('postgresql://user:hunter2@127.0.0.1:1/name', {
      applicationName: 'test',
      maximumConnections: 1,
      logger: captureLog().logger,
    });
    const failure = await new Cache(new DatabaseCarrier(nowhere, 'app_cache')).get('key').catch(String);
    expect(failure).toContain('CacheError: The cache (the table "app_cache") could not get "key"');
    expect(failure).toContain('ECONNREFUSED');
    expect(failure).not.toContain('hunter2');
    await nowhere.destroy();
  });

  describe('whose table is created', () => {
    it('twice, or by two at the same time, is created once and keeps its values', async () => {
      await Promise.all([1, 2, 3].map(() => createCacheTable(test.database, 'app_cache')));
      const cache = new Cache(new DatabaseCarrier(test.database, 'app_cache'));
      await cache.set('key', 'kept');
      await createCacheTable(test.database, 'app_cache');
      expect(await cache.get('key')).toBe('kept');
    });

    it('under a name in capitals, or with words of SQL, works too', async () => {
      await createCacheTable(test.database, 'Select');
      const cache = new Cache(new DatabaseCarrier(test.database, 'Select'));
      await cache.set('key', 1);
      expect(await cache.get('key')).toBe(1);
      await test.database.raw('DROP TABLE "Select"');
    });

    it("over Django's own cache table goes on with that, past its pickles", async () => {
      await test.database.raw(`
        CREATE TABLE app_cache (cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL,
          expires timestamp with time zone NOT NULL);
        CREATE INDEX app_cache_expires ON app_cache (expires);
        INSERT INTO app_cache VALUES (':1:key', 'gAWVBQAAAAAAAACMAWGULg==', now() + interval '1 day');
      `);
      await createCacheTable(test.database, 'app_cache');
      const cache = new Cache(new DatabaseCarrier(test.database, 'app_cache'));
      expect(await cache.get(':1:key')).toBeUndefined();
      await cache.set('key', 1);
      expect(await cache.get('key')).toBe(1);
    });

    it('over a table that is no cache is refused', async () => {
      await test.database.raw('CREATE TABLE app_cache (id integer, name text)');
      await expect(createCacheTable(test.database, 'app_cache')).rejects.toThrow(
        'The table "app_cache" exists, and is no cache: its columns are id, name. Name another table in CACHE_URL',
      );
    });
  });
});
