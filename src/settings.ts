import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { cleanEnv, EnvMissingError } from 'envalid';
import { type AlternativeCluster, alternativeClusters } from './alternative-clusters.ts';
import {
  boolean,
  type CacheSettings,
  cacheUrl,
  databaseUrl,
  hostAndPort,
  httpUrl,
  integer,
  LONGEST_TIMER_SECONDS,
  networks,
  oneOf,
  type PageFormat,
  pageFormat,
  queueName,
  sentryDsn,
  sqsQueueName,
  text,
  texts,
  timeZone,
  wholeNumber,
} from './setting-values.ts';

export type { CacheSettings, PageFormat } from './setting-values.ts';

/** The rasterizers that `PDF_RASTERIZER_ENGINE` may name. */
export const RASTERIZER_ENGINES = ['pdfium', 'poppler', 'pdf2pic'] as const;

/** What `Q_CLUSTER_SAVE_LIMIT_PER` may name. */
export const SAVE_LIMIT_KEYS = ['group', 'name', 'func'] as const;

/** What draws the pages of a PDF. */
export type RasterizerEngine = (typeof RASTERIZER_ENGINES)[number];

/** The levels that `LOG_LEVEL` may name, from loud to silent. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every variable of the environment, read once, typed, and frozen. `README.md` has the table of them. */
export interface Settings {
  /** `DJANGO_DEBUG`: answers carry detailed errors. */
  readonly debug: boolean;
  /** `DJANGO_SECRET_KEY`: what signatures and encryption are derived from. */
  readonly secretKey: string;
  /** `SECRET_KEY_FALLBACKS`: earlier keys, of which what is there may still be signed and encrypted. */
  readonly secretKeyFallbacks: readonly string[];
  /** `LOG_LEVEL` */
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** `SCRATCH_DIRECTORY`: where work in progress is written. */
  readonly scratchDirectory: string;
  /** `DATABASE_URL`, with `postgresql` as its scheme. */
  readonly databaseUrl: string;
  readonly cache: CacheSettings;
  readonly web: {
    /** `PORT` */
    readonly port: number;
    /** `GUNICORN_WORKERS`: processes that serve the API. */
    readonly processCount: number;
    /** `WEB_SERVER_SCHEME` and `WEB_SERVER_HOSTNAME`, without a slash at the end: what URIs start with. */
    readonly baseUrl: string;
    /**
     * `WEB_SERVER_TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed; addresses, networks, and the names that
     * Express knows for some. Empty for nobody's.
     */
    readonly trustedProxies: readonly string[];
  };
  readonly origin: {
    /** `ORIGIN_CHUNK_SIZE` */
    readonly chunkSizeBytes: number;
    /** `ORIGIN_TIMEOUT`: how long an origin may be silent. */
    readonly timeoutSeconds: number;
    /** `ORIGIN_MAX_SIZE`; 0 for no limit. */
    readonly maximumSizeBytes: number;
  };
  readonly rasterizer: {
    /** `PDF_RASTERIZER_ENGINE` */
    readonly engine: RasterizerEngine;
    /** `PDF_RASTERIZER_THREAD_COUNT`: pages at a time. */
    readonly threadCount: number;
    /** `PDF_RASTERIZER_DPI` */
    readonly dpi: number;
    /** `PDF_RASTERIZER_FALLBACK_DPI`: for a page that is too large at `dpi`. */
    readonly fallbackDpi: number;
    /** `PDF_RASTERIZER_FORMAT` */
    readonly format: PageFormat;
    /** `PDF_RASTERIZER_MAX_LENGTH`: the longest edge that is stored; 0 for no limit. */
    readonly maximumLengthPixels: number;
    /** `PDF_RASTERIZER_USE_CROPBOX` */
    readonly useCropBox: boolean;
  };
  readonly dlcs: {
    /** `DLCS_API_ROOT`, without a slash at the end. */
    readonly apiRoot: string;
    /** `DLCS_BATCH_SIZE`: images in one batch. */
    readonly batchSize: number;
    /** `DLCS_TIMEOUT`: how long the DLCS may take for an answer. */
    readonly timeoutSeconds: number;
  };
  readonly storage: {
    /** `DLCS_S3_BUCKET_NAME` */
    readonly bucketName: string;
    /** `DLCS_S3_OBJECT_KEY_PREFIX`, without slashes at either end; empty where it holds nothing else. */
    readonly keyPrefix: string;
    /** `DLCS_S3_UPLOAD_THREADS`: uploads at a time. */
    readonly uploadThreads: number;
    /** `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, without a slash at the end, where one is configured. */
    readonly endpoint: string | undefined;
  };
  readonly engine: {
    /** `ENGINE_WORKER_COUNT` */
    readonly workerCount: number;
    /** `ENGINE_WORKER_TIMEOUT`: how long one task may run. */
    readonly timeoutSeconds: number;
    /** `ENGINE_WORKER_RETRY`: how long after it was presented a failed task is presented again. */
    readonly retrySeconds: number;
    /** `ENGINE_WORKER_MAX_ATTEMPTS`; 0 for ever. */
    readonly maximumAttempts: number;
    /** `Q_CLUSTER_NAME`: the queue that an engine serves where nothing else is said, and that callers send to. */
    readonly queueName: string;
    /** `Q_CLUSTER_ACK_FAILURES`: a failure counts as delivered. */
    readonly acknowledgesFailures: boolean;
    /**
     * `Q_CLUSTER_RECYCLE`: tasks after which a worker process is replaced; 0 for never. `undefined`: after 500, but not
     * before it has lived for a minute.
     */
    readonly recycleTasks: number | undefined;
    /** `Q_CLUSTER_MAX_RSS`, in bytes: past it, a worker is replaced when its task is done; 0 for no limit. */
    readonly maximumResidentBytes: number;
    /** `Q_CLUSTER_QUEUE_LIMIT`: quick tasks that an engine takes ahead of its workers. */
    readonly queueLimit: number;
    /** `Q_CLUSTER_BULK`: tasks taken from the broker at once. */
    readonly bulk: number;
    /** `Q_CLUSTER_POLL`: how often the queue is looked at where no notification comes. */
    readonly pollSeconds: number;
    /** `Q_CLUSTER_SAVE_LIMIT`: successes that are kept; 0 for all, -1 for none. */
    readonly saveLimit: number;
    /** `Q_CLUSTER_SAVE_LIMIT_PER` */
    readonly saveLimitPer: (typeof SAVE_LIMIT_KEYS)[number] | undefined;
    /** `Q_CLUSTER_CACHED`: how long a cached result is kept; 0 for ever. */
    readonly cachedSeconds: number;
    /** `Q_CLUSTER_SCHEDULER`: engines run schedules. */
    readonly runsSchedules: boolean;
    /** `Q_CLUSTER_CATCH_UP`: missed slots of a schedule are all run, not only the first of them. */
    readonly catchesUp: boolean;
    /** `Q_CLUSTER_TIME_ZONE`: whose clock and calendar schedules follow that name none. */
    readonly timeZone: string;
    /** `Q_CLUSTER_ALT_CLUSTERS`: what differs for other queues, by their names. */
    readonly alternatives: Readonly<Record<string, AlternativeCluster>>;
    /** `SQS_BROKER_QUEUE_NAME` */
    readonly sqsQueueName: string | undefined;
    /** `AWS_ENDPOINT_URL_SQS` or `AWS_ENDPOINT_URL`, without a slash at the end, where one is configured. */
    readonly sqsEndpoint: string | undefined;
  };
  readonly monitoring: {
    /** `METRICS_TOKEN`: what `/metrics` wants to be asked with, where it is not open to all. */
    readonly metricsToken: string | undefined;
    /** `SENTRY_DSN`: where failed attempts are reported to. */
    readonly sentryDsn: string | undefined;
    /** `SENTRY_ENVIRONMENT`: what Sentry calls this installation. */
    readonly sentryEnvironment: string;
  };
}

/** The settings do not hold together; the message names each variable, what it holds, and what it may hold. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';
}

const VALIDATORS = {
  DJANGO_DEBUG: boolean(),
  DJANGO_SECRET_KEY: text({ desc: 'any text that is hard to guess, best 50 random characters' }),
  SECRET_KEY_FALLBACKS: texts({ default: [] }),
  LOG_LEVEL: oneOf(LOG_LEVELS)(),
  SCRATCH_DIRECTORY: text(),
  WEB_SERVER_SCHEME: oneOf(['http', 'https'])(),
  WEB_SERVER_HOSTNAME: hostAndPort(),
  WEB_SERVER_TRUSTED_PROXIES: networks(),
  PORT: wholeNumber(0, 65_535)(),
  GUNICORN_WORKERS: wholeNumber(1, 1024)(),
  ORIGIN_CHUNK_SIZE: wholeNumber(1, 1024 ** 3)(),
  ORIGIN_TIMEOUT: wholeNumber(1, LONGEST_TIMER_SECONDS)(),
  ORIGIN_MAX_SIZE: wholeNumber(0)(),
  DATABASE_URL: databaseUrl({
    desc: 'postgresql://user:password@host:port/name (npm start needs none and brings its own Postgres)',
  }),
  CACHE_URL: cacheUrl({ default: { kind: 'none' } }),
  PDF_RASTERIZER_ENGINE: oneOf(RASTERIZER_ENGINES)(),
  PDF_RASTERIZER_THREAD_COUNT: wholeNumber(1, 256)(),
  PDF_RASTERIZER_DPI: wholeNumber(1, 4800)(),
  PDF_RASTERIZER_FALLBACK_DPI: wholeNumber(1, 4800)(),
  PDF_RASTERIZER_FORMAT: pageFormat(),
  PDF_RASTERIZER_MAX_LENGTH: wholeNumber(0)(),
  PDF_RASTERIZER_USE_CROPBOX: boolean(),
  DLCS_API_ROOT: httpUrl(),
  DLCS_BATCH_SIZE: wholeNumber(1)(),
  DLCS_TIMEOUT: wholeNumber(1, LONGEST_TIMER_SECONDS)(),
  DLCS_S3_BUCKET_NAME: text(),
  DLCS_S3_OBJECT_KEY_PREFIX: text(),
  DLCS_S3_UPLOAD_THREADS: wholeNumber(1, 256)(),
  AWS_ENDPOINT_URL: httpUrl({ default: undefined }),
  AWS_ENDPOINT_URL_S3: httpUrl({ default: undefined }),
  AWS_ENDPOINT_URL_SQS: httpUrl({ default: undefined }),
  ENGINE_WORKER_COUNT: wholeNumber(1, 1024)(),
  ENGINE_WORKER_TIMEOUT: wholeNumber(1, LONGEST_TIMER_SECONDS)(),
  ENGINE_WORKER_RETRY: wholeNumber(1, LONGEST_TIMER_SECONDS)(),
  ENGINE_WORKER_MAX_ATTEMPTS: wholeNumber(0, 1_000_000)(),
  Q_CLUSTER_NAME: queueName(),
  Q_CLUSTER_ACK_FAILURES: boolean(),
  Q_CLUSTER_RECYCLE: wholeNumber(0, 1_000_000_000)({ default: undefined }),
  Q_CLUSTER_MAX_RSS: wholeNumber(0)(),
  Q_CLUSTER_QUEUE_LIMIT: wholeNumber(1, 100_000)(),
  Q_CLUSTER_BULK: wholeNumber(1, 10_000)(),
  Q_CLUSTER_POLL: wholeNumber(1, 3600)(),
  Q_CLUSTER_SAVE_LIMIT: integer(-1, 1_000_000_000)(),
  Q_CLUSTER_SAVE_LIMIT_PER: oneOf(SAVE_LIMIT_KEYS)({ default: undefined }),
  Q_CLUSTER_CACHED: wholeNumber(0, LONGEST_TIMER_SECONDS)(),
  Q_CLUSTER_SCHEDULER: boolean(),
  Q_CLUSTER_CATCH_UP: boolean(),
  Q_CLUSTER_TIME_ZONE: timeZone(),
  Q_CLUSTER_ALT_CLUSTERS: alternativeClusters(),
  SQS_BROKER_QUEUE_NAME: sqsQueueName({ default: undefined }),
  METRICS_TOKEN: text({ default: undefined }),
  SENTRY_DSN: sentryDsn({ default: undefined }),
  SENTRY_ENVIRONMENT: text(),
};

type Variable = keyof typeof VALIDATORS;

/**
 * Every variable that is read here, and what stands for it where it is not set, as it would stand in `.env`;
 * `undefined` where nothing does.
 */
export const SETTING_DEFAULTS: Readonly<Record<Variable, string | undefined>> = {
  DJANGO_DEBUG: 'True',
  DJANGO_SECRET_KEY: undefined,
  SECRET_KEY_FALLBACKS: undefined,
  LOG_LEVEL: 'info',
  SCRATCH_DIRECTORY: '/tmp/scratch',
  WEB_SERVER_SCHEME: 'http',
  WEB_SERVER_HOSTNAME: 'localhost:8000',
  WEB_SERVER_TRUSTED_PROXIES: 'loopback,linklocal,uniquelocal',
  PORT: '8000',
  GUNICORN_WORKERS: '2',
  ORIGIN_CHUNK_SIZE: '8192',
  ORIGIN_TIMEOUT: '60',
  ORIGIN_MAX_SIZE: '0',
  DATABASE_URL: undefined,
  CACHE_URL: undefined,
  PDF_RASTERIZER_ENGINE: 'pdfium',
  PDF_RASTERIZER_THREAD_COUNT: '3',
  PDF_RASTERIZER_DPI: '500',
  PDF_RASTERIZER_FALLBACK_DPI: '200',
  PDF_RASTERIZER_FORMAT: 'jpg',
  PDF_RASTERIZER_MAX_LENGTH: '0',
  PDF_RASTERIZER_USE_CROPBOX: 'False',
  DLCS_API_ROOT: 'https://api.dlcs.digirati.io',
  DLCS_BATCH_SIZE: '100',
  DLCS_TIMEOUT: '60',
  DLCS_S3_BUCKET_NAME: 'dlcs-composite-images',
  DLCS_S3_OBJECT_KEY_PREFIX: 'composites',
  DLCS_S3_UPLOAD_THREADS: '8',
  AWS_ENDPOINT_URL: undefined,
  AWS_ENDPOINT_URL_S3: undefined,
  AWS_ENDPOINT_URL_SQS: undefined,
  ENGINE_WORKER_COUNT: '2',
  ENGINE_WORKER_TIMEOUT: '3600',
  ENGINE_WORKER_RETRY: '4500',
  ENGINE_WORKER_MAX_ATTEMPTS: '0',
  Q_CLUSTER_NAME: 'composite',
  Q_CLUSTER_ACK_FAILURES: 'False',
  Q_CLUSTER_RECYCLE: undefined,
  Q_CLUSTER_MAX_RSS: '0',
  Q_CLUSTER_QUEUE_LIMIT: '1000',
  Q_CLUSTER_BULK: '250',
  Q_CLUSTER_POLL: '1',
  Q_CLUSTER_SAVE_LIMIT: '250',
  Q_CLUSTER_SAVE_LIMIT_PER: undefined,
  Q_CLUSTER_CACHED: '0',
  Q_CLUSTER_SCHEDULER: 'True',
  Q_CLUSTER_CATCH_UP: 'True',
  Q_CLUSTER_TIME_ZONE: 'UTC',
  Q_CLUSTER_ALT_CLUSTERS: '{}',
  SQS_BROKER_QUEUE_NAME: undefined,
  METRICS_TOKEN: undefined,
  SENTRY_DSN: undefined,
  SENTRY_ENVIRONMENT: 'production',
};

/** Names that the deployed service's environment may use instead, where the first name is not set. */
const ALIASES: Partial<Record<Variable, string>> = { DJANGO_DEBUG: 'DEBUG', DJANGO_SECRET_KEY: 'SECRET_KEY' };

/** Variables whose value is never shown, as it is or holds a credential. */
const SECRET_VARIABLES: ReadonlySet<Variable> = new Set([
  'DJANGO_SECRET_KEY',
  'SECRET_KEY_FALLBACKS',
  'DATABASE_URL',
  'CACHE_URL',
  'METRICS_TOKEN',
  'SENTRY_DSN',
]);

/**
 * Reads and checks every setting. A variable that holds nothing but white space counts as not set.
 *
 * @throws {InvalidSettingsError} that lists everything wrong at once.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const faults = new Map<string, string>();
  const values = cleanEnv(withDefaults(environment), VALIDATORS, {
    reporter: ({ errors }) => {
      for (const variable of variables()) {
        const error = errors[variable];
        if (error) faults.set(variable, describeFault(variable, environment, error));
      }
    },
  });
  if (!faults.has('ENGINE_WORKER_RETRY') && !faults.has('ENGINE_WORKER_TIMEOUT')) {
    const { ENGINE_WORKER_RETRY: retry, ENGINE_WORKER_TIMEOUT: timeout } = values;
    if (retry <= timeout) {
      faults.set(
        'ENGINE_WORKER_RETRY',
        `ENGINE_WORKER_RETRY is "${retry}"; it must be greater than ENGINE_WORKER_TIMEOUT, which is ${timeout}`,
      );
    }
  }
  if (faults.size > 0) {
    throw new InvalidSettingsError(
      [
        'These settings need a change (in the environment, or in .env):',
        ...[...faults.values()].map((fault) => `  ${fault}`),
      ].join('\n'),
    );
  }
  return freezeDeeply({
    debug: values.DJANGO_DEBUG,
    secretKey: values.DJANGO_SECRET_KEY,
    secretKeyFallbacks: values.SECRET_KEY_FALLBACKS,
    logLevel: values.LOG_LEVEL,
    scratchDirectory: values.SCRATCH_DIRECTORY,
    databaseUrl: values.DATABASE_URL,
    cache: values.CACHE_URL,
    web: {
      port: values.PORT,
      processCount: values.GUNICORN_WORKERS,
      baseUrl: `${values.WEB_SERVER_SCHEME}://${values.WEB_SERVER_HOSTNAME}`,
      trustedProxies: values.WEB_SERVER_TRUSTED_PROXIES,
    },
    origin: {
      chunkSizeBytes: values.ORIGIN_CHUNK_SIZE,
      timeoutSeconds: values.ORIGIN_TIMEOUT,
      maximumSizeBytes: values.ORIGIN_MAX_SIZE,
    },
    rasterizer: {
      engine: values.PDF_RASTERIZER_ENGINE,
      threadCount: values.PDF_RASTERIZER_THREAD_COUNT,
      dpi: values.PDF_RASTERIZER_DPI,
      fallbackDpi: values.PDF_RASTERIZER_FALLBACK_DPI,
      format: values.PDF_RASTERIZER_FORMAT,
      maximumLengthPixels: values.PDF_RASTERIZER_MAX_LENGTH,
      useCropBox: values.PDF_RASTERIZER_USE_CROPBOX,
    },
    dlcs: {
      apiRoot: values.DLCS_API_ROOT,
      batchSize: values.DLCS_BATCH_SIZE,
      timeoutSeconds: values.DLCS_TIMEOUT,
    },
    storage: {
      bucketName: values.DLCS_S3_BUCKET_NAME,
      keyPrefix: values.DLCS_S3_OBJECT_KEY_PREFIX.replace(/^\/+|\/+$/g, ''),
      uploadThreads: values.DLCS_S3_UPLOAD_THREADS,
      endpoint: values.AWS_ENDPOINT_URL_S3 ?? values.AWS_ENDPOINT_URL,
    },
    engine: {
      workerCount: values.ENGINE_WORKER_COUNT,
      timeoutSeconds: values.ENGINE_WORKER_TIMEOUT,
      retrySeconds: values.ENGINE_WORKER_RETRY,
      maximumAttempts: values.ENGINE_WORKER_MAX_ATTEMPTS,
      queueName: values.Q_CLUSTER_NAME,
      acknowledgesFailures: values.Q_CLUSTER_ACK_FAILURES,
      recycleTasks: values.Q_CLUSTER_RECYCLE,
      maximumResidentBytes: values.Q_CLUSTER_MAX_RSS * 1_024,
      queueLimit: values.Q_CLUSTER_QUEUE_LIMIT,
      bulk: values.Q_CLUSTER_BULK,
      pollSeconds: values.Q_CLUSTER_POLL,
      saveLimit: values.Q_CLUSTER_SAVE_LIMIT,
      saveLimitPer: values.Q_CLUSTER_SAVE_LIMIT_PER,
      cachedSeconds: values.Q_CLUSTER_CACHED,
      runsSchedules: values.Q_CLUSTER_SCHEDULER,
      catchesUp: values.Q_CLUSTER_CATCH_UP,
      timeZone: values.Q_CLUSTER_TIME_ZONE,
      alternatives: values.Q_CLUSTER_ALT_CLUSTERS,
      sqsQueueName: values.SQS_BROKER_QUEUE_NAME,
      sqsEndpoint: values.AWS_ENDPOINT_URL_SQS ?? values.AWS_ENDPOINT_URL,
    },
    monitoring: {
      metricsToken: values.METRICS_TOKEN,
      sentryDsn: values.SENTRY_DSN,
      sentryEnvironment: values.SENTRY_ENVIRONMENT,
    },
  });
}

/**
 * Reads the settings of this process: the environment, and `.env` in the working directory for what the
 * environment does not set.
 *
 * @throws {InvalidSettingsError}
 */
export function loadSettings(): Settings {
  if (existsSync('.env')) readEnvFile();
  return readSettings(process.env);
}

function readEnvFile(): void {
  try {
    loadEnvFile('.env');
  } catch (error) {
    throw new InvalidSettingsError(`.env cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function variables(): Variable[] {
  return Object.keys(VALIDATORS) as Variable[];
}

/** The name under which a variable is set: its own, else its alias; nothing where neither is. */
function nameInUse(variable: Variable, environment: NodeJS.ProcessEnv): string | undefined {
  return [variable, ALIASES[variable]].find((name) => name !== undefined && environment[name]?.trim());
}

function withDefaults(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    variables().map((variable) => {
      const name = nameInUse(variable, environment);
      return [variable, name === undefined ? SETTING_DEFAULTS[variable] : environment[name]];
    }),
  );
}

function describeFault(variable: Variable, environment: NodeJS.ProcessEnv, error: Error): string {
  const name = nameInUse(variable, environment) ?? variable;
  if (error instanceof EnvMissingError) {
    return `${name} is not set; it may hold ${VALIDATORS[variable].desc ?? 'some text'}`;
  }
  const held = environment[name]?.trim() ?? '';
  const shown = SECRET_VARIABLES.has(variable)
    ? 'holds something else (not shown)'
    : `is "${held.replace(/\/\/[^/]*@/, '//[secret]@')}"`;
  return `${name} ${shown}; it may hold ${error.message}`;
}

function freezeDeeply<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) freezeDeeply(inner);
  }
  return Object.freeze(value);
}
