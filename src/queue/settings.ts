import { type Derivation, defineSection, readShape, type Values } from '../platform/settings/section.ts';
import {
  boolean,
  integer,
  LONGEST_TIMER_SECONDS,
  oneOf,
  text,
  timeZone,
  wholeNumber,
} from '../platform/settings/values.ts';
import { optionalVariable, variable } from '../platform/settings/variable.ts';
import { type AlternativeClusters, alternativeClusters, readAlternative } from './alternative-clusters.ts';
import { queueName, sentryDsn, sqsQueueName } from './setting-values.ts';

/** What `Q_CLUSTER_SAVE_LIMIT_PER` may name. */
const SAVE_LIMIT_KEYS = ['group', 'name', 'func'] as const;

/** A hundred years. */
const LONGEST_SECRET_SECONDS = 100 * 366 * 86_400;

/**
 * How an engine serves a queue. A variable with an `alternative` can differ for other queues, under that name in
 * `Q_CLUSTER_ALT_CLUSTERS`; the names are Django-Q's.
 */
const SERVING = {
  /** Worker processes of one engine. */
  workerCount: variable('ENGINE_WORKER_COUNT', wholeNumber(1, 1024), {
    alternative: 'workers',
    default: '2',
    meaning: 'Workers of one engine. Each runs one task at a time.',
  }),
  /** How long an attempt may run. */
  timeoutSeconds: variable('ENGINE_WORKER_TIMEOUT', wholeNumber(1, LONGEST_TIMER_SECONDS), {
    alternative: 'timeout',
    default: '3600',
    meaning: 'Seconds that an attempt at a task may take. After that it is stopped, and has failed.',
  }),
  /** How long after an attempt began a failed task is tried again. */
  retrySeconds: variable('ENGINE_WORKER_RETRY', wholeNumber(1, LONGEST_TIMER_SECONDS), {
    alternative: 'retry',
    default: '4500',
    meaning:
      'Seconds after the start of the first attempt at which a failed task is tried again; they double with each further attempt. It should exceed `ENGINE_WORKER_TIMEOUT`; otherwise it counts as one second more than that.',
  }),
  /** The longest that `retrySeconds` grows to. */
  longestRetrySeconds: variable('ENGINE_WORKER_RETRY_MAX', wholeNumber(0, LONGEST_TIMER_SECONDS), {
    alternative: 'retry_max',
    default: '86400',
    meaning:
      'The most seconds that `ENGINE_WORKER_RETRY` grows to. With a value that is not greater than `ENGINE_WORKER_RETRY`, the wait is always the same.',
  }),
  /** Attempts at one task; 0 for no limit. */
  maximumAttempts: variable('ENGINE_WORKER_MAX_ATTEMPTS', wholeNumber(0, 1_000_000), {
    alternative: 'max_attempts',
    default: '0',
    meaning:
      'How often a task is tried. With 0 there is no such limit, and `ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS` applies.',
  }),
  /** Attempts in a row that get no further, after which a task is given up where no limit of attempts is set; 0 for no limit. */
  maximumAttemptsWithoutProgress: variable(
    'ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS',
    wholeNumber(0, 1_000_000),
    {
      alternative: 'max_attempts_without_progress',
      default: '10',
      meaning:
        'Failed attempts in a row, none further than those before, after which a task is given up; 0 for no limit. It applies where `ENGINE_WORKER_MAX_ATTEMPTS` is 0.',
    },
  ),
  /** Whether a failure counts as delivered, so that it is not tried again. */
  acknowledgesFailures: variable('Q_CLUSTER_ACK_FAILURES', boolean, {
    alternative: 'ack_failures',
    default: 'False',
    meaning: 'A failed task counts as delivered, and is not tried again.',
  }),
  /**
   * Tasks after which a worker process is replaced, which gives its memory back; 0 for never. `undefined`: after 500,
   * but not before it has lived for a minute.
   */
  recycleTasks: optionalVariable('Q_CLUSTER_RECYCLE', wholeNumber(0, 1_000_000_000), {
    alternative: 'recycle',
    meaning:
      'Tasks after which a worker process is replaced; 0 for never. Not set: after 500, but not before it has run for a minute.',
  }),
  /** Resident memory, in KiB, past which a worker process is replaced once its task is done; 0 for no limit. */
  maximumResidentKibibytes: variable('Q_CLUSTER_MAX_RSS', wholeNumber(0), {
    alternative: 'max_rss',
    default: '0',
    meaning:
      'Memory of a worker process, in KiB. A worker that uses more is replaced when its task is done; 0 for no limit.',
  }),
  /** Memory, in MiB, past which a worker process is ended with its task; 0 for no limit. */
  memoryLimitMebibytes: variable('ENGINE_WORKER_MEMORY_LIMIT', wholeNumber(0), {
    alternative: 'memory_limit',
    default: '4096',
    meaning:
      'Memory of a worker process and the programs that it runs, in MiB. A worker that uses more is ended, and its task fails and is not tried again. One that still uses more than half of it is replaced when its task is done. 0 for no limit.',
  }),
  /** Tasks that the engine takes ahead of its workers, where these are quick. */
  queueLimit: variable('Q_CLUSTER_QUEUE_LIMIT', wholeNumber(1, 100_000), {
    alternative: 'queue_limit',
    default: '1000',
    meaning: 'Tasks that an engine takes ahead of its workers when tasks take only milliseconds.',
  }),
  /** The most tasks that are taken from the broker at once. */
  bulk: variable('Q_CLUSTER_BULK', wholeNumber(1, 10_000), {
    alternative: 'bulk',
    default: '1000',
    meaning: 'The most tasks that an engine takes at once.',
  }),
  /** How long a task may wait where no notification arrives. */
  pollSeconds: variable('Q_CLUSTER_POLL', wholeNumber(1, 3600), {
    alternative: 'poll',
    default: '1',
    meaning: 'Seconds between two looks into the queue when no notification from Postgres arrives.',
  }),
  /** Successes that are kept; 0 for all, -1 for none. */
  saveLimit: variable('Q_CLUSTER_SAVE_LIMIT', integer(-1, 1_000_000_000), {
    alternative: 'save_limit',
    default: '250',
    meaning:
      'How many successful tasks of a queue are kept; 0 for all, -1 for none. Failures are always kept.',
  }),
  /** Tasks with one fairness key that engines hold at a time, all engines together; 0 for no limit. */
  mostOfFairnessKey: variable('Q_CLUSTER_FAIRNESS_LIMIT', wholeNumber(0, 100_000), {
    alternative: 'fairness_limit',
    default: '0',
    meaning:
      'The most tasks of a queue with the same fairness key (of one customer, for instance) that run at a time, over all engines; 0 for no limit. Has no effect with Amazon SQS.',
  }),
  /** How long a cached result is kept; 0 for ever. */
  cachedSeconds: variable('Q_CLUSTER_CACHED', wholeNumber(0, LONGEST_TIMER_SECONDS), {
    alternative: 'cached',
    default: '0',
    meaning: 'Seconds that a result is kept in the cache; 0 for ever.',
  }),
  /** How long a failed task keeps its secrets; 0 for ever. */
  keepSecretsSeconds: variable('Q_CLUSTER_KEEP_SECRETS', wholeNumber(0, LONGEST_SECRET_SECONDS), {
    alternative: 'keep_secrets',
    default: '2592000',
    meaning:
      'Seconds that a failed task keeps its secret arguments, such as the credentials of callers; 0 for ever. Without them it cannot be resubmitted. Default: 30 days.',
  }),
  /** Whether the engine runs schedules. */
  runsSchedules: variable('Q_CLUSTER_SCHEDULER', boolean, {
    alternative: 'scheduler',
    default: 'True',
    meaning: 'Engines run schedules.',
  }),
  /** Whether each missed time of a schedule is run, or only the first of them. */
  catchesUp: variable('Q_CLUSTER_CATCH_UP', boolean, {
    alternative: 'catch_up',
    default: 'True',
    meaning: 'All missed times of a schedule are run, not only the first of them.',
  }),
};

/** Of all queues alike. */
const GENERAL = {
  /** The queue that tasks are sent to by default, and that an engine serves by default. */
  queueName: variable('Q_CLUSTER_NAME', queueName, {
    default: 'default',
    meaning:
      'The queue of the first installed app, and the queue that an engine serves without `--queue`. Not set: the queue has the name of that app.',
  }),
  /** Where an API sends what goes first, beside `queueName`. */
  priorityQueueName: optionalVariable('PRIORITY_QUEUE_NAME', queueName, {
    example: 'priority',
    meaning:
      'The queue of what goes first. Each engine that serves `Q_CLUSTER_NAME` has workers of its own for it. Not set: the normal queue.',
  }),
  priorityWorkerCount: variable('PRIORITY_WORKER_COUNT', wholeNumber(1, 1024), {
    default: '1',
    meaning: 'Workers of one engine for `PRIORITY_QUEUE_NAME`.',
  }),
  /** Whether `saveLimit` counts for each of these. */
  saveLimitPer: optionalVariable('Q_CLUSTER_SAVE_LIMIT_PER', oneOf(SAVE_LIMIT_KEYS), {
    meaning:
      '`group`, `name` or `func`: `Q_CLUSTER_SAVE_LIMIT` counts for each group, name or function. Not set: it counts for each queue.',
  }),
  /** The time zone of schedules that name none. */
  timeZone: variable('Q_CLUSTER_TIME_ZONE', timeZone, {
    default: 'UTC',
    meaning: 'The time zone of schedules that have none of their own, such as `Europe/Zurich`.',
  }),
  alternatives: variable('Q_CLUSTER_ALT_CLUSTERS', alternativeClusters, {
    default: '{}',
    meaning:
      'What differs for single queues, as JSON: `{"long": {"workers": 1, "timeout": 7200, "retry": 9000}}`. See [operating.md](docs/operating.md#several-queues).',
  }),
  sqsQueueName: optionalVariable('SQS_BROKER_QUEUE_NAME', sqsQueueName, {
    meaning:
      'A standard queue of Amazon SQS that carries the tasks, instead of Postgres. It is created if it does not exist. `Q_CLUSTER_NAME` uses the queue of this name, and every other queue has one of its own, `<this name>-<queue>`. See [operating.md](docs/operating.md#running-on-amazon-sqs).',
  }),
};

const WATCHING = {
  sentryDsn: optionalVariable('SENTRY_DSN', sentryDsn, {
    meaning:
      "The DSN of a project in Sentry, or in a service with Sentry's protocol: failed attempts are reported there. Not set: nothing is reported.",
    isSecret: true,
  }),
  sentryEnvironment: variable('SENTRY_ENVIRONMENT', text, {
    default: 'production',
    meaning: 'The name of this installation in Sentry.',
  }),
};

/** How an engine serves one queue. */
export type ServingSettings = Omit<
  Values<typeof SERVING>,
  'maximumResidentKibibytes' | 'memoryLimitMebibytes'
> & {
  /** Resident memory past which a worker process is replaced once its task is done; 0 for no limit. */
  readonly maximumResidentBytes: number;
  /** Memory past which a worker process is ended with its task; 0 for no limit. */
  readonly memoryLimitBytes: number;
};

/** The settings of the queue and its engines. */
export const queueSettings = defineSection({
  name: 'queue',
  prefixes: ['Q_CLUSTER_', 'ENGINE_WORKER_', 'PRIORITY_', 'SQS_BROKER_'],
  sharedPrefixes: ['SENTRY_'],
  variables: { serving: SERVING, general: GENERAL, watching: WATCHING },
  derive: ({ serving, general, watching }, derivation) => ({
    /** How queues are served that are not among the alternatives. */
    serving: servingOf(serving, derivation),
    ...general,
    ...watching,
    /** How the queues are served that differ, by their names. */
    alternatives: alternativesOf(general.alternatives, derivation),
  }),
  parts: ({ serving, general, watching }) => [
    { title: 'The engine', variables: [...Object.values(serving), ...Object.values(general)] },
    { title: 'Watching', variables: Object.values(watching) },
  ],
});

function servingOf(values: Values<typeof SERVING>, { reportWarning }: Derivation): ServingSettings {
  const { retrySeconds, timeoutSeconds } = values;
  if (retrySeconds > timeoutSeconds) return withBytes(values);
  reportWarning(
    `ENGINE_WORKER_RETRY is "${retrySeconds}", and should be greater than ENGINE_WORKER_TIMEOUT, which is ${timeoutSeconds}: it is read as ${timeoutSeconds + 1}.`,
  );
  return withBytes({ ...values, retrySeconds: timeoutSeconds + 1 });
}

function alternativesOf(
  alternatives: AlternativeClusters,
  derivation: Derivation,
): Readonly<Record<string, ServingSettings>> {
  return Object.fromEntries(
    Object.entries(alternatives).flatMap(([queue, overrides]) => {
      const valueFor = readAlternative(queue, overrides, SERVING, derivation);
      if (!valueFor) return [];
      const values = readShape(SERVING, valueFor);
      const { retrySeconds, timeoutSeconds } = values;
      if (retrySeconds <= timeoutSeconds && ('retry' in overrides || 'timeout' in overrides)) {
        derivation.reportFault(
          `Q_CLUSTER_ALT_CLUSTERS: ${queue} has a retry of ${retrySeconds} seconds; it must be greater than its timeout, which is ${timeoutSeconds}`,
          [SERVING.retrySeconds, SERVING.timeoutSeconds],
        );
      }
      return [[queue, withBytes({ ...values, retrySeconds: Math.max(retrySeconds, timeoutSeconds + 1) })]];
    }),
  );
}

function withBytes({
  maximumResidentKibibytes,
  memoryLimitMebibytes,
  ...values
}: Values<typeof SERVING>): ServingSettings {
  return {
    ...values,
    maximumResidentBytes: maximumResidentKibibytes * 1_024,
    memoryLimitBytes: memoryLimitMebibytes * 1_024 ** 2,
  };
}

/** How an engine serves its queue; Django-Q's `Q_CLUSTER`, for one queue. */
export interface EngineSettings extends ServingSettings {
  /** The queue that it serves. */
  readonly queueName: string;
  /** Whether `saveLimit` counts for each of these. */
  readonly saveLimitPer: (typeof SAVE_LIMIT_KEYS)[number] | undefined;
  /** The time zone of schedules that name none. */
  readonly timeZone: string;
}

/** How an engine serves a queue: as the settings say, with what differs for this queue (Django-Q's `ALT_CLUSTERS`). */
export function engineSettingsOf(settings: QueueSettings, queueName: string): EngineSettings {
  const { saveLimitPer, timeZone, alternatives, priorityQueueName, priorityWorkerCount } = settings;
  const serving =
    queueName === priorityQueueName && queueName !== settings.queueName
      ? { ...settings.serving, workerCount: priorityWorkerCount }
      : settings.serving;
  const own = Object.hasOwn(alternatives, queueName) ? alternatives[queueName] : undefined;
  return { ...(own ?? serving), queueName, saveLimitPer, timeZone };
}

/** The settings of the queue, as {@link queueSettings} declares them. */
export type QueueSettings = ReturnType<(typeof queueSettings)['readValues']>;
