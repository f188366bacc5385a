import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { REGISTRY_TASK_NAMES } from '../../registry-task-runner.ts';
import { BAD_FIELD, BASIC, body, ID, json, REFUSALS, reference } from './shared-parts.ts';

const ENDPOINTS = ['Map registry: endpoints'];

const GREEDY = 'Esri: all folders and services are taken, rather than the one that the URL names.';

const catalogParameter = {
  name: 'catalog',
  in: 'query',
  description: 'The slug of a catalogue.',
  schema: { type: 'string', default: 'hypermap' },
};

/** What the description of the API says of endpoints, and of the tasks of the whole registry. */
export const endpointsOpenApi: OpenApiFragment = {
  tags: [{ name: 'Map registry: endpoints', description: 'Addresses at which map services are looked for.' }],
  paths: {
    '/registry/api/endpoints/': {
      get: {
        tags: ENDPOINTS,
        operationId: 'listEndpoints',
        summary: 'List endpoints, the newest first',
        security: BASIC,
        parameters: [
          catalogParameter,
          {
            name: 'before',
            in: 'query',
            description: 'The id that the page before ended with.',
            schema: { type: 'integer' },
          },
        ],
        responses: {
          '200': {
            description: 'A hundred endpoints, and the address of the next page.',
            content: json({
              type: 'object',
              properties: {
                endpoints: { type: 'array', items: reference('RegistryEndpoint') },
                next: { type: ['string', 'null'], format: 'uri' },
              },
            }),
          },
          '400': BAD_FIELD,
          ...REFUSALS,
        },
      },
      post: {
        tags: ENDPOINTS,
        operationId: 'addEndpoint',
        summary: 'Add an endpoint',
        security: BASIC,
        requestBody: body(reference('NewRegistryEndpoint')),
        responses: {
          '200': {
            description: 'The endpoint was there already.',
            content: json(reference('RegistryEndpoint')),
          },
          '201': {
            description: 'The endpoint, which will be looked at.',
            content: json(reference('RegistryEndpoint')),
          },
          '400': BAD_FIELD,
          ...REFUSALS,
        },
      },
    },
    '/registry/api/endpoints/{id}/': {
      get: {
        tags: ENDPOINTS,
        operationId: 'getEndpoint',
        summary: 'Get an endpoint, and what came of it',
        security: BASIC,
        parameters: [ID],
        responses: {
          '200': { description: 'The endpoint.', content: json(reference('RegistryEndpoint')) },
          ...REFUSALS,
          '404': { description: 'There is no such endpoint.' },
        },
      },
      delete: {
        tags: ENDPOINTS,
        operationId: 'deleteEndpoint',
        summary: 'Delete an endpoint; its services stay',
        security: BASIC,
        parameters: [ID],
        responses: {
          '204': { description: 'It is gone.' },
          ...REFUSALS,
          '404': { description: 'There is no such endpoint.' },
        },
      },
    },
    '/registry/api/endpoints/{id}/update/': {
      post: {
        tags: ENDPOINTS,
        operationId: 'updateEndpoint',
        summary: 'Look at an endpoint again',
        security: BASIC,
        parameters: [ID],
        responses: {
          '202': { description: 'It will be looked at.', content: json(reference('RegistryEndpoint')) },
          ...REFUSALS,
          '404': { description: 'There is no such endpoint.' },
        },
      },
    },
    '/registry/api/endpoint-lists/': {
      post: {
        tags: ENDPOINTS,
        operationId: 'addEndpointList',
        summary: 'Add a list of endpoints',
        security: BASIC,
        parameters: [
          catalogParameter,
          {
            name: 'name',
            in: 'query',
            description: 'For people.',
            schema: { type: 'string', maxLength: 200 },
          },
          {
            name: 'is_greedy',
            in: 'query',
            description: GREEDY,
            schema: { type: 'boolean', default: false },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'text/plain': {
              schema: { type: 'string', description: 'One URL a line, at most 10,000.' },
              example: 'https://maps.example/wms\nhttps://maps.example/arcgis/rest/services\n',
            },
          },
        },
        responses: {
          '201': {
            description: 'What was added, and which lines were refused.',
            content: json(reference('AddedRegistryEndpoints')),
          },
          '400': BAD_FIELD,
          ...REFUSALS,
        },
      },
    },
    '/registry/tasks_runner/': {
      get: {
        tags: ENDPOINTS,
        operationId: 'getRegistryTasks',
        summary: 'Get which tasks there are, and how many layers wait for the index',
        security: BASIC,
        responses: { '200': { description: 'A page, or JSON where that is accepted.' }, ...REFUSALS },
      },
      post: {
        tags: ENDPOINTS,
        operationId: 'startRegistryTask',
        summary: 'Start a task of the whole registry',
        security: BASIC,
        requestBody: body({
          type: 'object',
          required: ['task'],
          properties: {
            task: { type: 'string', enum: [...REGISTRY_TASK_NAMES] },
            catalog: { type: 'string', description: 'clear_index: the slug of a catalogue. Default: all.' },
          },
          example: { task: 'check_all' },
        }),
        responses: { '202': { description: 'The task is enqueued.' }, '400': BAD_FIELD, ...REFUSALS },
      },
    },
  },
  schemas: {
    RegistryEndpoint: {
      type: 'object',
      properties: {
        id: { type: 'integer' },
        uuid: { type: 'string', format: 'uuid' },
        url: { type: 'string', format: 'uri' },
        catalog: { type: 'string', description: 'The slug of its catalogue.' },
        is_greedy: { type: 'boolean' },
        processed: { type: 'boolean', description: 'Whether it was looked at.' },
        processed_datetime: { type: ['string', 'null'], format: 'date-time' },
        imported: { type: 'boolean', description: 'Whether it was found out what it is.' },
        message: { type: ['string', 'null'], examples: ['2 service/s created'] },
        endpoint_list: { type: ['integer', 'null'] },
        created: { type: 'string', format: 'date-time' },
      },
    },
    NewRegistryEndpoint: {
      type: 'object',
      required: ['url'],
      properties: {
        url: { type: 'string', format: 'uri', maxLength: 2_000 },
        catalog: { type: 'string', default: 'hypermap', description: 'The slug of a catalogue.' },
        is_greedy: { type: 'boolean', default: false, description: GREEDY },
      },
      example: { url: 'https://maps.example/wms' },
    },
    AddedRegistryEndpoints: {
      type: 'object',
      properties: {
        id: { type: 'integer' },
        uuid: { type: 'string', format: 'uuid' },
        name: { type: 'string' },
        created: { type: 'integer', description: 'Endpoints that are new.' },
        existing: { type: 'integer', description: 'Lines with an endpoint that was there already.' },
        refused: { type: 'integer', description: 'Lines that are no URL.' },
        refused_lines: {
          type: 'array',
          items: {
            type: 'object',
            properties: { line: { type: 'integer' }, reason: { type: 'string' } },
          },
        },
      },
      example: {
        id: 1,
        name: 'A list',
        created: 2,
        existing: 0,
        refused: 1,
        refused_lines: [{ line: 3, reason: 'This is no URL that begins with http:// or https://.' }],
      },
    },
  },
};
