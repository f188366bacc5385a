import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { InvalidSettingsError, readSettings, SETTING_DEFAULTS } from '../src/settings.ts';

const REQUIRED = {
  DJANGO_SECRET_KEY: 'a secret key',
  DATABASE_URL: 'postgresql://user:password@host:5432/name',
};

function messageFor(environment: NodeJS.ProcessEnv): string {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.message;
    throw error;
  }
  throw new Error('These settings were accepted');
}

describe('the settings', () => {
  it('have the defaults of the deployed service', () => {
    expect(readSettings(REQUIRED)).toEqual({
      debug: true,
      secretKey: 'a secret key',
      secretKeyFallbacks: [],
      logLevel: 'info',
      scratchDirectory: '/tmp/scratch',
      databaseUrl: 'postgresql://user:password@host:5432/name',
      cache: { kind: 'none' },
      web: {
        port: 8000,
        processCount: 2,
        baseUrl: 'http://localhost:8000',
        trustedProxies: ['loopback', 'linklocal', 'uniquelocal'],
      },
      origin: { chunkSizeBytes: 8192, timeoutSeconds: 60, maximumSizeBytes: 0 },
      rasterizer: {
        engine: 'pdfium',
        threadCount: 3,
        dpi: 500,
        fallbackDpi: 200,
        format: 'jpg',
        maximumLengthPixels: 0,
        useCropBox: false,
      },
      dlcs: { apiRoot: 'https://api.dlcs.digirati.io', batchSize: 100, timeoutSeconds: 60 },
      storage: {
        bucketName: 'dlcs-composite-images',
        keyPrefix: 'composites',
        uploadThreads: 8,
        endpoint: undefined,
      },
      engine: {
        workerCount: 2,
        timeoutSeconds: 3600,
        retrySeconds: 4500,
        maximumAttempts: 0,
        queueName: 'composite',
        acknowledgesFailures: false,
        recycleTasks: undefined,
        maximumResidentBytes: 0,
        queueLimit: 1_000,
        bulk: 250,
        pollSeconds: 1,
        saveLimit: 250,
        saveLimitPer: undefined,
        cachedSeconds: 0,
        runsSchedules: true,
        catchesUp: true,
        timeZone: 'UTC',
        alternatives: {},
        sqsQueueName: undefined,
        sqsEndpoint: undefined,
      },
      monitoring: { metricsToken: undefined, sentryDsn: undefined, sentryEnvironment: 'production' },
    });
  });

  it('take every variable from the environment', () => {
    expect(
      readSettings({
        DJANGO_DEBUG: 'False',
        DJANGO_SECRET_KEY: 'another key',
        SECRET_KEY_FALLBACKS: 'one, two,',
        LOG_LEVEL: 'WARN',
        SCRATCH_DIRECTORY: '/var/scratch',
        WEB_SERVER_SCHEME: 'HTTPS',
        WEB_SERVER_HOSTNAME: 'composites.example.org/',
        WEB_SERVER_TRUSTED_PROXIES: '10.0.0.0/8, ::1,Loopback',
        PORT: '0',
        GUNICORN_WORKERS: '4',
        ORIGIN_CHUNK_SIZE: '65536',
        ORIGIN_TIMEOUT: '5',
        ORIGIN_MAX_SIZE: '1000000000',
        DATABASE_URL: 'psql://other@db/composites',
        CACHE_URL: 'dbcache://app_cache',
        PDF_RASTERIZER_ENGINE: 'Poppler',
        PDF_RASTERIZER_THREAD_COUNT: '1',
        PDF_RASTERIZER_DPI: '300',
        PDF_RASTERIZER_FALLBACK_DPI: '100',
        PDF_RASTERIZER_FORMAT: 'PNG',
        PDF_RASTERIZER_MAX_LENGTH: '4096',
        PDF_RASTERIZER_USE_CROPBOX: 'True',
        DLCS_API_ROOT: 'https://dlcs.example.org/api/',
        DLCS_BATCH_SIZE: '10',
        DLCS_TIMEOUT: '7',
        DLCS_S3_BUCKET_NAME: 'pages',
        DLCS_S3_OBJECT_KEY_PREFIX: '//some/prefix/',
        DLCS_S3_UPLOAD_THREADS: '16',
        AWS_ENDPOINT_URL: 'http://localhost:4566/',
        ENGINE_WORKER_COUNT: '3',
        ENGINE_WORKER_TIMEOUT: '60',
        ENGINE_WORKER_RETRY: '61',
        ENGINE_WORKER_MAX_ATTEMPTS: '5',
        Q_CLUSTER_NAME: 'long',
        Q_CLUSTER_ACK_FAILURES: 'True',
        Q_CLUSTER_RECYCLE: '0',
        Q_CLUSTER_MAX_RSS: '512000',
        Q_CLUSTER_QUEUE_LIMIT: '10',
        Q_CLUSTER_BULK: '5',
        Q_CLUSTER_POLL: '2',
        Q_CLUSTER_SAVE_LIMIT: '-1',
        Q_CLUSTER_SAVE_LIMIT_PER: 'Group',
        Q_CLUSTER_CACHED: '60',
        Q_CLUSTER_SCHEDULER: 'off',
        Q_CLUSTER_CATCH_UP: 'no',
        Q_CLUSTER_TIME_ZONE: 'europe/zurich',
        Q_CLUSTER_ALT_CLUSTERS: '{"short": {"workers": 4, "timeout": 5, "retry": 6, "ack_failures": false}}',
        SQS_BROKER_QUEUE_NAME: 'composites',
        METRICS_TOKEN: 'a-token',
        SENTRY_DSN: 'https://key@sentry.example.org/12',
        SENTRY_ENVIRONMENT: 'staging',
      }),
    ).toEqual({
      debug: false,
      secretKey: 'another key',
      secretKeyFallbacks: ['one', 'two'],
      logLevel: 'warn',
      scratchDirectory: '/var/scratch',
      databaseUrl: 'postgresql://other@db/composites',
      cache: { kind: 'database', table: 'app_cache' },
      web: {
        port: 0,
        processCount: 4,
        baseUrl: 'https://composites.example.org',
        trustedProxies: ['10.0.0.0/8', '::1', 'loopback'],
      },
      origin: { chunkSizeBytes: 65_536, timeoutSeconds: 5, maximumSizeBytes: 1_000_000_000 },
      rasterizer: {
        engine: 'poppler',
        threadCount: 1,
        dpi: 300,
        fallbackDpi: 100,
        format: 'png',
        maximumLengthPixels: 4096,
        useCropBox: true,
      },
      dlcs: { apiRoot: 'https://dlcs.example.org/api', batchSize: 10, timeoutSeconds: 7 },
      storage: {
        bucketName: 'pages',
        keyPrefix: 'some/prefix',
        uploadThreads: 16,
        endpoint: 'http://localhost:4566',
      },
      engine: {
        workerCount: 3,
        timeoutSeconds: 60,
        retrySeconds: 61,
        maximumAttempts: 5,
        queueName: 'long',
        acknowledgesFailures: true,
        recycleTasks: 0,
        maximumResidentBytes: 512_000 * 1_024,
        queueLimit: 10,
        bulk: 5,
        pollSeconds: 2,
        saveLimit: -1,
        saveLimitPer: 'group',
        cachedSeconds: 60,
        runsSchedules: false,
        catchesUp: false,
        timeZone: 'Europe/Zurich',
        alternatives: { short: { workers: 4, timeout: 5, retry: 6, ack_failures: false } },
        sqsQueueName: 'composites',
        sqsEndpoint: 'http://localhost:4566',
      },
      monitoring: {
        metricsToken: 'a-token',
        sentryDsn: 'https://key@sentry.example.org/12',
        sentryEnvironment: 'staging',
      },
    });
  });

  it.each(Object.entries(SETTING_DEFAULTS))(
    'count %s as not set where it is blank',
    (variable, byDefault) => {
      const environment = { ...REQUIRED, [variable]: ' \t' };
      if (variable in REQUIRED) expect(messageFor(environment)).toContain(`${variable} is not set`);
      else {
        expect(readSettings(environment)).toEqual(
          readSettings(byDefault ? { ...REQUIRED, [variable]: byDefault } : REQUIRED),
        );
      }
    },
  );

  it.each(['True', 'TRUE', 'true', '1', 'on', 'On', 'yes', ' YES '])('read %j as true', (word) => {
    expect(readSettings({ ...REQUIRED, PDF_RASTERIZER_USE_CROPBOX: word }).rasterizer.useCropBox).toBe(true);
  });

  it.each(['False', 'FALSE', 'false', '0', 'off', 'OFF', 'no', ' No '])('read %j as false', (word) => {
    expect(readSettings({ ...REQUIRED, DJANGO_DEBUG: word }).debug).toBe(false);
  });

  it('read jpeg as jpg', () => {
    expect(readSettings({ ...REQUIRED, PDF_RASTERIZER_FORMAT: 'jpeg' }).rasterizer.format).toBe('jpg');
  });

  it('take a prefix of nothing but slashes as no prefix', () => {
    expect(readSettings({ ...REQUIRED, DLCS_S3_OBJECT_KEY_PREFIX: '/' }).storage.keyPrefix).toBe('');
  });

  it('prefer the endpoint that is for S3 alone', () => {
    const endpoints = { AWS_ENDPOINT_URL: 'http://all:1', AWS_ENDPOINT_URL_S3: 'http://s3:2' };
    expect(readSettings({ ...REQUIRED, ...endpoints }).storage.endpoint).toBe('http://s3:2');
  });

  it('prefer the endpoint that is for SQS alone', () => {
    const endpoints = { AWS_ENDPOINT_URL: 'http://all:1', AWS_ENDPOINT_URL_SQS: 'http://sqs:2' };
    expect(readSettings({ ...REQUIRED, ...endpoints }).engine.sqsEndpoint).toBe('http://sqs:2');
  });

  it.each(['test', 'development', 'production'])('are the same with NODE_ENV=%s', (environmentName) => {
    expect(readSettings({ ...REQUIRED, NODE_ENV: environmentName })).toEqual(readSettings(REQUIRED));
  });

  it('cannot be changed, at no depth', () => {
    const settings: object = readSettings({ ...REQUIRED, CACHE_URL: 'redis://host' });
    const groups = Object.values(settings).filter((value) => typeof value === 'object');
    expect(groups).toHaveLength(9);
    for (const group of [settings, ...groups]) expect(Object.isFrozen(group)).toBe(true);
    expect(() => Object.assign(settings, { debug: false })).toThrow(TypeError);
  });

  describe('under the names that are also read', () => {
    it('are taken from there', () => {
      const { debug, secretKey } = readSettings({
        DATABASE_URL: REQUIRED.DATABASE_URL,
        DEBUG: 'off',
        SECRET_KEY: 'from the alias',
      });
      expect({ debug, secretKey }).toEqual({ debug: false, secretKey: 'from the alias' });
    });

    it('are taken from there where the first name is blank', () => {
      expect(readSettings({ ...REQUIRED, DJANGO_DEBUG: '', DEBUG: 'False' }).debug).toBe(false);
    });

    it('are taken from the first name where both are set', () => {
      expect(readSettings({ ...REQUIRED, DJANGO_DEBUG: 'True', DEBUG: 'False' }).debug).toBe(true);
    });

    it('are named as they were set where they are wrong', () => {
      expect(messageFor({ ...REQUIRED, DEBUG: 'perhaps' })).toContain('  DEBUG is "perhaps"; it may hold');
    });
  });

  describe('that are wrong', () => {
    const BOOLEAN = 'True or False (also 1, on, yes; 0, off, no)';
    const NETWORKS =
      'none, or addresses, networks (10.0.0.0/8) and the names loopback, linklocal, uniquelocal, with commas';
    const HOST = 'a host and, where it needs one, a port: localhost:8000';
    const URL_RULE = 'a URL that starts with http:// or https://, without credentials, query and fragment';
    const SECONDS = 'a whole number from 1 to 2147483';
    const SQS_NAME = 'up to 80 letters, digits, dashes and underscores (a standard queue, not a FIFO one)';

    const ALTERNATIVES =
      'a JSON object of queues and of what differs for each, such as {"long": {"workers": 1, "timeout": 7200, "retry": 9000}}';

    it.each([
      ['DJANGO_DEBUG', 'maybe', BOOLEAN],
      ['LOG_LEVEL', 'loud', 'one of trace, debug, info, warn, error, fatal, silent'],
      ['WEB_SERVER_SCHEME', 'ftp', 'one of http, https'],
      ['WEB_SERVER_HOSTNAME', 'http://example.org', HOST],
      ['WEB_SERVER_HOSTNAME', 'example.org:port', HOST],
      ['WEB_SERVER_HOSTNAME', 'two words', HOST],
      ['WEB_SERVER_TRUSTED_PROXIES', 'loopback, proxy.example.org', NETWORKS],
      ['WEB_SERVER_TRUSTED_PROXIES', 'none, loopback', NETWORKS],
      ['PORT', '65536', 'a whole number from 0 to 65535'],
      ['PORT', '-1', 'a whole number from 0 to 65535'],
      ['GUNICORN_WORKERS', '0', 'a whole number from 1 to 1024'],
      ['ORIGIN_CHUNK_SIZE', '8k', 'a whole number from 1 to 1073741824'],
      ['ORIGIN_TIMEOUT', '2147484', SECONDS],
      ['ORIGIN_MAX_SIZE', '1.5', 'a whole number of at least 0'],
      ['ORIGIN_MAX_SIZE', '99999999999999999999', 'a whole number of at least 0'],
      ['PDF_RASTERIZER_ENGINE', 'ghostscript', 'one of pdfium, poppler, pdf2pic'],
      ['PDF_RASTERIZER_THREAD_COUNT', '1e2', 'a whole number from 1 to 256'],
      ['PDF_RASTERIZER_DPI', '0', 'a whole number from 1 to 4800'],
      ['PDF_RASTERIZER_FALLBACK_DPI', '4801', 'a whole number from 1 to 4800'],
      ['PDF_RASTERIZER_FORMAT', 'webp', 'one of ppm, jpeg, jpg, png, tiff'],
      ['PDF_RASTERIZER_MAX_LENGTH', '0x10', 'a whole number of at least 0'],
      ['PDF_RASTERIZER_USE_CROPBOX', '2', BOOLEAN],
      ['DLCS_API_ROOT', 'api.dlcs.digirati.io', URL_RULE],
      ['DLCS_API_ROOT', 'ftp://api.dlcs.digirati.io', URL_RULE],
      ['DLCS_API_ROOT', 'https://api.dlcs.digirati.io/?v=2', URL_RULE],
      ['DLCS_BATCH_SIZE', '0', 'a whole number of at least 1'],
      ['DLCS_TIMEOUT', 'ten', SECONDS],
      ['DLCS_S3_UPLOAD_THREADS', '257', 'a whole number from 1 to 256'],
      ['AWS_ENDPOINT_URL', 'localhost:4566', URL_RULE],
      ['AWS_ENDPOINT_URL_S3', 'http://', URL_RULE],
      ['AWS_ENDPOINT_URL_SQS', 'sqs:4566', URL_RULE],
      ['SQS_BROKER_QUEUE_NAME', 'tasks.fifo', SQS_NAME],
      ['SQS_BROKER_QUEUE_NAME', 'https://sqs.eu-west-1.amazonaws.com/1/tasks', SQS_NAME],
      ['ENGINE_WORKER_COUNT', '+2', 'a whole number from 1 to 1024'],
      ['ENGINE_WORKER_TIMEOUT', '0', SECONDS],
      ['ENGINE_WORKER_RETRY', 'never', SECONDS],
      ['ENGINE_WORKER_MAX_ATTEMPTS', '-1', 'a whole number from 0 to 1000000'],
      ['Q_CLUSTER_NAME', 'two words', 'up to 100 letters, digits, dots, dashes and underscores'],
      ['Q_CLUSTER_ACK_FAILURES', 'sometimes', BOOLEAN],
      ['Q_CLUSTER_RECYCLE', '-1', 'a whole number from 0 to 1000000000'],
      ['Q_CLUSTER_MAX_RSS', '1g', 'a whole number of at least 0'],
      ['Q_CLUSTER_QUEUE_LIMIT', '0', 'a whole number from 1 to 100000'],
      ['Q_CLUSTER_BULK', '0', 'a whole number from 1 to 10000'],
      ['Q_CLUSTER_POLL', '0.2', 'a whole number from 1 to 3600'],
      ['Q_CLUSTER_SAVE_LIMIT', '-2', 'a whole number from -1 to 1000000000'],
      ['Q_CLUSTER_SAVE_LIMIT_PER', 'hook', 'one of group, name, func'],
      ['Q_CLUSTER_CACHED', '-1', 'a whole number from 0 to 2147483'],
      ['Q_CLUSTER_SCHEDULER', 'never', BOOLEAN],
      ['Q_CLUSTER_CATCH_UP', 'some', BOOLEAN],
      ['Q_CLUSTER_TIME_ZONE', 'Zurich', 'the name of a time zone, such as UTC or Europe/Zurich'],
      ['Q_CLUSTER_ALT_CLUSTERS', 'long', ALTERNATIVES],
      ['Q_CLUSTER_ALT_CLUSTERS', '[]', `${ALTERNATIVES} (data must be object)`],
      ['Q_CLUSTER_ALT_CLUSTERS', 'null', `${ALTERNATIVES} (data must be object)`],
      [
        'Q_CLUSTER_ALT_CLUSTERS',
        '{"long": {"workers": 0, "timeuot": 5, "timeout": "5"}}',
        `${ALTERNATIVES} (data/long must NOT have additional properties, data/long/workers must be >= 1, data/long/timeout must be integer)`,
      ],
    ])('are named with what they hold and may hold: %s=%s', (variable, value, allowed) => {
      expect(messageFor({ ...REQUIRED, [variable]: value })).toBe(
        `These settings need a change (in the environment, or in .env):\n  ${variable} is "${value}"; it may hold ${allowed}`,
      );
    });

    it.each([
      'mysql://user:hunter2@host/name',
      'postgresql://',
      'postgresql://user:hunter2@host',
      'postgresql://user:hunter2@host/name/more',
      'postgresql://user:hunter2#b@host/name',
      'postgresql://user:hunter2%ss@host/name',
      'hunter2',
    ])('do not show a password of the database: %s', (url) => {
      expect(messageFor({ ...REQUIRED, DATABASE_URL: url })).toBe(
        'These settings need a change (in the environment, or in .env):\n' +
          '  DATABASE_URL holds something else (not shown); it may hold postgresql://user:password@host:port/name, where special characters of the password are percent-encoded',
      );
    });

    it.each([
      'memcached://hunter2',
      'dbcache://',
      'dbcache://a-table',
      `dbcache://${'t'.repeat(56)}`,
      'redis://',
      'redis://:hunter2@host:port/0',
      'redis://:hunter2@host/database',
      'redis://:hunter2%@host/0',
      'redis://one,two/0',
    ])('do not show a password of the cache: %s', (url) => {
      expect(messageFor({ ...REQUIRED, CACHE_URL: url })).toBe(
        'These settings need a change (in the environment, or in .env):\n' +
          '  CACHE_URL holds something else (not shown); it may hold dbcache://table, locmemcache://, redis://:password@host:port/number (also rediss:// and rediscache://)',
      );
    });

    it('do not show credentials that stand in another URL', () => {
      const message = messageFor({ ...REQUIRED, DLCS_API_ROOT: 'https://me:hunter2@dlcs.example.org' });
      expect(message).toContain('DLCS_API_ROOT is "https://[secret]@dlcs.example.org"');
    });

    it('are all told at once', () => {
      const message = messageFor({
        PORT: 'http',
        ENGINE_WORKER_RETRY: '10',
        DJANGO_DEBUG: 'perhaps',
        ENGINE_WORKER_TIMEOUT: '10',
      });
      expect(message.split('\n').map((line) => line.trim().split(' ')[0])).toEqual([
        'These',
        'DJANGO_DEBUG',
        'DJANGO_SECRET_KEY',
        'PORT',
        'DATABASE_URL',
        'ENGINE_WORKER_RETRY',
      ]);
      expect(message).toContain(
        'DJANGO_SECRET_KEY is not set; it may hold any text that is hard to guess, best 50 random characters',
      );
      expect(message).toContain(
        'ENGINE_WORKER_RETRY is "10"; it must be greater than ENGINE_WORKER_TIMEOUT, which is 10',
      );
    });

    it('show that a retry shorter than the default timeout is too short', () => {
      expect(messageFor({ ...REQUIRED, ENGINE_WORKER_RETRY: '3600' })).toContain('which is 3600');
    });
  });

  describe('of the database', () => {
    it.each(['postgresql', 'postgres', 'psql', 'pgsql', 'POSTGRES'])('have the scheme %s', (scheme) => {
      const { databaseUrl } = readSettings({ ...REQUIRED, DATABASE_URL: `${scheme}://u:p@host/name` });
      expect(databaseUrl).toBe('postgresql://u:p@host/name');
    });

    it('keep the special characters of a password', () => {
      const password = 'p@ss:w/o#r?d % "é"';
      const url = `postgresql://user:${encodeURIComponent(password)}@host/name?sslmode=disable`;
      const { databaseUrl } = readSettings({ ...REQUIRED, DATABASE_URL: url });
      expect(decodeURIComponent(new URL(databaseUrl).password)).toBe(password);
    });
  });

  describe('of the cache', () => {
    it.each([
      ['locmemcache://', { kind: 'memory' }],
      ['locmemcache://name', { kind: 'memory' }],
      ['dbcache://app_cache', { kind: 'database', table: 'app_cache' }],
      ['dbcache://App_Cache/', { kind: 'database', table: 'App_Cache' }],
      ['redis://host', { kind: 'redis', url: 'redis://host' }],
      ['redis://host:6380/2', { kind: 'redis', url: 'redis://host:6380/2' }],
      ['rediscache://:a%40b@host:6379/1', { kind: 'redis', url: 'redis://:a%40b@host:6379/1' }],
      ['rediss://user:p@host', { kind: 'redis', url: 'rediss://user:p@host' }],
      [
        'rediscache://host:6379/1?client_class=django_redis.client.DefaultClient&password=a%2Fb',
        { kind: 'redis', url: 'redis://:a%2Fb@host:6379/1' },
      ],
    ])('are read from %s', (url, cache) => {
      expect(readSettings({ ...REQUIRED, CACHE_URL: url }).cache).toEqual(cache);
    });
  });
});

describe('the settings of a process', () => {
  const run = promisify(execFile);
  const module = fileURLToPath(new URL('../src/settings.ts', import.meta.url));
  const script = `
    import { loadSettings } from ${JSON.stringify(module)};
    try { const { secretKey, dlcs } = loadSettings(); console.log(JSON.stringify({ secretKey, batchSize: dlcs.batchSize })); }
    catch (error) { console.log(error.message); }`;

  async function load(dotEnv: string | undefined, environment: NodeJS.ProcessEnv): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'composite-settings-'));
    try {
      if (dotEnv !== undefined) await writeFile(join(directory, '.env'), dotEnv);
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
        cwd: directory,
        env: environment,
      });
      return stdout.trim();
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  it('come from .env, where the environment does not set them', async () => {
    const dotEnv = `# the deployed service's\nDJANGO_SECRET_KEY="quoted # text"\nDLCS_BATCH_SIZE=5\nDATABASE_URL=${REQUIRED.DATABASE_URL}\n`;
    expect(await load(dotEnv, { DLCS_BATCH_SIZE: '6' })).toBe('{"secretKey":"quoted # text","batchSize":6}');
  });

  it('come from the environment alone, where there is no .env', async () => {
    expect(await load(undefined, REQUIRED)).toBe('{"secretKey":"a secret key","batchSize":100}');
  });
});
