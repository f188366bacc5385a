import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/platform/settings/process-settings.ts';
import { type QueueSettings, queueSettings } from '../../src/queue/index.ts';
import { engineSettingsOf } from '../../src/queue/settings.ts';
import { faultsOf } from '../support/settings.ts';

const BOOLEAN = 'True or False (also 1, on, yes; 0, off, no)';
const SECONDS = 'a whole number from 1 to 2147483';
const SQS_NAME = 'up to 80 letters, digits, dashes and underscores (a standard queue, not a FIFO one)';
const ALTERNATIVES =
  'a JSON object of queues and of what differs for each, such as {"long": {"workers": 1, "timeout": 7200, "retry": 9000}}';
const ALTERNATIVE_NAMES =
  'workers, timeout, retry, retry_max, max_attempts, max_attempts_without_progress, ack_failures, recycle, max_rss, memory_limit, queue_limit, bulk, poll, save_limit, fairness_limit, cached, keep_secrets, scheduler, catch_up';

function read(environment: NodeJS.ProcessEnv): QueueSettings {
  return readSettings(environment, [queueSettings]).of(queueSettings);
}

function alternatives(value: unknown): NodeJS.ProcessEnv {
  return { Q_CLUSTER_ALT_CLUSTERS: JSON.stringify(value) };
}

describe('the settings of the queue', () => {
  it('have the defaults of the deployed service', () => {
    expect(read({})).toEqual({
      serving: {
        workerCount: 2,
        timeoutSeconds: 3600,
        retrySeconds: 4500,
        longestRetrySeconds: 86400,
        maximumAttempts: 0,
        maximumAttemptsWithoutProgress: 10,
        acknowledgesFailures: false,
        recycleTasks: undefined,
        maximumResidentBytes: 0,
        memoryLimitBytes: 4 * 1_024 ** 3,
        queueLimit: 1_000,
        bulk: 1_000,
        pollSeconds: 1,
        saveLimit: 250,
        mostOfFairnessKey: 0,
        cachedSeconds: 0,
        keepSecretsSeconds: 2_592_000,
        runsSchedules: true,
        catchesUp: true,
      },
      queueName: 'default',
      priorityQueueName: undefined,
      priorityWorkerCount: 1,
      saveLimitPer: undefined,
      timeZone: 'UTC',
      alternatives: {},
      sqsQueueName: undefined,
      sentryDsn: undefined,
      sentryEnvironment: 'production',
    });
  });

  it('take every variable from the environment', () => {
    expect(
      read({
        ENGINE_WORKER_COUNT: '3',
        ENGINE_WORKER_TIMEOUT: '60',
        ENGINE_WORKER_RETRY: '61',
        ENGINE_WORKER_RETRY_MAX: '600',
        ENGINE_WORKER_MAX_ATTEMPTS: '5',
        ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS: '7',
        Q_CLUSTER_NAME: 'long',
        Q_CLUSTER_ACK_FAILURES: 'True',
        Q_CLUSTER_RECYCLE: '0',
        Q_CLUSTER_MAX_RSS: '512000',
        ENGINE_WORKER_MEMORY_LIMIT: '1000',
        Q_CLUSTER_QUEUE_LIMIT: '10',
        Q_CLUSTER_BULK: '5',
        Q_CLUSTER_POLL: '2',
        Q_CLUSTER_SAVE_LIMIT: '-1',
        Q_CLUSTER_FAIRNESS_LIMIT: '4',
        Q_CLUSTER_KEEP_SECRETS: '3600',
        Q_CLUSTER_SAVE_LIMIT_PER: 'Group',
        Q_CLUSTER_CACHED: '60',
        Q_CLUSTER_SCHEDULER: 'off',
        Q_CLUSTER_CATCH_UP: 'no',
        Q_CLUSTER_TIME_ZONE: 'europe/zurich',
        SQS_BROKER_QUEUE_NAME: 'composites',
        SENTRY_DSN: 'https://key@sentry.example.org/12',
        SENTRY_ENVIRONMENT: 'staging',
      }),
    ).toEqual({
      serving: {
        workerCount: 3,
        timeoutSeconds: 60,
        retrySeconds: 61,
        longestRetrySeconds: 600,
        maximumAttempts: 5,
        maximumAttemptsWithoutProgress: 7,
        acknowledgesFailures: true,
        recycleTasks: 0,
        maximumResidentBytes: 512_000 * 1_024,
        memoryLimitBytes: 1_000 * 1_024 ** 2,
        queueLimit: 10,
        bulk: 5,
        pollSeconds: 2,
        saveLimit: -1,
        mostOfFairnessKey: 4,
        keepSecretsSeconds: 3_600,
        cachedSeconds: 60,
        runsSchedules: false,
        catchesUp: false,
      },
      queueName: 'long',
      priorityQueueName: undefined,
      priorityWorkerCount: 1,
      saveLimitPer: 'group',
      timeZone: 'Europe/Zurich',
      alternatives: {},
      sqsQueueName: 'composites',
      sentryDsn: 'https://key@sentry.example.org/12',
      sentryEnvironment: 'staging',
    });
  });

  it.each([
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
    ['Q_CLUSTER_KEEP_SECRETS', '-1', 'a whole number from 0 to 3162240000'],
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
      '{"long": {"timeout": "5"}}',
      `${ALTERNATIVES} (data/long/timeout must be number,boolean)`,
    ],
  ])('are refused with what they hold and may hold: %s=%s', (variable, value, allowed) => {
    expect(faultsOf(() => read({ [variable]: value }))).toEqual([
      `${variable} is "${value}"; it may hold ${allowed}`,
    ]);
  });

  it.each(['3600', '3599'])(
    'have a retry of %s read as just greater than the timeout, with a warning',
    (retry) => {
      const settings = readSettings({ ENGINE_WORKER_RETRY: retry }, [queueSettings]);
      expect(settings.of(queueSettings).serving.retrySeconds).toBe(3601);
      expect(settings.warnings).toEqual([
        `ENGINE_WORKER_RETRY is "${retry}", and should be greater than ENGINE_WORKER_TIMEOUT, which is 3600: it is read as 3601.`,
      ]);
    },
  );

  it('are compared no further where the timeout is wrong by itself', () => {
    expect(faultsOf(() => read({ ENGINE_WORKER_RETRY: '10', ENGINE_WORKER_TIMEOUT: 'ten' }))).toEqual([
      `ENGINE_WORKER_TIMEOUT is "ten"; it may hold ${SECONDS}`,
    ]);
  });

  it('do not show the key of Sentry', () => {
    expect(faultsOf(() => read({ SENTRY_DSN: 'https://hunter2@sentry.example.org/' })).join()).toBe(
      "SENTRY_DSN holds something else (not shown); it may hold the DSN of a project in Sentry: https://key@host/project, from the project's settings",
    );
  });
});

describe('an alternative cluster', () => {
  it('has what it overrides, and else the settings of all queues', () => {
    const settings = read({
      ENGINE_WORKER_COUNT: '3',
      Q_CLUSTER_TIME_ZONE: 'Europe/Zurich',
      ...alternatives({ short: { timeout: 5, retry: 6, ack_failures: true, max_rss: 2, save_limit: -1 } }),
    });
    expect(engineSettingsOf(settings, 'short')).toEqual({
      ...settings.serving,
      queueName: 'short',
      saveLimitPer: undefined,
      timeZone: 'Europe/Zurich',
      timeoutSeconds: 5,
      retrySeconds: 6,
      acknowledgesFailures: true,
      maximumResidentBytes: 2_048,
      saveLimit: -1,
    });
  });

  it.each(['other', 'constructor'])('leaves the queue %s as it is', (queueName) => {
    const settings = read(alternatives({ short: { workers: 1 } }));
    expect(engineSettingsOf(settings, queueName)).toMatchObject({ ...settings.serving, queueName });
  });

  it('may override whatever an engine is served with', () => {
    const names = queueSettings.variables.flatMap(({ alternative }) => alternative ?? []);
    expect(names.join(', ')).toBe(ALTERNATIVE_NAMES);
  });

  it('with a misspelt name is refused, with the names that there are', () => {
    expect(faultsOf(() => read(alternatives({ long: { timeuot: 5 } })))).toEqual([
      `Q_CLUSTER_ALT_CLUSTERS: long has "timeuot"; it may have ${ALTERNATIVE_NAMES}`,
    ]);
  });

  it.each([
    ['workers', 0, 'a whole number from 1 to 1024'],
    ['timeout', 1.5, SECONDS],
    ['poll', true, 'a whole number from 1 to 3600'],
    ['save_limit', -2, 'a whole number from -1 to 1000000000'],
    ['scheduler', 2, BOOLEAN],
  ])('is checked as the variable is that it overrides: %s %s', (name, value, allowed) => {
    expect(faultsOf(() => read(alternatives({ long: { [name]: value } })))).toEqual([
      `Q_CLUSTER_ALT_CLUSTERS: long has a ${name} of ${value}; it may hold ${allowed}`,
    ]);
  });

  it('is refused where its retry is not greater than its timeout', () => {
    expect(faultsOf(() => read(alternatives({ long: { timeout: 7200 } })))).toEqual([
      'Q_CLUSTER_ALT_CLUSTERS: long has a retry of 4500 seconds; it must be greater than its timeout, which is 7200',
    ]);
  });

  it('is refused with everything that is wrong, of all queues', () => {
    const faults = faultsOf(() => read(alternatives({ long: { workers: 0, pol: 1 }, short: { retry: 1 } })));
    expect(faults.map((fault) => fault.split(';')[0])).toEqual([
      'Q_CLUSTER_ALT_CLUSTERS: long has "pol"',
      'Q_CLUSTER_ALT_CLUSTERS: long has a workers of 0',
      'Q_CLUSTER_ALT_CLUSTERS: short has a retry of 1 seconds',
    ]);
  });
});
