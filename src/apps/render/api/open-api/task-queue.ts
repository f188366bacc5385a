import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { inPath, inQuery } from './parameters.ts';

const TAG = 'Pull queues';
const ROOT = '/taskqueue/v1beta2/projects/{project}/taskqueues/{taskqueue}';

const IN_QUEUE = [
  inPath('project', 'The project; `b~` in it is ignored.'),
  inPath('taskqueue', 'The queue; it need not be created.'),
];
const OF_TASK = [...IN_QUEUE, inPath('task', 'The id of the task.')];
const LEASE_SECONDS = { type: 'integer', minimum: 0 };
const NEW_LEASE = inQuery('newLeaseSeconds', LEASE_SECONDS, {
  required: true,
  description: 'Seconds from now at which the lease ends; 0 releases the task.',
});

const content = (schema: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
});
const ok = (schema: string, description: string) => ({ '200': { description, content: content(schema) } });
const error = (description: string) => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } }, ...content('PullQueueError') },
});
/** What any call may be refused for. */
const NO_ACCESS = {
  '401': error('No token, or an unknown one.'),
  '403': error('A token of the other role.'),
};
const refused = { '400': error('The request is not possible; the body says why.'), ...NO_ACCESS };
const unknownTask = { '404': error('`strict` alone: there is no such task. `original` has 400.') };
const TASK_BODY = { required: true, content: content('PullTask') };
/** Google's `int64`. */
const TIMESTAMP = {
  type: ['integer', 'string'],
  description: 'Microseconds since 1970: a number; with `strict`, a string.',
};
const SECURITY = [{ pullQueueToken: [] }, { pullQueueKey: [] }];

/** What the description of the API says of pull queues. */
export const taskQueueOpenApi: OpenApiFragment = {
  tags: [
    {
      name: TAG,
      description:
        'The Task Queue REST API v1beta2: insert tasks, lease them, and delete them. `TASKQUEUE_COMPATIBILITY` decides on statuses and forms. `original`, the default: errors are text, timestamps are numbers. `strict`: errors are JSON, timestamps are strings, lists have no payloads, an unknown task is 404, and an id that is taken is 409.',
    },
  ],
  paths: {
    '/api/taskqueue/{version}': {
      get: {
        tags: [TAG],
        operationId: 'getDiscoveryDocument',
        summary: "Get the discovery document, from which Google's clients build themselves",
        security: [],
        parameters: [inPath('version', '`v1beta2`.')],
        responses: {
          '200': {
            description: 'The document, with the address that it was requested at.',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
          '404': error('There is no such version.'),
        },
      },
    },
    [ROOT]: {
      get: {
        tags: [TAG],
        operationId: 'getPullQueue',
        summary: 'Get a queue, with its statistics if wanted',
        security: SECURITY,
        parameters: [
          ...IN_QUEUE,
          inQuery('getStats', { type: 'boolean' }, { description: 'Whether the statistics are returned.' }),
        ],
        responses: { ...ok('PullQueue', 'The queue; one without tasks exists too.'), ...refused },
      },
    },
    [`${ROOT}/tasks`]: {
      get: {
        tags: [TAG],
        operationId: 'listPullTasks',
        summary: 'List the 100 oldest tasks',
        security: SECURITY,
        parameters: IN_QUEUE,
        responses: { ...ok('PullTasks', 'The tasks, leased ones included.'), ...NO_ACCESS },
      },
      post: {
        tags: [TAG],
        operationId: 'insertPullTask',
        summary: 'Insert a task',
        security: SECURITY,
        parameters: IN_QUEUE,
        requestBody: TASK_BODY,
        responses: {
          ...ok('PullTask', 'The stored task.'),
          ...refused,
          '409': error('`strict` alone: the id is taken. `original` has 400.'),
          '413': error('It is too large.'),
        },
      },
    },
    [`${ROOT}/tasks/lease`]: {
      post: {
        tags: [TAG],
        operationId: 'leasePullTasks',
        summary: 'Lease the oldest tasks that can be leased',
        security: SECURITY,
        parameters: [
          ...IN_QUEUE,
          inQuery(
            'numTasks',
            { type: 'integer', minimum: 0 },
            {
              required: true,
              description:
                'The most tasks. More than `TASKQUEUE_MAX_LEASE_TASKS` counts as that; `strict` refuses it.',
            },
          ),
          inQuery('leaseSecs', LEASE_SECONDS, {
            required: true,
            description: 'Seconds that the lease lasts.',
          }),
          inQuery(
            'groupByTag',
            { type: 'boolean' },
            { description: 'Leases tasks of one tag: `tag`, or else the tag of the oldest task.' },
          ),
          inQuery(
            'tag',
            { type: 'string' },
            { description: 'The tag, with groupByTag. Empty for tasks without one.' },
          ),
          inQuery(
            'waitSecs',
            { type: 'integer', minimum: 0, default: 0 },
            { description: 'Seconds to wait for the first task.' },
          ),
        ],
        responses: { ...ok('PullTasks', 'The tasks, oldest first; none if there are none.'), ...refused },
      },
    },
    [`${ROOT}/tasks/{task}`]: {
      get: {
        tags: [TAG],
        operationId: 'getPullTask',
        summary: 'Get a task',
        security: SECURITY,
        parameters: OF_TASK,
        responses: { ...ok('PullTask', 'The task.'), ...refused, ...unknownTask },
      },
      patch: {
        tags: [TAG],
        operationId: 'patchPullTask',
        summary: 'Change the lease of a task',
        security: SECURITY,
        parameters: [...OF_TASK, NEW_LEASE],
        requestBody: { required: true, content: content('PullTaskPatch') },
        responses: { ...ok('PullTask', 'The task, with its new lease.'), ...refused, ...unknownTask },
      },
      post: {
        tags: [TAG],
        operationId: 'updatePullTask',
        summary: 'Change the lease of a task, given whole',
        security: SECURITY,
        parameters: [...OF_TASK, NEW_LEASE],
        requestBody: TASK_BODY,
        responses: { ...ok('PullTask', 'The task, with its new lease.'), ...refused, ...unknownTask },
      },
      delete: {
        tags: [TAG],
        operationId: 'deletePullTask',
        summary: 'Delete a task',
        security: SECURITY,
        parameters: OF_TASK,
        responses: { '204': { description: 'The task does not exist, or no longer.' }, ...NO_ACCESS },
      },
    },
  },
  securitySchemes: {
    pullQueueToken: { type: 'http', scheme: 'bearer' },
    pullQueueKey: { type: 'apiKey', in: 'query', name: 'key' },
  },
  schemas: {
    PullTask: {
      type: 'object',
      required: ['queueName', 'payloadBase64'],
      properties: {
        kind: { type: 'string' },
        id: { type: 'string' },
        queueName: { type: 'string' },
        payloadBase64: { type: 'string' },
        enqueueTimestamp: TIMESTAMP,
        leaseTimestamp: TIMESTAMP,
        retry_count: { type: 'integer' },
        tag: { type: 'string' },
      },
    },
    PullTaskPatch: {
      type: 'object',
      description: 'What else it has changes nothing.',
      required: ['queueName'],
      properties: { queueName: { type: 'string' } },
    },
    PullQueueError: {
      type: 'object',
      description: 'With `strict`; otherwise errors are text.',
      properties: {
        error: {
          type: 'object',
          properties: {
            code: { type: 'integer' },
            message: { type: 'string' },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  domain: { type: 'string' },
                  reason: { type: 'string' },
                  message: { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
    PullTasks: {
      type: 'object',
      properties: {
        kind: { type: 'string' },
        items: { type: 'array', items: { $ref: '#/components/schemas/PullTask' } },
      },
    },
    PullQueue: {
      type: 'object',
      properties: {
        kind: { type: 'string' },
        id: { type: 'string' },
        stats: {
          type: 'object',
          properties: {
            totalTasks: { type: 'integer' },
            oldestTask: { type: 'integer', description: 'Microseconds since 1970; 0 if there is none.' },
            leasedLastMinute: { type: 'integer' },
            leasedLastHour: { type: 'integer' },
          },
        },
      },
    },
  },
};
