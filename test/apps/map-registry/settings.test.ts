import { describe, expect, it } from '@jest/globals';
import { mapRegistrySettings } from '../../../src/apps/map-registry/settings.ts';
import { readInstallation } from '../../../src/installation.ts';

/** The settings of the original registry, by its documentation. Those without effect here come with a warning. */
const ORIGINAL = {
  REGISTRY_HARVEST_SERVICES: 'False',
  REGISTRY_LIMIT_LAYERS: '0',
  REGISTRY_SEARCH_URL: 'elasticsearch+http://elasticsearch:9200/',
  REGISTRY_SEARCH_BATCH_SIZE: '20',
  REGISTRY_CHECK_PERIOD: '120',
  REGISTRY_INDEX_CACHED_LAYERS_PERIOD: '5',
  PAGINATION_DEFAULT_PAGINATION: '25',
  REGISTRY_WORLDMAP_USERNAME: 'ada',
  REGISTRY_WORLDMAP_PASSWORD: 'difference engine',
  REGISTRY_PYCSW: '{"server": {"maxrecords": "10"}, "metadata:main": {"contact_hours": "Hours of Service"}}',
  CACHE_URL: 'locmemcache://',
  ALLOWED_HOSTS: "['*']",
  CELERY_TASK_SERIALIZER: 'json',
} as const;

const WITHOUT_EFFECT = {
  SITE_URL: 'http://localhost:8000',
  BASE_URL: 'localhost',
  BASE_PORT: '8000',
  BROKER_URL: 'amqp://guest:guest@localhost:5672//',
  REGISTRY: 'True',
  REGISTRY_SKIP_CELERY: 'False',
  DEBUG_SERVICES: 'True',
  DEBUG_LAYERS_NUMBER: '20',
  C_FORCE_ROOT: '1',
  MAPPROXY_CACHE_DIR: '/tmp/mapproxy/',
  FILE_CACHE_DIRECTORY: '/tmp/mapproxy/',
  REGISTRY_MAPPING_PRECISION: '500m',
} as const;

function install(environment: NodeJS.ProcessEnv = {}) {
  return readInstallation({
    INSTALLED_APPS: 'map-registry',
    DATABASE_URL: 'postgresql://localhost/none',
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    ...environment,
  }).settings;
}

describe('the settings of the original registry', () => {
  it('have an effect under their names', () => {
    const settings = install(ORIGINAL);
    expect(settings.warnings).toEqual([]);
    expect(settings.of(mapRegistrySettings)).toMatchObject({
      harvest: { harvestServices: false, limitLayers: 0 },
      indexing: {
        searchUrl: { kind: 'elasticsearch', url: 'http://elasticsearch:9200' },
        batchSize: 20,
        periodMinutes: 5,
      },
      checks: { periodMinutes: 120 },
      pages: { servicesOfPage: 25 },
      sources: { worldMapUsername: 'ada', worldMapPassword: 'difference engine' },
      csw: { metadata: { contact_hours: 'Hours of Service' } },
    });
  });

  it('have the defaults of its documentation', () => {
    expect(install().of(mapRegistrySettings)).toMatchObject({
      harvest: { harvestServices: true, limitLayers: -1 },
      indexing: { searchUrl: { kind: 'postgres' }, batchSize: 50, periodMinutes: 1 },
      checks: { periodMinutes: 1440 },
      pages: { servicesOfPage: 10 },
    });
  });

  it('are accepted where they mean nothing here, with one warning', () => {
    expect(install(WITHOUT_EFFECT).warnings).toEqual([
      `${Object.keys(WITHOUT_EFFECT).join(', ')}: set for the original map registry, and without effect here.`,
    ]);
  });

  it('are refused with a reason where they name a search engine that is not there', () => {
    expect(() => install({ REGISTRY_SEARCH_URL: 'solr+http://solr:8983' })).toThrow(
      /REGISTRY_SEARCH_URL .*it may hold postgres, or elasticsearch/,
    );
  });
});
