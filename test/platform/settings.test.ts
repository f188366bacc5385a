import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { OutgoingNetwork } from '../../src/platform/http/outgoing/outgoing-network.ts';
import { readSettings } from '../../src/platform/settings/process-settings.ts';
import { type PlatformSettings, platformSettings } from '../../src/platform/settings.ts';
import { makeCertificates } from '../support/certificates.ts';
import { faultsOf } from '../support/settings.ts';

const BOOLEAN = 'True or False (also 1, on, yes; 0, off, no)';
const NETWORKS =
  'none, or addresses, networks (10.0.0.0/8) and the names loopback, linklocal, uniquelocal, with commas';
const BUNDLE =
  'the path of a file with certificates in PEM, which this account can read; or of a folder of such files';
const PROXY = 'the URL of a proxy: http://user:password@host:port, or https://…';
const HOST = 'a host and, where it needs one, a port: localhost:8000';
const URL_RULE = 'a URL that starts with http:// or https://, without credentials, query and fragment';

const REQUIRED = {
  DJANGO_SECRET_KEY: 'a secret key',
  DATABASE_URL: 'postgresql://user:password@host:5432/name',
};

/** What it does is tested with requests. */
const NETWORK = expect.any(OutgoingNetwork);

function read(environment: NodeJS.ProcessEnv): PlatformSettings {
  return readSettings({ ...REQUIRED, ...environment }, [platformSettings]).of(platformSettings);
}

describe('the settings of the platform', () => {
  it('have the defaults of the deployed service', () => {
    expect(read({})).toEqual({
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
        address: undefined,
        trustedProxies: ['loopback'],
      },
      metricsToken: undefined,
      outgoing: NETWORK,
      aws: { s3Endpoint: undefined, sqsEndpoint: undefined, network: NETWORK },
    });
  });

  it('take every variable from the environment', () => {
    expect(
      read({
        DJANGO_DEBUG: 'False',
        DJANGO_SECRET_KEY: 'another key, which is long enough for production',
        SECRET_KEY_FALLBACKS: 'one, two,',
        LOG_LEVEL: 'WARN',
        SCRATCH_DIRECTORY: '/var/scratch',
        WEB_SERVER_SCHEME: 'HTTPS',
        WEB_SERVER_HOSTNAME: 'composites.example.org/',
        WEB_SERVER_TRUSTED_PROXIES: '10.0.0.0/8, ::1,Loopback',
        PORT: '0',
        WEB_SERVER_ADDRESS: '::1',
        GUNICORN_WORKERS: '4',
        DATABASE_URL: 'psql://other@db/composites',
        CACHE_URL: 'dbcache://app_cache',
        METRICS_TOKEN: 'a-token',
        AWS_ENDPOINT_URL: 'http://localhost:4566/',
      }),
    ).toEqual({
      debug: false,
      secretKey: 'another key, which is long enough for production',
      secretKeyFallbacks: ['one', 'two'],
      logLevel: 'warn',
      scratchDirectory: '/var/scratch',
      databaseUrl: 'postgresql://other@db/composites',
      cache: { kind: 'database', table: 'app_cache' },
      web: {
        port: 0,
        processCount: 4,
        address: '::1',
        baseUrl: 'https://composites.example.org',
        trustedProxies: ['10.0.0.0/8', '::1', 'loopback'],
      },
      metricsToken: 'a-token',
      outgoing: NETWORK,
      aws: { s3Endpoint: 'http://localhost:4566', sqsEndpoint: 'http://localhost:4566', network: NETWORK },
    });
  });

  it('prefer the endpoints that are for one service alone', () => {
    const endpoints = { AWS_ENDPOINT_URL_S3: 'http://s3:2', AWS_ENDPOINT_URL_SQS: 'http://sqs:3' };
    expect(read({ AWS_ENDPOINT_URL: 'http://all:1', ...endpoints }).aws).toEqual({
      s3Endpoint: 'http://s3:2',
      sqsEndpoint: 'http://sqs:3',
      network: NETWORK,
    });
  });

  it('name the proxies under the names that all programs know, also in lower case', () => {
    const environment = {
      https_proxy: 'proxy:3128',
      HTTP_PROXY: 'http://me:word@other:1/',
      no_proxy: 'a.org, b.org',
    };
    const { proxies } = read(environment).outgoing;
    expect(proxies.proxyFor(new URL('https://example.org/'))).toBe('http://proxy:3128');
    expect(proxies.proxyFor(new URL('http://example.org/'))).toBe('http://me:word@other:1');
    expect(proxies.proxyFor(new URL('https://x.b.org/'))).toBeUndefined();
    expect(read({ HTTPS_PROXY: 'http://proxy' }).aws.network.proxies.environment()).toMatchObject({
      HTTPS_PROXY: 'http://proxy',
    });
  });

  it('read certificate authorities from a file or a folder; those for Amazon may be others', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'settings-test-'));
    try {
      const { authority } = await makeCertificates('example.org');
      const file = join(directory, 'authority.pem');
      await writeFile(file, `# a comment\n${authority}`);
      expect(read({ REQUESTS_CA_BUNDLE: file }).outgoing.secureContext).toBeDefined();
      expect(read({ CURL_CA_BUNDLE: directory }).outgoing.secureContext).toBeDefined();
      expect(read({ REQUESTS_CA_BUNDLE: file }).aws.network.secureContext).toBeDefined();
      expect(read({ AWS_CA_BUNDLE: file }).aws.network.secureContext).toBeDefined();
      expect(read({ AWS_CA_BUNDLE: file }).outgoing.secureContext).toBeUndefined();
      await writeFile(file, 'no certificate');
      expect(faultsOf(() => read({ AWS_CA_BUNDLE: file }))).toEqual([
        `AWS_CA_BUNDLE is "${file}"; it may hold ${BUNDLE}`,
      ]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('do not show the password of a proxy', () => {
    const [fault = ''] = faultsOf(() => read({ HTTPS_PROXY: 'socks5://me:hunter2@proxy' }));
    expect(fault).toBe(`HTTPS_PROXY holds something else (not shown); it may hold ${PROXY}`);
  });

  it('refuse a short secret key, but not while debugging', () => {
    const short = { DJANGO_SECRET_KEY: 'a'.repeat(31) };
    expect(read(short).debug).toBe(true);
    expect(faultsOf(() => read({ ...short, DJANGO_DEBUG: 'False' }))).toEqual([
      'DJANGO_SECRET_KEY has 31 characters; with DJANGO_DEBUG=False it needs at least 32, best 50 random ones',
    ]);
    expect(read({ DJANGO_SECRET_KEY: 'a'.repeat(32), DJANGO_DEBUG: 'False' }).debug).toBe(false);
  });

  it('believe no proxy where that is said', () => {
    expect(read({ WEB_SERVER_TRUSTED_PROXIES: 'none' }).web.trustedProxies).toEqual([]);
  });

  it.each([
    ['DJANGO_DEBUG', 'maybe', BOOLEAN],
    ['LOG_LEVEL', 'loud', 'one of trace, debug, info, warn, error, fatal, silent'],
    ['WEB_SERVER_SCHEME', 'ftp', 'one of http, https'],
    ['WEB_SERVER_HOSTNAME', 'http://example.org', HOST],
    ['WEB_SERVER_HOSTNAME', 'example.org:port', HOST],
    ['WEB_SERVER_HOSTNAME', 'two words', HOST],
    ['WEB_SERVER_TRUSTED_PROXIES', 'loopback, proxy.example.org', NETWORKS],
    ['WEB_SERVER_TRUSTED_PROXIES', 'none, loopback', NETWORKS],
    ['REQUESTS_CA_BUNDLE', '/no/such/file', BUNDLE],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['GUNICORN_WORKERS', '0', 'a whole number from 1 to 1024'],
    ['AWS_ENDPOINT_URL', 'localhost:4566', URL_RULE],
    ['AWS_ENDPOINT_URL_S3', 'http://', URL_RULE],
    ['AWS_ENDPOINT_URL_SQS', 'sqs:4566', URL_RULE],
  ])('are refused with what they hold and may hold: %s=%s', (variable, value, allowed) => {
    expect(faultsOf(() => read({ [variable]: value }))).toEqual([
      `${variable} is "${value}"; it may hold ${allowed}`,
    ]);
  });

  it.each([
    ['DJANGO_SECRET_KEY', 'any text that is hard to guess, best 50 random characters'],
    [
      'DATABASE_URL',
      'postgresql://user:password@host:port/name (npm start needs none and brings its own Postgres)',
    ],
  ])('are refused without %s', (variable, allowed) => {
    expect(faultsOf(() => read({ [variable]: ' ' }))).toEqual([
      `${variable} is not set; it may hold ${allowed}`,
    ]);
  });

  it.each([
    'mysql://user:hunter2@host/name',
    'postgresql://',
    'postgresql://user:hunter2@host',
    'postgresql://user:hunter2@host/name/more',
    'postgresql://user:hunter2#b@host/name',
    'hunter2',
  ])('do not show a password of the database: %s', (url) => {
    expect(faultsOf(() => read({ DATABASE_URL: url }))).toEqual([
      'DATABASE_URL holds something else (not shown); it may hold postgresql://user:password@host:port/name, where special characters of the password are percent-encoded',
    ]);
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
    expect(faultsOf(() => read({ CACHE_URL: url }))).toEqual([
      'CACHE_URL holds something else (not shown); it may hold dbcache://table, locmemcache://, redis://:password@host:port/number (also rediss:// and rediscache://)',
    ]);
  });

  describe('of the database', () => {
    it.each(['postgresql', 'postgres', 'psql', 'pgsql', 'POSTGRES'])('have the scheme %s', (scheme) => {
      const { databaseUrl } = read({ DATABASE_URL: `${scheme}://u:p@host/name` });
      expect(databaseUrl).toBe('postgresql://u:p@host/name');
    });

    it.each([
      [{ PGSSLMODE: 'require' }, '?sslmode=require'],
      [{ PGSSLMODE: 'Disable', PGSSLROOTCERT: '/a b.crt' }, '?sslmode=disable&sslrootcert=%2Fa+b.crt'],
    ])('have what %j says about TLS', (variables, query) => {
      expect(read(variables).databaseUrl).toBe(`${read({}).databaseUrl}${query}`);
    });

    it('say themselves what they say about TLS, whatever the environment says', () => {
      const url = 'postgresql://u:p@host/name?sslmode=disable';
      expect(read({ DATABASE_URL: url, PGSSLMODE: 'require' }).databaseUrl).toBe(url);
    });

    it.each([
      [
        '?sslmode=no-verify',
        'sslmode is "no-verify"; it may be disable, allow, prefer, require, verify-ca, verify-full',
      ],
      [
        '?sslmode=verify-full&sslrootcert=/no/file',
        'sslmode=verify-full needs a file with the certificate authority, and there is no /no/file: set sslrootcert (PGSSLROOTCERT), or sslrootcert=system for the authorities of the system',
      ],
      [
        '?sslmode=require&sslrootcert=system',
        'sslrootcert=system needs sslmode=verify-full, and sslmode is require',
      ],
    ])('do not fit together: %s', (query, fault) => {
      expect(faultsOf(() => read({ DATABASE_URL: `postgresql://u:p@host/name${query}` }))).toEqual([
        `DATABASE_URL: ${fault}`,
      ]);
    });

    it('keep the special characters of a password', () => {
      const password = 'p@ss:w/o#r?d % "é"';
      const url = `postgresql://user:${encodeURIComponent(password)}@host/name?sslmode=disable`;
      const { databaseUrl } = read({ DATABASE_URL: url });
      expect(decodeURIComponent(new URL(databaseUrl).password)).toBe(password);
    });
  });

  describe('that only the deployed service knew', () => {
    const SECRET = { DJANGO_SECRET_KEY: 'a secret key of the tests, and of nothing else' };
    const warningsOf = (environment: NodeJS.ProcessEnv) =>
      readSettings({ ...SECRET, DATABASE_URL: 'postgresql://u:p@host/name', ...environment }, [
        platformSettings,
      ]);

    it.each([
      ['y', true, 'True'],
      ['OK', true, 'True'],
      ['n', false, 'False'],
    ])('are read: a boolean of %s', (word, value, text) => {
      const settings = warningsOf({ DJANGO_DEBUG: word });
      expect(settings.of(platformSettings).debug).toBe(value);
      expect(settings.warnings).toEqual([
        `DJANGO_DEBUG is "${word.toLowerCase()}", which is read as ${text}: write ${text}.`,
      ]);
    });

    it('are read: a password with a % that is not encoded', () => {
      const settings = warningsOf({ DATABASE_URL: 'postgresql://user:hunter2%ss%40%@host/name' });
      const { databaseUrl } = settings.of(platformSettings);
      expect(decodeURIComponent(new URL(databaseUrl).password)).toBe('hunter2%ss@%');
      expect(settings.warnings).toEqual([
        'DATABASE_URL has a % that is not percent-encoded; it is read as %25: write %25.',
      ]);
    });

    it('are read: a cache that keeps nothing', () => {
      const settings = warningsOf({ CACHE_URL: 'dummycache://' });
      expect(settings.of(platformSettings).cache).toEqual({ kind: 'none' });
      expect(settings.warnings).toEqual(['CACHE_URL is dummycache://, so nothing is cached: leave it out.']);
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
      expect(read({ CACHE_URL: url }).cache).toEqual(cache);
    });
  });
});
