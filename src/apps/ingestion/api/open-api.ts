import type { OpenApiFragment } from '../../../platform/http/open-api.ts';
import { MODELS } from '../models/index.ts';
import { ACTIONS } from '../refreshes/actions.ts';
import { ACTIVE_STATES, ENDED_STATES } from '../refreshes/states.ts';

const TAGS = ['Ingestion'];

const task = { 'application/json': { schema: { $ref: '#/components/schemas/IngestionTask' } } };

const id = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The `task_id`.',
  schema: { type: 'string' },
};

const UNKNOWN_TASK = { description: 'There is no such task.' };

/** What the description of the API says of ingestion. */
export const openApi: OpenApiFragment = {
  tags: [
    { name: 'Ingestion', description: 'Have tables copied from upstream, indexed, and swapped in live.' },
  ],
  security: [{ ingestionToken: [] }, {}],
  securitySchemes: {
    ingestionToken: {
      type: 'http',
      scheme: 'bearer',
      description: 'One of `INGESTION_TOKENS`, where they are set.',
    },
  },
  paths: {
    '/ingestion': {
      get: {
        tags: TAGS,
        operationId: 'checkIngestion',
        summary: 'Check whether ingestion works',
        parameters: [
          {
            name: 'check_deps',
            in: 'query',
            description: 'Checks the search engine and both databases too.',
            schema: { type: 'boolean' },
          },
        ],
        responses: {
          '200': { description: 'It works.' },
          '503': { description: 'Something that it needs does not work.' },
        },
      },
    },
    '/ingestion/task': {
      get: {
        tags: TAGS,
        operationId: 'listIngestionTasks',
        summary: 'List tasks',
        responses: {
          '200': {
            description:
              'The newest 1,000 tasks, in the order in which they ended; those that have not come last.',
            content: {
              'application/json': {
                schema: { type: 'array', items: { $ref: '#/components/schemas/IngestionTask' } },
              },
            },
          },
        },
      },
      post: {
        tags: TAGS,
        operationId: 'createIngestionTask',
        summary: 'Have something done with a model',
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/IngestionTaskRequest' } },
          },
        },
        responses: {
          '202': { description: 'The task is stored. `status_check` is where to look at it.' },
          '400': { description: 'The body does not fit, or the task can be seen to fail.' },
          '409': { description: 'Strict: another task of the model runs; `task_id` names it.' },
          '422': { description: 'Strict: the body does not fit.' },
        },
      },
    },
    '/ingestion/task/{id}': {
      get: {
        tags: TAGS,
        operationId: 'getIngestionTask',
        summary: 'Get a task',
        parameters: [id],
        responses: { '200': { description: 'The task.', content: task }, '404': UNKNOWN_TASK },
      },
      delete: {
        tags: TAGS,
        operationId: 'cancelIngestionTask',
        summary: 'Cancel a task',
        parameters: [id],
        responses: {
          '200': { description: 'The task, which has ended.', content: task },
          '404': UNKNOWN_TASK,
          '409': { description: 'The tables are being swapped; that is not broken off.' },
        },
      },
    },
    '/ingestion/stat/{name}': {
      get: {
        tags: TAGS,
        operationId: 'describeIndex',
        summary: 'Get what a name is to the search engine',
        parameters: [{ ...id, name: 'name', description: 'The name of an index or alias.' }],
        responses: {
          '200': {
            description: 'Whether there is an index or alias of this name, and its aliases or its index.',
          },
          '503': { description: 'The search engine cannot be reached.' },
        },
      },
    },
  },
  schemas: {
    IngestionTaskRequest: {
      type: 'object',
      required: ['model', 'action'],
      properties: {
        model: { type: 'string', enum: [...MODELS.keys()] },
        action: { type: 'string', enum: [...ACTIONS] },
        index_suffix: {
          type: 'string',
          description: 'The suffix of the index. Default: the id of the task.',
        },
        since_date: { type: 'string', description: 'UPDATE_INDEX: rows that were updated since then.' },
        alias: { type: 'string' },
        origin_index_suffix: { type: 'string' },
        destination_index_suffix: { type: 'string' },
        force_delete: { type: 'boolean', description: 'DELETE_INDEX: also an index with an alias.' },
        force: { type: 'boolean', description: 'PROMOTE: also a copy with fewer rows than expected.' },
        callback_url: { type: 'string', format: 'uri' },
      },
      example: { model: 'image', action: 'INGEST_UPSTREAM', index_suffix: '20261128' },
    },
    IngestionTask: {
      type: 'object',
      required: ['task_id', 'active', 'model', 'action', 'progress', 'error', 'state'],
      properties: {
        task_id: { type: 'string' },
        active: { type: 'boolean', description: 'Whether it has not ended.' },
        model: { type: 'string' },
        action: { type: 'string', enum: [...ACTIONS] },
        progress: { type: 'number', description: 'From 0 to 100; it only grows.' },
        start_timestamp: { type: 'number' },
        start_time: { type: 'string', format: 'date-time' },
        finish_timestamp: { type: 'number', description: '0 before it has ended.' },
        finish_time: { type: ['string', 'null'], format: 'date-time' },
        active_workers: { type: 'boolean', description: 'Whether documents are being indexed.' },
        error: { type: 'boolean', description: 'Whether it has failed.' },
        is_bad_request: { type: 'boolean', description: 'Whether it failed because of what was requested.' },
        state: { type: 'string', enum: [...ACTIVE_STATES, ...ENDED_STATES] },
        step: { type: ['string', 'null'] },
        index_suffix: { type: 'string' },
        message: { type: ['string', 'null'] },
        steps: { type: 'array', items: { type: 'object' } },
      },
    },
  },
};
