import type { OpenApiFragment } from '../../../platform/http/open-api.ts';

const TAG = 'Pull queues';
const ROOT = '/taskqueue/v1beta2/projects/{project}/taskqueues/{taskqueue}';

const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const inQuery = (name: string, type: string, required = false) => ({
  name,
  in: 'query',
  required,
  schema: { type },
});

const IN_QUEUE = [inPath('project'), inPath('taskqueue')];
const OF_TASK = [...IN_QUEUE, inPath('task')];

const content = (schema: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
});
const ok = (schema: string, description: string) => ({ '200': { description, content: content(schema) } });
const refused = { '400': { description: 'The request is not possible; the body says why.' } };
const TASK_BODY = { required: true, content: content('PullTask') };
const SECURITY = [{ pullQueueToken: [] }];

/** What the description of the API says of pull queues. */
export const openApi: OpenApiFragment = {
  tags: [
    { name: TAG, description: 'The Task Queue REST API v1beta2: insert tasks, lease them, and delete them.' },
  ],
  paths: {
    [ROOT]: {
      get: {
        tags: [TAG],
        operationId: 'getPullQueue',
        summary: 'Get a queue, with its statistics if wanted',
        security: SECURITY,
        parameters: [...IN_QUEUE, inQuery('getStats', 'boolean')],
        responses: ok('PullQueue', 'The queue; one without tasks exists too.'),
      },
    },
    [`${ROOT}/tasks`]: {
      get: {
        tags: [TAG],
        operationId: 'listPullTasks',
        summary: 'List the 100 oldest tasks',
        security: SECURITY,
        parameters: IN_QUEUE,
        responses: ok('PullTasks', 'The tasks, leased ones included.'),
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
          '413': { description: 'It is too large.' },
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
          inQuery('numTasks', 'integer', true),
          inQuery('leaseSecs', 'integer', true),
          inQuery('groupByTag', 'boolean'),
          inQuery('tag', 'string'),
          inQuery('waitSecs', 'integer'),
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
        responses: { ...ok('PullTask', 'The task.'), ...refused },
      },
      patch: {
        tags: [TAG],
        operationId: 'patchPullTask',
        summary: 'Change the lease of a task',
        security: SECURITY,
        parameters: [...OF_TASK, inQuery('newLeaseSeconds', 'integer', true)],
        requestBody: TASK_BODY,
        responses: { ...ok('PullTask', 'The task, with its new lease.'), ...refused },
      },
      post: {
        tags: [TAG],
        operationId: 'updatePullTask',
        summary: 'Change the lease of a task, given whole',
        security: SECURITY,
        parameters: [...OF_TASK, inQuery('newLeaseSeconds', 'integer', true)],
        requestBody: TASK_BODY,
        responses: { ...ok('PullTask', 'The task, with its new lease.'), ...refused },
      },
      delete: {
        tags: [TAG],
        operationId: 'deletePullTask',
        summary: 'Delete a task',
        security: SECURITY,
        parameters: OF_TASK,
        responses: { '204': { description: 'The task does not exist, or no longer.' } },
      },
    },
  },
  securitySchemes: { pullQueueToken: { type: 'http', scheme: 'bearer' } },
  schemas: {
    PullTask: {
      type: 'object',
      required: ['queueName', 'payloadBase64'],
      properties: {
        kind: { type: 'string' },
        id: { type: 'string' },
        queueName: { type: 'string' },
        payloadBase64: { type: 'string' },
        enqueueTimestamp: { type: 'integer', description: 'Microseconds since 1970.' },
        leaseTimestamp: { type: 'integer', description: 'Microseconds since 1970.' },
        retry_count: { type: 'integer' },
        tag: { type: 'string' },
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
