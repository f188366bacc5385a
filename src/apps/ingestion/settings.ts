import { allowedNetworks } from '../../platform/http/outgoing/allowed-networks.ts';
import { searchEngineOf, searchEngineUrl } from '../../platform/search-engines/search-engine-url.ts';
import { defineSection } from '../../platform/settings/section.ts';
import { databaseUrl, httpUrl, oneOf, text, texts, wholeNumber } from '../../platform/settings/values.ts';
import { optionalVariable, type Variable, variable } from '../../platform/settings/variable.ts';
import { type DatabaseParts, databaseUrlOf } from './databases/database-url.ts';
import { termsUrl } from './indexing/terms-url.ts';

/** Whose statuses the API has: those of the original server, or those that fit. */
export const COMPATIBILITIES = ['original', 'strict'] as const;

/** What is written to Slack at the least. */
export const SLACK_LEVELS = ['verbose', 'info', 'error'] as const;

/** How rows come from upstream. */
const COPY_METHODS = ['copy', 'postgres_fdw'] as const;

/** Which database cleans values. */
const CLEANING_PLACES = ['upstream', 'downstream'] as const;

/** Whose rules say which tags are dropped. */
const TAG_RULES = ['mended', 'original'] as const;

/** Rows that are copied outside of production where `DATA_REFRESH_LIMIT` is not set. */
const DEFAULT_ROW_LIMIT = 100_000;

const PRODUCTION = ['prod', 'production'];

/** Where the database is that models are copied from, and the one that they are copied into. */
const databases = {
  apiUrl: optionalVariable('INGESTION_DATABASE_URL', databaseUrl, {
    isSecret: true,
    example: 'postgresql://deploy:password@localhost:5432/openledger',
    meaning:
      'The database with the live tables. Default: what `DATABASE_HOST` and the variables beside it say; where none of them is set, `DATABASE_URL`.',
  }),
  api: {
    host: optionalVariable('DATABASE_HOST', text, {
      example: 'localhost',
      meaning: 'The host of the database with the live tables.',
    }),
    port: optionalVariable('DATABASE_PORT', wholeNumber(1, 65_535), {
      example: '5432',
      meaning: 'Its port. Default: 5432.',
    }),
    user: optionalVariable('DATABASE_USER', text, {
      example: 'deploy',
      meaning: 'Its user. Default: `deploy`.',
    }),
    password: optionalVariable('DATABASE_PASSWORD', text, {
      isSecret: true,
      meaning: 'Its password. Default: `deploy`.',
    }),
    name: optionalVariable('DATABASE_NAME', text, {
      example: 'openledger',
      meaning: 'Its name. Default: `openledger`.',
    }),
  },
  apiSchema: variable('INGESTION_SCHEMA', text, {
    default: 'public',
    meaning: 'The schema of the live tables.',
  }),
  upstreamUrl: optionalVariable('UPSTREAM_DATABASE_URL', databaseUrl, {
    isSecret: true,
    example: 'postgresql://deploy:password@localhost:5433/openledger',
    meaning:
      'The database that tables are copied from. Default: what `UPSTREAM_DB_HOST` and the variables beside it say. It is only read.',
  }),
  upstream: {
    host: optionalVariable('UPSTREAM_DB_HOST', text, {
      example: 'localhost',
      meaning: 'The host of the database that tables are copied from. Default: `localhost`.',
    }),
    port: optionalVariable('UPSTREAM_DB_PORT', wholeNumber(1, 65_535), {
      example: '5433',
      meaning: 'Its port. Default: 5433.',
    }),
    user: optionalVariable('UPSTREAM_DB_USER', text, {
      example: 'deploy',
      meaning: 'Its user. Default: `deploy`.',
    }),
    password: optionalVariable('UPSTREAM_DB_PASSWORD', text, {
      isSecret: true,
      meaning: 'Its password. Default: `deploy`.',
    }),
    name: optionalVariable('UPSTREAM_DB_NAME', text, {
      example: 'openledger',
      meaning: 'Its name. Default: `openledger`.',
    }),
  },
  upstreamSchema: variable('UPSTREAM_DB_SCHEMA', text, {
    default: 'public',
    meaning: 'The schema of the tables that are copied.',
  }),
};

const copy = {
  environment: variable('ENVIRONMENT', text, {
    default: 'local',
    meaning: `The name of the environment. Other than in \`prod\` and \`production\`, at most ${DEFAULT_ROW_LIMIT} rows are copied where \`DATA_REFRESH_LIMIT\` is not set. Messages to Slack name it.`,
  }),
  rowLimit: optionalVariable('DATA_REFRESH_LIMIT', wholeNumber(0), {
    example: '100000',
    meaning: 'Rows that are copied of each table, those with the lowest ids; 0 for all.',
  }),
  method: variable('INGESTION_COPY_METHOD', oneOf(COPY_METHODS), {
    default: 'copy',
    meaning:
      'How rows come from upstream. `copy`: by COPY, through the worker; it needs no extension and no superuser. `postgres_fdw`: the database of the live tables fetches them itself, where the extension may be used; slower.',
  }),
  streams: variable('INGESTION_COPY_STREAMS', wholeNumber(1, 16), {
    default: '2',
    meaning: 'Ranges of ids that are copied at the same time. Each needs a connection to both databases.',
  }),
  maximumSeconds: variable('INGESTION_COPY_SECONDS', wholeNumber(1, 2_000_000), {
    default: '43200',
    meaning:
      'Seconds that a copy may take. Upstream cannot clean up behind the snapshot that it is made of for so long.',
  }),
  silenceSeconds: variable('INGESTION_COPY_SILENCE_SECONDS', wholeNumber(1, 86_400), {
    default: '300',
    meaning: 'Seconds without a byte after which a copy counts as broken, and is begun anew.',
  }),
  maximumBytes: optionalVariable('INGESTION_MAX_BYTES', wholeNumber(1), {
    example: '500000000000',
    meaning:
      'Bytes that the copy of a model may take, with its indexes and the write-ahead log: a copy that would take more is refused before it begins. Where the database of the live tables is on the same machine, the free space of its disk counts as well.',
  }),
  maximumLagBytes: optionalVariable('INGESTION_MAX_LAG', wholeNumber(1), {
    example: '500000000',
    meaning:
      'Bytes of the write-ahead log by which a replica of the database of the live tables may be behind: the copy waits before its next range while one is further behind. It needs a user that may see replicas (`pg_monitor`). Only for `INGESTION_COPY_METHOD=copy`. Not set: the copy never waits.',
  }),
  relativeUpstreamHost: optionalVariable('RELATIVE_UPSTREAM_DB_HOST', text, {
    example: 'upstream_db',
    meaning:
      'The host of the upstream database, as the database of the live tables sees it. Only for `INGESTION_COPY_METHOD=postgres_fdw`. Default: the same host.',
  }),
  relativeUpstreamPort: optionalVariable('RELATIVE_UPSTREAM_DB_PORT', wholeNumber(1, 65_535), {
    example: '5432',
    meaning: 'Its port. Default: the same port.',
  }),
};

const clean = {
  where: variable('INGESTION_CLEAN', oneOf(CLEANING_PLACES), {
    default: 'upstream',
    meaning:
      'Which database cleans tags and URLs. `upstream`: as part of the copy, which is fastest. `downstream`: the database of the live tables, after the copy.',
  }),
  tagRules: variable('INGESTION_TAG_RULES', oneOf(TAG_RULES), {
    default: 'mended',
    meaning:
      '`mended`: names of licenses are dropped where they are the whole tag. `original`: also tags that contain one, such as `ruby`, which contains `by`.',
  }),
  probedHosts: optionalVariable('INGESTION_PROBED_HOSTS', texts, {
    example: '.example.org, museum.example',
    meaning:
      'Hosts whose URLs without a scheme get `https://` only if the host accepts it, and `http://` otherwise; `*` for all hosts. Each host gets one request. Not set: no request is sent, and URLs get `https://`.',
  }),
  probedNetworks: optionalVariable('INGESTION_PROBED_NETWORKS', allowedNetworks, {
    example: '10.0.0.0/8',
    meaning: 'Networks that these requests may go to beside the public internet.',
  }),
};

const search = {
  engine: optionalVariable('INGESTION_SEARCH_ENGINE', searchEngineUrl, {
    example: 'elasticsearch+https://user:password@localhost:9200',
    isSecret: true,
    meaning:
      'Where documents are indexed: `postgres`, in the database of the live tables; `elasticsearch+https://user:password@host:9200`; or `opensearch+https://…`. Also with `+http://`. Default: what `ELASTICSEARCH_URL` and the variables beside it say; where none of them is set, `postgres`.',
  }),
  elasticsearch: {
    scheme: optionalVariable('ELASTICSEARCH_SCHEME', oneOf(['http://', 'https://', 'http', 'https']), {
      example: 'https://',
      meaning: 'The scheme of Elasticsearch, `http://` or `https://`. Default: `http://`.',
    }),
    host: optionalVariable('ELASTICSEARCH_URL', text, {
      example: 'localhost',
      meaning: 'The host of Elasticsearch, without scheme and port. Default: `localhost`.',
    }),
    port: optionalVariable('ELASTICSEARCH_PORT', wholeNumber(1, 65_535), {
      example: '9200',
      meaning: 'Its port. Default: 9200.',
    }),
  },
  filteredCopiesPerSecond: variable('ES_FILTERED_INDEX_THROTTLING_RATE', wholeNumber(1), {
    default: '20000',
    meaning:
      'Documents that Elasticsearch or OpenSearch copies into a filtered index in a second at most, so that searches go on.',
  }),
  sensitiveTermsUrl: optionalVariable('SENSITIVE_TERMS_URL', termsUrl, {
    example: 'https://example.org/sensitive-terms.txt',
    meaning:
      'A text with a sensitive term a line: an `http:`, `https:` or `file:` URL, or the absolute path of a file that all workers can read. Documents with one of the terms are left out of filtered indexes.',
  }),
  maximumFailedPercent: variable('INGESTION_MAX_FAILED_PERCENT', wholeNumber(0, 100), {
    default: '1',
    meaning:
      'A task fails when the documents of more than this part of the rows, in percent, are refused. Fewer are counted and listed.',
  }),
};

const promotion = {
  lockMilliseconds: variable('INGESTION_SWAP_LOCK_MS', wholeNumber(1, 60_000), {
    default: '200',
    meaning:
      'Milliseconds that a promotion waits for the lock on the live tables. Readers behind it wait no longer than that; then it gives way, and tries again.',
  }),
  swapTries: variable('INGESTION_SWAP_TRIES', wholeNumber(1, 10_000), {
    default: '20',
    meaning: 'How often a promotion tries to get that lock before it fails. Nothing is changed then.',
  }),
  minimumPercentOfLive: variable('INGESTION_MIN_PERCENT', wholeNumber(0, 100), {
    default: '90',
    meaning:
      'A copy with fewer rows than this part of the live table, in percent, is not promoted; 0 to promote any.',
  }),
  waitingHours: variable('INGESTION_WAITING_HOURS', wholeNumber(0, 87_600), {
    default: '336',
    meaning:
      'Hours for which a copy that was not promoted is kept. Then its tables and its index are removed, and its task is cancelled; 0 to keep it until a newer one takes its place.',
  }),
  keptHours: variable('INGESTION_KEEP_HOURS', wholeNumber(0, 87_600), {
    default: '72',
    meaning:
      'Hours for which the tables and the index that a promotion has replaced are kept. Until then it can be taken back.',
  }),
};

const telling = {
  slackWebhook: optionalVariable('SLACK_WEBHOOK', httpUrl, {
    isSecret: true,
    meaning: 'The web-hook of Slack that messages go to. Not set: there are none.',
  }),
  slackLevel: variable('SLACK_LOG_LEVEL', oneOf(SLACK_LEVELS), {
    default: 'verbose',
    meaning: 'The least important messages that go to Slack: `VERBOSE`, `INFO` or `ERROR`.',
  }),
  callbackSecret: optionalVariable('INGESTION_CALLBACK_SECRET', text, {
    isSecret: true,
    meaning:
      'What callbacks are signed with: `X-Signature: sha256=` and the HMAC of the body. Not set: they have no signature.',
  }),
  callbackNetworks: optionalVariable('INGESTION_CALLBACK_NETWORKS', allowedNetworks, {
    example: '10.0.0.0/8, .example.org',
    meaning:
      'Networks and hosts that callbacks may go to beside the public internet; also `loopback`, `linklocal` and `uniquelocal`.',
  }),
};

const api = {
  tokens: optionalVariable('INGESTION_TOKENS', texts, {
    isSecret: true,
    meaning:
      'Tokens that callers of the API send as `Authorization: Bearer`, separated by commas. Not set: every caller is let in, as by the original server.',
  }),
  compatibility: variable('INGESTION_COMPATIBILITY', oneOf(COMPATIBILITIES), {
    default: 'original',
    meaning:
      '`original`: statuses of the original server; a second task of a model waits for the first. `strict`: 422 for a body that does not fit, 409 while another task of the model runs, 404 for an index that does not exist.',
  }),
};

/** Variables that the original server needed and that mean nothing here. */
const UNNEEDED = [
  'DB_BUFFER_SIZE',
  'COPY_TABLES',
  'SYNCER_POLL_INTERVAL',
  'LOCK_PATH',
  'SHELF_PATH',
  'INDEXER_WORKER_HOST',
  'INDEXER_WORKER_LIMIT',
] as const;

const unneeded: Readonly<Record<string, Variable<string | undefined>>> = Object.fromEntries(
  UNNEEDED.map((name) => [
    name,
    optionalVariable(name, text, { meaning: 'Of the original server; has no effect.' }),
  ]),
);

/** What is copied, where it is indexed, and how it goes live. */
export const ingestionSettings = defineSection({
  name: 'ingestion',
  prefixes: ['INGESTION_', 'UPSTREAM_'],
  variables: { api, databases, copy, clean, search, promotion, telling, unneeded },
  derive: (
    { databases: given, copy: copied, search: searched, unneeded: ignored, ...values },
    { reportWarning },
  ) => {
    const names = Object.keys(ignored).filter((name) => ignored[name] !== undefined);
    if (names.length > 0) {
      reportWarning(`${names.join(', ')}: set for the original ingestion server, and without effect here.`);
    }
    return {
      ...values,
      databases: {
        /** `undefined` for the database of the queue. */
        apiUrl: given.apiUrl ?? urlOfParts(given.api, API_DEFAULTS),
        apiSchema: given.apiSchema,
        upstreamUrl: given.upstreamUrl ?? databaseUrlOf(given.upstream, UPSTREAM_DEFAULTS),
        upstreamSchema: given.upstreamSchema,
      },
      copy: { ...copied, rowLimit: rowLimitOf(copied) },
      search: { ...searched, engine: searched.engine ?? searchEngineOf(searched.elasticsearch) },
    };
  },
  parts: () => [
    { title: 'API', variables: Object.values(api) },
    {
      title: 'Databases',
      variables: [
        databases.apiUrl,
        ...Object.values(databases.api),
        databases.apiSchema,
        databases.upstreamUrl,
        ...Object.values(databases.upstream),
        databases.upstreamSchema,
      ],
    },
    { title: 'Copy', variables: Object.values(copy) },
    { title: 'Cleaning', variables: Object.values(clean) },
    {
      title: 'Search',
      variables: [
        search.engine,
        ...Object.values(search.elasticsearch),
        search.filteredCopiesPerSecond,
        search.sensitiveTermsUrl,
        search.maximumFailedPercent,
      ],
    },
    { title: 'Promotion', variables: Object.values(promotion) },
    { title: 'Messages and callbacks', variables: Object.values(telling) },
    {
      title: 'Without effect',
      introduction: 'The original server had these. They are accepted, and the log names those that are set.',
      variables: Object.values(unneeded),
    },
  ],
});

/** The settings of the app, as {@link ingestionSettings} declares them. */
export type IngestionSettings = ReturnType<(typeof ingestionSettings)['readValues']>;

const API_DEFAULTS = {
  host: 'localhost',
  port: 5432,
  user: 'deploy',
  password: 'deploy',
  name: 'openledger',
};
const UPSTREAM_DEFAULTS = { ...API_DEFAULTS, port: 5433 };

function urlOfParts(parts: DatabaseParts, defaults: typeof API_DEFAULTS): string | undefined {
  return Object.values(parts).some((part) => part !== undefined) ? databaseUrlOf(parts, defaults) : undefined;
}

/** The limit that is set wins, and 0 means none; otherwise there is one outside of production. */
function rowLimitOf({ environment, rowLimit }: { environment: string; rowLimit: number | undefined }) {
  if (rowLimit !== undefined) return rowLimit === 0 ? undefined : rowLimit;
  return PRODUCTION.includes(environment.toLowerCase()) ? undefined : DEFAULT_ROW_LIMIT;
}
