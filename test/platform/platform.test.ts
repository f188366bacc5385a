import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCacheTable } from '../../src/platform/cache/index.ts';
import { openPlatform } from '../../src/platform/platform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { readSettings } from '../support/settings.ts';

describe('the platform', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase({ migrated: false });
  });
  afterAll(() => test.drop());

  it('brings the database and the cache of the settings, and closes both', async () => {
    await createCacheTable(test.database, 'app_cache');
    const settings = readSettings({
      DJANGO_SECRET_KEY: 'key',
      DATABASE_URL: test.url,
      CACHE_URL: 'dbcache://app_cache',
      LOG_LEVEL: 'silent',
    });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 2 });
    await platform.cache.set('key', 'value');
    expect(await platform.cache.get('key')).toBe('value');
    const { rows } = await platform.database.raw(`SELECT current_setting('application_name') AS name`);
    expect(rows).toEqual([{ name: 'composite-handler test' }]);
    await platform.close();
    await expect(platform.cache.get('key')).rejects.toThrow('could not get "key"');
  });

  it('opens with everything away, and closes unused', async () => {
    const settings = readSettings({
      DJANGO_SECRET_KEY: 'key',
      DATABASE_URL: 'postgresql://user@127.0.0.1:1/name',
      CACHE_URL: 'redis://127.0.0.1:1',
      LOG_LEVEL: 'silent',
    });
    await openPlatform(settings, { processName: 'test', maximumConnections: 1 }).close();
  });
});
