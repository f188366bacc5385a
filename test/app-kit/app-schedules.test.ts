import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureSchedules } from '../../src/app-kit/app-schedules.ts';
import { mapRegistry } from '../../src/apps/map-registry/index.ts';
import { readInstallation } from '../../src/installation.ts';
import { openPlatform, type Platform } from '../../src/platform/platform.ts';
import { listSchedules } from '../../src/queue/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

describe('the schedules of an app', () => {
  let database: TestDatabase;
  const platforms: Platform[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(platforms.splice(0).map((platform) => platform.close()));
    await database.drop();
  });

  /** As an engine starts that has these settings; returns the minutes of the schedules by their names. */
  async function start(environment: NodeJS.ProcessEnv): Promise<Record<string, number | null>> {
    const { settings } = readInstallation({
      INSTALLED_APPS: 'map-registry',
      DATABASE_URL: database.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      LOG_LEVEL: 'silent',
      ...environment,
    });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 2 });
    platforms.push(platform);
    await ensureSchedules(platform, [mapRegistry], 'map-registry');
    const schedules = await listSchedules(platform.database, { limit: 10, offset: 0 });
    return Object.fromEntries(schedules.map(({ name, minutes }) => [name ?? '', minutes]));
  }

  it('have the periods that the settings say, each its own, also after they have changed', async () => {
    expect(await start({})).toMatchObject({
      'map_registry.check_all_services': 1_440,
      'map_registry.index_cached_layers': 1,
      'map_registry.prune_checks': null,
    });
    const changed = { REGISTRY_CHECK_PERIOD: '120', REGISTRY_INDEX_CACHED_LAYERS_PERIOD: '5' };
    expect(await start(changed)).toMatchObject({
      'map_registry.check_all_services': 120,
      'map_registry.index_cached_layers': 5,
    });
  });
});
