import {
  SSL_MODES,
  TlsParameterError,
  tlsParametersOf,
  withTlsVariables,
} from './database/tls-parameters.ts';
import { certificateBundle } from './http/outgoing/certificate-authorities.ts';
import { OutgoingNetwork } from './http/outgoing/outgoing-network.ts';
import { Proxies, proxyExceptions, proxyUrl } from './http/outgoing/proxies.ts';
import { type Derivation, defineSection } from './settings/section.ts';
import {
  boolean,
  cacheUrl,
  databaseUrl,
  hostAndPort,
  httpUrl,
  ipAddress,
  LOG_LEVELS,
  networks,
  oneOf,
  text,
  texts,
  wholeNumber,
} from './settings/values.ts';
import { optionalVariable, requiredVariable, variable } from './settings/variable.ts';

/** Characters of the secret key, outside of debugging. */
const SHORTEST_SECRET_KEY = 32;

const DEBUG = variable('DJANGO_DEBUG', boolean, {
  alias: 'DEBUG',
  default: 'True',
  meaning: 'Responses carry detailed errors. Set it to `False` in production.',
});

const SECRET_KEY = requiredVariable('DJANGO_SECRET_KEY', text, {
  alias: 'SECRET_KEY',
  expects: 'any text that is hard to guess, best 50 random characters',
  meaning:
    'Signs tasks and sessions, and encrypts the credentials of callers while they are stored: 50 random characters, the same for all processes.',
  isSecret: true,
});

const DATABASE_URL = requiredVariable('DATABASE_URL', databaseUrl, {
  expects: 'postgresql://user:password@host:port/name (npm start needs none and brings its own Postgres)',
  example: 'postgresql://user:password@postgres:5432/name',
  meaning:
    'Postgres: `postgresql://user:password@host:port/name`, with special characters of the password percent-encoded. The schemes `postgres://`, `psql://` and `pgsql://` are accepted too. `npm start` brings its own Postgres.',
  isSecret: true,
});

const SSL_MODE = optionalVariable('PGSSLMODE', oneOf(SSL_MODES), {
  example: 'verify-full',
  meaning:
    '`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`, as in libpq. Not set: `prefer`, which encrypts if the server can.',
});

/** What every process reads: the secret key, Postgres, the cache, the log, the web server, and Amazon's endpoints. */
export const platformSettings = defineSection({
  name: 'platform',
  prefixes: ['WEB_SERVER_', 'SECRET_KEY_'],
  sharedPrefixes: ['DJANGO_', 'GUNICORN_', 'LOG_', 'METRICS_'],
  variables: {
    debug: DEBUG,
    secretKey: SECRET_KEY,
    secretKeyFallbacks: optionalVariable('SECRET_KEY_FALLBACKS', texts, {
      meaning:
        'Earlier values of `DJANGO_SECRET_KEY`, separated by commas. What they signed and encrypted is still accepted. See [operating.md](docs/operating.md#changing-the-secret-key).',
      isSecret: true,
    }),
    logLevel: variable('LOG_LEVEL', oneOf(LOG_LEVELS), {
      default: 'info',
      meaning: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
    }),
    scratchDirectory: variable('SCRATCH_DIRECTORY', text, {
      default: '/tmp/scratch',
      meaning: 'A folder for work in progress. It needs room for the largest input of each worker.',
    }),
    databaseUrl: DATABASE_URL,
    cache: optionalVariable('CACHE_URL', cacheUrl, {
      example: 'dbcache://app_cache',
      meaning:
        'Where short-lived values are kept: `dbcache://table` (a table that `createcachetable` creates), `locmemcache://` (the memory of each process, not shared), or `redis://:password@host:port/number` (also `rediscache://`, and `rediss://` for TLS). Not set: nothing is cached.',
      isSecret: true,
    }),
    databaseTls: {
      sslmode: SSL_MODE,
      sslrootcert: optionalVariable('PGSSLROOTCERT', text, {
        example: '/etc/ssl/rds.pem',
        meaning:
          "A file with the certificate authority that signed the server's certificate, in PEM, or `system` for the authorities of the system. Not set: `~/.postgresql/root.crt`.",
      }),
      sslcert: optionalVariable('PGSSLCERT', text, {
        meaning: 'A file with a certificate to log in with. Not set: `~/.postgresql/postgresql.crt`.',
      }),
      sslkey: optionalVariable('PGSSLKEY', text, {
        meaning: 'The file with its key. Not set: `~/.postgresql/postgresql.key`.',
      }),
      sslcrl: optionalVariable('PGSSLCRL', text, {
        meaning: 'A file with certificates that were revoked.',
      }),
    },
    web: {
      port: variable('PORT', wholeNumber(0, 65_535), {
        default: '8000',
        meaning: 'The port that the API listens on; 0 for any free one.',
      }),
      processCount: variable('GUNICORN_WORKERS', wholeNumber(1, 1024), {
        default: '2',
        meaning: 'Processes that serve the API, on one port.',
      }),
      scheme: variable('WEB_SERVER_SCHEME', oneOf(['http', 'https']), {
        default: 'http',
        meaning: 'The scheme of the URIs in responses: `http` or `https`.',
      }),
      address: optionalVariable('WEB_SERVER_ADDRESS', ipAddress, {
        meaning:
          'The IP address that the API listens on. Not set: all addresses; with `npm start`, `127.0.0.1`.',
      }),
      hostname: variable('WEB_SERVER_HOSTNAME', hostAndPort, {
        default: 'localhost:8000',
        meaning: 'The host of the URIs in responses, with a port if it needs one.',
      }),
      trustedProxies: variable('WEB_SERVER_TRUSTED_PROXIES', networks, {
        default: 'loopback',
        meaning:
          'The proxies whose `X-Forwarded-For` is believed: addresses, networks (`10.0.0.0/8`), and the names `loopback`, `linklocal` and `uniquelocal`; or `none`.',
      }),
    },
    metricsToken: optionalVariable('METRICS_TOKEN', text, {
      meaning:
        'The token that `/metrics` and the details of `/health-check/` require, as `Authorization: Bearer …`. Not set: only requests from the machine itself get them.',
      isSecret: true,
    }),
    outgoing: {
      httpsProxy: optionalVariable('HTTPS_PROXY', proxyUrl, {
        alias: 'https_proxy',
        example: 'http://proxy.example.org:3128',
        meaning: 'The proxy for requests to `https:` URLs, as `http://user:password@host:port`.',
        isSecret: true,
      }),
      httpProxy: optionalVariable('HTTP_PROXY', proxyUrl, {
        alias: 'http_proxy',
        example: 'http://proxy.example.org:3128',
        meaning: 'The proxy for requests to `http:` URLs.',
        isSecret: true,
      }),
      noProxy: optionalVariable('NO_PROXY', proxyExceptions, {
        alias: 'no_proxy',
        example: '.example.org,10.0.0.0/8',
        meaning:
          'Hosts that no proxy is used for, separated by commas: names, which include the names below them, addresses, and networks; `*` for all. No proxy is used for this machine either.',
      }),
      certificates: optionalVariable('REQUESTS_CA_BUNDLE', certificateBundle, {
        alias: 'CURL_CA_BUNDLE',
        meaning:
          'A file with certificate authorities in PEM, or a folder of such files. They are trusted in addition to those of Node.',
      }),
      awsCertificates: optionalVariable('AWS_CA_BUNDLE', certificateBundle, {
        meaning: 'The same for Amazon Web Services, where it takes the place of `REQUESTS_CA_BUNDLE`.',
      }),
    },
    aws: {
      endpoint: optionalVariable('AWS_ENDPOINT_URL', httpUrl, {
        meaning: "The URL of a service that replaces Amazon's, for S3 and SQS alike.",
      }),
      s3Endpoint: optionalVariable('AWS_ENDPOINT_URL_S3', httpUrl, {
        meaning:
          'The same for S3 alone, where it takes precedence. The URLs of stored objects start with it.',
      }),
      sqsEndpoint: optionalVariable('AWS_ENDPOINT_URL_SQS', httpUrl, {
        meaning: 'The same for SQS alone, where it takes precedence.',
      }),
    },
  },
  derive: (
    {
      secretKeyFallbacks = [],
      cache = { kind: 'none' } as const,
      databaseTls,
      web,
      outgoing,
      aws,
      ...values
    },
    derivation,
  ) => {
    if (!values.debug && values.secretKey.length < SHORTEST_SECRET_KEY) {
      derivation.reportFault(
        `DJANGO_SECRET_KEY has ${values.secretKey.length} characters; with DJANGO_DEBUG=False it needs at least ${SHORTEST_SECRET_KEY}, best 50 random ones`,
        [DEBUG, SECRET_KEY],
      );
    }
    return {
      ...values,
      /** With all that the settings say about TLS in its query. */
      databaseUrl: checkTls(withTlsVariables(values.databaseUrl, databaseTls), derivation),
      secretKeyFallbacks,
      cache,
      web: {
        port: web.port,
        address: web.address,
        processCount: web.processCount,
        trustedProxies: web.trustedProxies,
        /** What URIs start with; no slash at the end. */
        baseUrl: `${web.scheme}://${web.hostname}`,
      },
      /** How requests to other hosts leave, but for those to Amazon. */
      outgoing: new OutgoingNetwork({ proxies: proxiesOf(outgoing), certificates: outgoing.certificates }),
      aws: {
        /** Where S3 is, where that is not Amazon's; no slash at the end. */
        s3Endpoint: aws.s3Endpoint ?? aws.endpoint,
        /** Where SQS is, where that is not Amazon's; no slash at the end. */
        sqsEndpoint: aws.sqsEndpoint ?? aws.endpoint,
        network: new OutgoingNetwork({
          proxies: proxiesOf(outgoing),
          certificates: outgoing.awsCertificates ?? outgoing.certificates,
        }),
      },
    };
  },
  parts: ({ databaseTls, web, outgoing, aws, metricsToken, ...general }) => [
    { title: 'General', variables: Object.values(general) },
    {
      title: 'TLS to Postgres',
      introduction:
        'The same as parameters of `DATABASE_URL` (`?sslmode=…&sslrootcert=…`) take precedence. [operating.md](docs/operating.md#tls-to-postgres) describes them.',
      variables: Object.values(databaseTls),
    },
    { title: 'The API', variables: [...Object.values(web), metricsToken] },
    {
      title: 'Requests to other hosts',
      introduction:
        'These apply to whatever the service fetches or calls. [operating.md](docs/operating.md#requests-to-other-hosts) describes them.',
      variables: Object.values(outgoing),
    },
    {
      title: 'Endpoints of Amazon Web Services',
      introduction: "Needed only if another service replaces Amazon's.",
      variables: Object.values(aws),
    },
  ],
});

/** The settings of the platform, as {@link platformSettings} declares them. */
export type PlatformSettings = ReturnType<(typeof platformSettings)['readValues']>;

function proxiesOf(outgoing: {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: readonly string[] | undefined;
}): Proxies {
  return new Proxies({
    http: outgoing.httpProxy,
    https: outgoing.httpsProxy,
    except: outgoing.noProxy ?? [],
  });
}

function checkTls(url: string, { reportFault }: Derivation): string {
  try {
    tlsParametersOf(url);
  } catch (error) {
    if (!(error instanceof TlsParameterError)) throw error;
    reportFault(`DATABASE_URL: ${error.message}`, [DATABASE_URL, SSL_MODE]);
  }
  return url;
}
