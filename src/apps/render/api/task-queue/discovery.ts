// The discovery document of the Task Queue REST API v1beta2, from which clients build themselves.

/** The name and the version of the API. */
export const API = { name: 'taskqueue', version: 'v1beta2' } as const;

type Parameter = Readonly<Record<string, unknown>>;

const path = (description: string): Parameter => ({
  type: 'string',
  description,
  required: true,
  location: 'path',
});

const query = (type: string, description: string, more: Parameter = {}): Parameter => ({
  type,
  description,
  location: 'query',
  ...more,
});

const int32 = { format: 'int32' };

const PROJECT = path('The project under which the queue lies.');
const QUEUE = path('The id of the queue.');
const TASK = path('The id of the task.');
const NEW_LEASE = query('integer', 'The new lease in seconds, from now; 0 releases the task.', {
  ...int32,
  required: true,
});

const IN_QUEUE = { project: PROJECT, taskqueue: QUEUE };
const OF_TASK = { ...IN_QUEUE, task: TASK };

const QUEUE_PATH = '{project}/taskqueues/{taskqueue}';
const TASKS_PATH = `${QUEUE_PATH}/tasks`;
const TASK_PATH = `${TASKS_PATH}/{task}`;

const reference = (schema: string) => ({ $ref: schema });

const TASK_METHODS = {
  delete: {
    id: 'taskqueue.tasks.delete',
    path: TASK_PATH,
    httpMethod: 'DELETE',
    description: 'Delete a task from a queue.',
    parameters: OF_TASK,
    parameterOrder: ['project', 'taskqueue', 'task'],
  },
  get: {
    id: 'taskqueue.tasks.get',
    path: TASK_PATH,
    httpMethod: 'GET',
    description: 'Get a task of a queue.',
    parameters: OF_TASK,
    parameterOrder: ['project', 'taskqueue', 'task'],
    response: reference('Task'),
  },
  insert: {
    id: 'taskqueue.tasks.insert',
    path: TASKS_PATH,
    httpMethod: 'POST',
    description: 'Insert a task into a queue.',
    parameters: IN_QUEUE,
    parameterOrder: ['project', 'taskqueue'],
    request: reference('Task'),
    response: reference('Task'),
  },
  lease: {
    id: 'taskqueue.tasks.lease',
    path: `${TASKS_PATH}/lease`,
    httpMethod: 'POST',
    description: 'Lease the oldest tasks of a queue that can be leased.',
    parameters: {
      ...IN_QUEUE,
      numTasks: query('integer', 'The most tasks to lease.', { ...int32, required: true }),
      leaseSecs: query('integer', 'The lease in seconds.', { ...int32, required: true }),
      groupByTag: query('boolean', 'Lease tasks of one tag: `tag`, or else the tag of the oldest task.'),
      tag: query('string', 'The tag, with groupByTag.'),
      waitSecs: query('integer', 'How long to wait for a task if there is none, in seconds.', int32),
    },
    parameterOrder: ['project', 'taskqueue', 'numTasks', 'leaseSecs'],
    response: reference('Tasks'),
  },
  list: {
    id: 'taskqueue.tasks.list',
    path: TASKS_PATH,
    httpMethod: 'GET',
    description: 'List the oldest tasks of a queue.',
    parameters: IN_QUEUE,
    parameterOrder: ['project', 'taskqueue'],
    response: reference('Tasks2'),
  },
  patch: {
    id: 'taskqueue.tasks.patch',
    path: TASK_PATH,
    httpMethod: 'PATCH',
    description: 'Change the lease of a task.',
    parameters: { ...OF_TASK, newLeaseSeconds: NEW_LEASE },
    parameterOrder: ['project', 'taskqueue', 'task', 'newLeaseSeconds'],
    request: reference('Task'),
    response: reference('Task'),
  },
  update: {
    id: 'taskqueue.tasks.update',
    path: TASK_PATH,
    httpMethod: 'POST',
    description: 'Change the lease of a task.',
    parameters: { ...OF_TASK, newLeaseSeconds: NEW_LEASE },
    parameterOrder: ['project', 'taskqueue', 'task', 'newLeaseSeconds'],
    request: reference('Task'),
    response: reference('Task'),
  },
};

const int64 = (description: string) => ({ type: 'string', format: 'int64', description });
const text = (description: string) => ({ type: 'string', description });
const texts = { type: 'array', items: { type: 'string' } };
const tasks = (id: string, kind: string) => ({
  id,
  type: 'object',
  properties: {
    items: { type: 'array', items: reference('Task') },
    kind: { type: 'string', default: kind },
  },
});

const SCHEMAS = {
  Task: {
    id: 'Task',
    type: 'object',
    properties: {
      enqueueTimestamp: int64('When the task was enqueued, in microseconds.'),
      id: text('The id of the task.'),
      kind: { type: 'string', default: 'taskqueues#task' },
      leaseTimestamp: int64('When the lease ends, in microseconds.'),
      payloadBase64: text('What the task carries, in base64.'),
      queueName: text('The queue that the task is in.'),
      retry_count: { type: 'integer', format: 'int32', description: 'How often the task was leased.' },
      tag: text('The tag of the task.'),
    },
  },
  TaskQueue: {
    id: 'TaskQueue',
    type: 'object',
    properties: {
      acl: {
        type: 'object',
        properties: { adminEmails: texts, consumerEmails: texts, producerEmails: texts },
      },
      id: text('The id of the queue.'),
      kind: { type: 'string', default: 'taskqueues#taskqueue' },
      maxLeases: { type: 'integer', format: 'int32' },
      stats: {
        type: 'object',
        properties: {
          leasedLastHour: int64('Tasks leased in the last hour.'),
          leasedLastMinute: int64('Tasks leased in the last minute.'),
          oldestTask: int64('When the oldest task was enqueued, in microseconds.'),
          totalTasks: { type: 'integer', format: 'int32', description: 'Tasks in the queue.' },
        },
      },
    },
  },
  Tasks: tasks('Tasks', 'taskqueue#tasks'),
  Tasks2: tasks('Tasks2', 'taskqueues#tasks'),
};

const GLOBAL_PARAMETERS = {
  alt: query('string', 'Data format for the response.', { default: 'json', enum: ['json'] }),
  fields: query('string', 'Has no effect.'),
  key: query('string', 'A token of the client.'),
  oauth_token: query('string', 'Has no effect.'),
  prettyPrint: query('boolean', 'Has no effect.', { default: 'true' }),
  quotaUser: query('string', 'Has no effect.'),
  userIp: query('string', 'Has no effect.'),
};

/**
 * Returns the discovery document.
 *
 * @param rootUrl where the client reaches the service, with a slash at the end.
 */
export function discoveryDocument(rootUrl: string): object {
  const servicePath = `${API.name}/${API.version}/projects/`;
  return {
    kind: 'discovery#restDescription',
    discoveryVersion: 'v1',
    id: `${API.name}:${API.version}`,
    name: API.name,
    version: API.version,
    revision: '20160428',
    title: 'TaskQueue API',
    description: 'Pull queues over REST.',
    protocol: 'rest',
    rootUrl,
    servicePath,
    basePath: `/${servicePath}`,
    baseUrl: `${rootUrl}${servicePath}`,
    batchPath: 'batch',
    parameters: GLOBAL_PARAMETERS,
    // Empty, so that a client builds itself without credentials.
    auth: { oauth2: {} },
    schemas: SCHEMAS,
    resources: {
      taskqueues: {
        methods: {
          get: {
            id: 'taskqueue.taskqueues.get',
            path: QUEUE_PATH,
            httpMethod: 'GET',
            description: 'Get a queue.',
            parameters: {
              ...IN_QUEUE,
              getStats: query('boolean', 'Whether to count its tasks and leases.'),
            },
            parameterOrder: ['project', 'taskqueue'],
            response: reference('TaskQueue'),
          },
        },
      },
      tasks: { methods: TASK_METHODS },
    },
  };
}
