import { makeValidator } from 'envalid';
import { defineSection } from '../../platform/settings/section.ts';
import { oneOf, refuse, text, texts, wholeNumber } from '../../platform/settings/values.ts';
import { optionalVariable, variable } from '../../platform/settings/variable.ts';
import { type QueueName, sameProject } from './pull-queues/names.ts';

/** Whose statuses and forms the REST API has: those of the original service, or those that Google documents. */
export const COMPATIBILITIES = ['original', 'strict'] as const;

/** The longest lease that Google's service gave: a week. */
const WEEK_SECONDS = 604_800;

/** A number of at least some minimum, with or without a fraction. */
function decimal(minimum: number) {
  return makeValidator<number>((input) => {
    const value = /^\d+(\.\d+)?$/.test(input.trim()) ? Number(input) : Number.NaN;
    return value >= minimum ? value : refuse(`a number of at least ${minimum}`);
  });
}

/** The pull queues, and how documents are rendered. */
export const renderSettings = defineSection({
  name: 'render',
  prefixes: ['TASKQUEUE_', 'RENDER_'],
  variables: {
    pullQueues: {
      compatibility: variable('TASKQUEUE_COMPATIBILITY', oneOf(COMPATIBILITIES), {
        default: 'original',
        meaning:
          '`original`: statuses and forms of the original service, for example 400 for an unknown task. `strict`: those that Google documents, for example 404, errors as JSON, and timestamps as strings.',
      }),
      producerTokens: optionalVariable('TASKQUEUE_PRODUCER_TOKENS', texts, {
        isSecret: true,
        meaning:
          'Tokens of clients that may insert tasks, separated by commas. If neither these nor the consumers’ are set, requests are refused, unless `DJANGO_DEBUG` is on.',
      }),
      consumerTokens: optionalVariable('TASKQUEUE_CONSUMER_TOKENS', texts, {
        isSecret: true,
        meaning: 'Tokens of clients that may lease, read, change and delete tasks, separated by commas.',
      }),
      maximumTaskBytes: variable('TASKQUEUE_MAX_TASK_SIZE', wholeNumber(1, 16 * 1024 ** 2), {
        default: '1048576',
        meaning: 'The largest payload of a task, in bytes of base64.',
      }),
      maximumLeaseSeconds: variable('TASKQUEUE_MAX_LEASE_SECONDS', wholeNumber(1, 31_536_000), {
        default: String(WEEK_SECONDS),
        meaning: 'The longest lease, in seconds.',
      }),
      maximumLeasedTasks: variable('TASKQUEUE_MAX_LEASE_TASKS', wholeNumber(1, 10_000), {
        default: '1000',
        meaning: 'The most tasks that one call leases.',
      }),
      maximumWaitSeconds: variable('TASKQUEUE_MAX_WAIT_SECONDS', wholeNumber(0, 300), {
        default: '30',
        meaning: 'The longest time that a lease call waits for tasks (`waitSecs`), in seconds; 0 for never.',
      }),
    },
    rendering: {
      queues: optionalVariable('RENDER_QUEUES', texts, {
        example: 'my-project/render-queue',
        meaning:
          'The pull queues whose tasks with the tag `task` are rendered, as `project/queue`, separated by commas. Default: `PROJECT_NAME/QUEUE_NAME`, if both are set.',
      }),
      projectName: optionalVariable('PROJECT_NAME', text, {
        example: 'my-project',
        meaning: 'The project of the queue that is rendered.',
      }),
      queueName: optionalVariable('QUEUE_NAME', text, {
        example: 'render-queue',
        meaning: 'The name of the queue that is rendered.',
      }),
      attemptSeconds: variable('TASK_SECONDS', decimal(1), {
        default: '50',
        meaning: 'Seconds that the first attempt to render a task may take.',
      }),
      attemptGrowth: variable('TASK_TIME_MULT', decimal(0), {
        default: '1.33',
        meaning:
          'The part of `TASK_SECONDS` that each further attempt gets in addition: with 1.33, attempts may take 50, 116, 183, 249 and 316 seconds.',
      }),
      maximumAttempts: variable('TASK_RETRY_LIMIT', wholeNumber(1, 1_000), {
        default: '5',
        meaning: 'Attempts to render a task. After the last one its result says why it failed.',
      }),
      maximumCopies: variable('RENDER_MAX_COPIES', wholeNumber(1, 100_000), {
        default: '1000',
        meaning: 'The most copies of a document in one file. A file has at most 2,500 pages.',
      }),
    },
    results: {
      inlineBytes: variable('MAX_QUEUE_TASK_SIZE', wholeNumber(0, 16 * 1024 ** 2), {
        default: '696320',
        meaning:
          'The largest document, in bytes of base64, that is part of its result. A larger one is stored in S3, and its result has a link.',
      }),
      bucketName: variable('CLOUD_STORAGE_BUCKET_NAME', text, {
        default: 'render-documents',
        meaning: 'The bucket that large documents are stored in.',
      }),
      directory: variable('BUCKET_SAVE_DIRECTORY', text, {
        default: '/static/resources',
        meaning: 'What the keys of documents in the bucket start with.',
      }),
      linkSeconds: variable('RENDER_LINK_SECONDS', wholeNumber(0, WEEK_SECONDS), {
        default: String(WEEK_SECONDS),
        meaning:
          'Seconds that a link to a document can be used; it is signed. 0: the link has no signature, and the bucket has to be public.',
      }),
    },
  },
  derive: ({ rendering: { queues, projectName, queueName, ...rendering }, ...values }, { reportFault }) => {
    const both = projectName && queueName ? [`${projectName}/${queueName}`] : [];
    return {
      ...values,
      results: { ...values.results, directory: values.results.directory.replace(/^\/+|\/+$/g, '') },
      rendering: {
        ...rendering,
        queues: (queues ?? both).map((name) => parseQueue(name, reportQueueFault)),
      },
    };

    function reportQueueFault(name: string): void {
      reportFault(`RENDER_QUEUES names "${name}", which is not of the form project/queue.`, []);
    }
  },
  parts: ({ pullQueues, rendering, results }) => [
    { title: 'Pull queues', variables: Object.values(pullQueues) },
    { title: 'Rendering', variables: Object.values(rendering) },
    { title: 'Results', variables: Object.values(results) },
  ],
});

/** The settings of the app, as {@link renderSettings} declares them. */
export type RenderSettings = ReturnType<(typeof renderSettings)['readValues']>;

function parseQueue(name: string, reportFault: (name: string) => void): QueueName {
  const [project = '', queue = '', ...more] = name.split('/');
  if (!project || !queue || more.length > 0) reportFault(name);
  return { project: sameProject(project), queue };
}
