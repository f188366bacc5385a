import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { cleanEnv, EnvMissingError, makeValidator } from 'envalid';

/** The rasterizers that `PDF_RASTERIZER_ENGINE` may name. */
export const RASTERIZER_ENGINES = ['pdfium', 'poppler', 'pdf2pic'] as const;

/** What draws the pages of a PDF. */
export type RasterizerEngine = (typeof RASTERIZER_ENGINES)[number];

/** The image formats that pages are stored in; `jpeg` is read as `jpg`. */
export type PageFormat = 'ppm' | 'jpg' | 'png' | 'tiff';

/** The levels that `LOG_LEVEL` may name, from loud to silent. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Where finished results and other short-lived values are cached (`CACHE_URL`). */
export type CacheSettings =
  | { readonly kind: 'none' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'database'; readonly table: string }
  | { readonly kind: 'redis'; readonly url: string };

/** Every variable of the environment, read once, typed, and frozen. `README.md` has the table of them. */
export interface Settings {
  /** `DJANGO_DEBUG`: answers carry detailed errors. */
  readonly debug: boolean;
  /** `DJANGO_SECRET_KEY`: what signatures and encryption are derived from. */
  readonly secretKey: string;
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
    /** `DLCS_S3_OBJECT_KEY_PREFIX`, without slashes at either end. */
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
    /** `SQS_BROKER_QUEUE_NAME` */
    readonly sqsQueueName: string | undefined;
  };
}

/** The settings do not hold together; the message names each variable, what it holds, and what it may hold. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';
}

const TRUE_WORDS = ['true', '1', 'on', 'yes'];
const FALSE_WORDS = ['false', '0', 'off', 'no'];

function fail(allowed: string): never {
  throw new TypeError(allowed);
}

const boolean = makeValidator<boolean>((input) => {
  const word = String(input).trim().toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  if (FALSE_WORDS.includes(word)) return false;
  return fail('True or False');
});

function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const allowed =
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  return makeValidator<number>((input) => {
    const number = /^\s*\d+\s*$/.test(String(input)) ? Number(input) : Number.NaN;
    return number >= minimum && number <= maximum ? number : fail(allowed);
  });
}

function oneOf<T extends string>(words: readonly T[]) {
  return makeValidator<T>((input) => {
    const word = input.trim().toLowerCase();
    return words.find((candidate) => candidate === word) ?? fail(`one of ${words.join(', ')}`);
  });
}

const text = makeValidator<string>((input) => input.trim() || fail('some text'));

const optionalText = makeValidator<string | undefined>((input) => input.trim() || undefined);

const pageFormat = makeValidator<PageFormat>((input) => {
  const word = input.trim().toLowerCase();
  if (word === 'jpeg') return 'jpg';
  return (
    (['ppm', 'jpg', 'png', 'tiff'] as const).find((format) => format === word) ??
    fail('one of ppm, jpeg, jpg, png, tiff')
  );
});

const httpUrl = makeValidator<string>((input) => {
  const url = URL.parse(input.trim());
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return fail('a URL that starts with http:// or https://');
  return input.trim().replace(/\/+$/, '');
});

const databaseUrl = makeValidator<string>((input) => {
  const normalized = input.trim().replace(/^(postgresql|postgres|psql|pgsql):\/\//, 'postgresql://');
  if (!normalized.startsWith('postgresql://') || !URL.parse(normalized)) {
    return fail('postgresql://user:password@host:port/name');
  }
  return normalized;
});

const cacheUrl = makeValidator<CacheSettings>((input) => {
  const value = input.trim();
  if (value === '') return { kind: 'none' };
  if (/^locmemcache:\/\//.test(value)) return { kind: 'memory' };
  const table = /^dbcache:\/\/([A-Za-z_][A-Za-z0-9_]{0,62})\/?$/.exec(value)?.[1];
  if (table) return { kind: 'database', table };
  const redis = value.replace(/^rediscache:\/\//, 'redis://');
  if (/^rediss?:\/\//.test(redis) && URL.parse(redis)) return { kind: 'redis', url: redis };
  return fail('dbcache://table, locmemcache://, redis://host:port/number or rediscache://host:port/number');
});

/** Variables whose value is never shown, as it is or holds a credential. */
const SECRET_VARIABLES = new Set(['DJANGO_SECRET_KEY', 'DATABASE_URL', 'CACHE_URL']);

const SPECIFICATION = {
  DJANGO_DEBUG: boolean({ default: true }),
  DJANGO_SECRET_KEY: text({ desc: 'a random text of about 50 characters' }),
  LOG_LEVEL: oneOf(LOG_LEVELS)({ default: 'info' }),
  SCRATCH_DIRECTORY: text({ default: '/tmp/scratch' }),
  WEB_SERVER_SCHEME: oneOf(['http', 'https'])({ default: 'http' }),
  WEB_SERVER_HOSTNAME: text({ default: 'localhost:8000' }),
  PORT: wholeNumber(0, 65_535)({ default: 8000 }),
  GUNICORN_WORKERS: wholeNumber(1, 1024)({ default: 2 }),
  ORIGIN_CHUNK_SIZE: wholeNumber(1)({ default: 8192 }),
  ORIGIN_TIMEOUT: wholeNumber(1)({ default: 60 }),
  ORIGIN_MAX_SIZE: wholeNumber(0)({ default: 0 }),
  DATABASE_URL: databaseUrl({
    desc: 'postgresql://user:password@host:port/name (npm start needs none and brings its own Postgres)',
  }),
  CACHE_URL: cacheUrl({ default: { kind: 'none' } }),
  PDF_RASTERIZER_ENGINE: oneOf(RASTERIZER_ENGINES)({ default: 'pdfium' }),
  PDF_RASTERIZER_THREAD_COUNT: wholeNumber(1, 256)({ default: 3 }),
  PDF_RASTERIZER_DPI: wholeNumber(1, 4800)({ default: 500 }),
  PDF_RASTERIZER_FALLBACK_DPI: wholeNumber(1, 4800)({ default: 200 }),
  PDF_RASTERIZER_FORMAT: pageFormat({ default: 'jpg' }),
  PDF_RASTERIZER_MAX_LENGTH: wholeNumber(0)({ default: 0 }),
  PDF_RASTERIZER_USE_CROPBOX: boolean({ default: false }),
  DLCS_API_ROOT: httpUrl({ default: 'https://api.dlcs.digirati.io' }),
  DLCS_BATCH_SIZE: wholeNumber(1)({ default: 100 }),
  DLCS_TIMEOUT: wholeNumber(1)({ default: 60 }),
  DLCS_S3_BUCKET_NAME: text({ default: 'dlcs-composite-images' }),
  DLCS_S3_OBJECT_KEY_PREFIX: optionalText({ default: 'composites' }),
  DLCS_S3_UPLOAD_THREADS: wholeNumber(1, 256)({ default: 8 }),
  AWS_ENDPOINT_URL: httpUrl({ default: undefined }),
  AWS_ENDPOINT_URL_S3: httpUrl({ default: undefined }),
  ENGINE_WORKER_COUNT: wholeNumber(1, 1024)({ default: 2 }),
  ENGINE_WORKER_TIMEOUT: wholeNumber(1)({ default: 3600 }),
  ENGINE_WORKER_RETRY: wholeNumber(1)({ default: 4500 }),
  ENGINE_WORKER_MAX_ATTEMPTS: wholeNumber(0)({ default: 0 }),
  SQS_BROKER_QUEUE_NAME: optionalText({ default: undefined }),
};

/** Names that the deployed service's environment may use instead, where the first name is not set. */
const ALIASES = { DJANGO_DEBUG: 'DEBUG', DJANGO_SECRET_KEY: 'SECRET_KEY' } as const;

/**
 * Reads and checks every setting.
 *
 * @throws {InvalidSettingsError} that lists everything wrong at once.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const source = withAliases(environment);
  const faults: string[] = [];
  const values = cleanEnv(source, SPECIFICATION, {
    reporter: ({ errors }) => {
      for (const [variable, error] of Object.entries(errors)) {
        if (error) faults.push(describeFault(variable, source[variable], error));
      }
    },
  });
  if (faults.length === 0 && values.ENGINE_WORKER_RETRY <= values.ENGINE_WORKER_TIMEOUT) {
    faults.push(
      `ENGINE_WORKER_RETRY is ${values.ENGINE_WORKER_RETRY}; it must be greater than ENGINE_WORKER_TIMEOUT, which is ${values.ENGINE_WORKER_TIMEOUT}`,
    );
  }
  if (faults.length > 0) {
    throw new InvalidSettingsError(
      [
        'These settings need a change (in the environment, or in .env):',
        ...faults.map((fault) => `  ${fault}`),
      ].join('\n'),
    );
  }
  return freezeDeeply({
    debug: values.DJANGO_DEBUG,
    secretKey: values.DJANGO_SECRET_KEY,
    logLevel: values.LOG_LEVEL,
    scratchDirectory: values.SCRATCH_DIRECTORY,
    databaseUrl: values.DATABASE_URL,
    cache: values.CACHE_URL,
    web: {
      port: values.PORT,
      processCount: values.GUNICORN_WORKERS,
      baseUrl: `${values.WEB_SERVER_SCHEME}://${values.WEB_SERVER_HOSTNAME.replace(/\/+$/, '')}`,
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
      keyPrefix: (values.DLCS_S3_OBJECT_KEY_PREFIX ?? '').replace(/^\/+|\/+$/g, ''),
      uploadThreads: values.DLCS_S3_UPLOAD_THREADS,
      endpoint: values.AWS_ENDPOINT_URL_S3 ?? values.AWS_ENDPOINT_URL,
    },
    engine: {
      workerCount: values.ENGINE_WORKER_COUNT,
      timeoutSeconds: values.ENGINE_WORKER_TIMEOUT,
      retrySeconds: values.ENGINE_WORKER_RETRY,
      maximumAttempts: values.ENGINE_WORKER_MAX_ATTEMPTS,
      sqsQueueName: values.SQS_BROKER_QUEUE_NAME,
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
  if (existsSync('.env')) loadEnvFile('.env');
  return readSettings(process.env);
}

function withAliases(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const source = { ...environment };
  for (const [variable, alias] of Object.entries(ALIASES)) source[variable] ??= environment[alias];
  for (const variable of Object.keys(SPECIFICATION)) {
    if (source[variable]?.trim() === '') delete source[variable];
  }
  return source;
}

function describeFault(variable: string, held: string | undefined, error: Error): string {
  if (error instanceof EnvMissingError) {
    const { desc } = SPECIFICATION[variable as keyof typeof SPECIFICATION];
    return `${variable} is not set; it may hold ${desc ?? 'some text'}`;
  }
  const shown = SECRET_VARIABLES.has(variable) ? 'holds something else (not shown)' : `is "${held}"`;
  return `${variable} ${shown}; it may hold ${error.message}`;
}

function freezeDeeply<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) freezeDeeply(inner);
  }
  return Object.freeze(value);
}
