import type { OpenApiFragment } from '../../../platform/http/open-api.ts';
import type { ParameterDeclaration } from '../services/opensearch/parameters.ts';
import { COLLECTION_PARAMETERS, PRODUCT_PARAMETERS } from '../services/opensearch/parameters.ts';
import { STAGES } from '../stages/stage.ts';
import { ITEM_STATES } from '../stages/stored-items.ts';
import { MOST_PUSHED, PAGE_LIMITS } from './item-requests.ts';

const ITEMS = ['View server: items'];
const SEARCH = ['View server: OpenSearch'];

const EXAMPLE = {
  id: 17,
  stage: 'register',
  path: 'vhr18/scene.tar',
  collection: 'VHR_IMAGE_2018',
  attempt: 1,
  state: 'failed',
  reason: 'The time of the product is not known',
  worker: 'worker-1 4711',
  pushed: '2026-11-28T12:00:00.000000Z',
  began: '2026-11-28T12:00:01.000000Z',
  ended: '2026-11-28T12:00:02.000000Z',
};

const item = {
  'application/json': { schema: { $ref: '#/components/schemas/ViewServerItem' }, example: EXAMPLE },
};

const itemId = { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } };

const NO_ITEM = { description: 'There is no such item.' };
const REFUSED = { description: 'Something in the request cannot be used; `detail` says what.' };
const NO_TOKEN = { description: 'A token is required, or the token is unknown.' };

const formatName = {
  name: 'format',
  in: 'path',
  required: true,
  schema: { enum: ['atom', 'json', 'rss', 'html'] },
};

const collectionId = { name: 'collection', in: 'path', required: true, schema: { type: 'string' } };

function queryParameters(declarations: readonly ParameterDeclaration[]) {
  return declarations.map(({ name, title, minimum, maximum }) => ({
    name,
    in: 'query',
    description: title,
    schema:
      minimum === undefined
        ? { type: 'string' }
        : { type: 'number', minimum, ...(maximum === undefined ? {} : { maximum }) },
  }));
}

const feed = { description: 'A page of results.' };

/** What the description of the API says of the view server. */
export const openApi: OpenApiFragment = {
  tags: [
    { name: ITEMS[0], description: 'Push packages, prefixes and intervals, and see what becomes of them.' },
    { name: SEARCH[0], description: 'Search for collections, and for the products of one.' },
  ],
  security: [{ viewServerToken: [] }, {}],
  securitySchemes: {
    viewServerToken: {
      type: 'http',
      scheme: 'bearer',
      description: 'One of `VIEW_SERVER_TOKENS`, where they are set.',
    },
  },
  paths: {
    '/register/': {
      post: {
        tags: ITEMS,
        operationId: 'registerProduct',
        summary: 'Register the product under an address, and wait for it',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['url'],
                properties: {
                  url: {
                    type: 'string',
                    description: 'Below the place where a collection has its products.',
                  },
                  type: { type: 'string', description: 'It has no effect.' },
                },
              },
              example: { type: 'eo-product', url: 's3://products/vhr18/scene.tar' },
            },
          },
        },
        responses: {
          '200': {
            description: 'It is registered.',
            content: {
              'application/json': {
                example: { message: "Item 'vhr18/scene.tar' was successfully registered" },
              },
            },
          },
          '202': {
            description:
              'It is not registered yet, after `TIME_LIMIT` seconds. `Location` has the address of the item.',
          },
          '400': {
            description: 'The request cannot be used, or the registration failed; `reason` says why.',
            content: {
              'application/json': {
                example: {
                  message: 'Failed to register product vhr18/scene.tar',
                  reason: 'There are no files under vhr18/scene.tar in s3://products',
                },
              },
            },
          },
          '401': NO_TOKEN,
          '409': { description: 'The item was withdrawn in the meantime.' },
        },
      },
    },
    '/view-server/items': {
      get: {
        tags: ITEMS,
        operationId: 'listViewServerItems',
        summary: 'List items, the newest first',
        parameters: [
          { name: 'stage', in: 'query', schema: { enum: [...STAGES] } },
          { name: 'state', in: 'query', schema: { enum: [...ITEM_STATES] } },
          { name: 'collection', in: 'query', schema: { type: 'string' } },
          { name: 'path', in: 'query', description: 'The whole path.', schema: { type: 'string' } },
          {
            name: 'limit',
            in: 'query',
            schema: { type: 'integer', minimum: 1, maximum: PAGE_LIMITS.most, default: PAGE_LIMITS.default },
          },
          { name: 'before', in: 'query', description: 'Items with lower ids.', schema: { type: 'integer' } },
        ],
        responses: {
          '200': {
            description: 'A page, and the address of the next one.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: {
                    items: { type: 'array', items: { $ref: '#/components/schemas/ViewServerItem' } },
                    next: { type: ['string', 'null'] },
                  },
                },
                example: { items: [EXAMPLE], next: null },
              },
            },
          },
          '400': REFUSED,
          '401': NO_TOKEN,
        },
      },
      post: {
        tags: ITEMS,
        operationId: 'pushViewServerItems',
        summary: 'Push paths to a stage',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/ViewServerPush' },
              example: { stage: 'preprocess', paths: ['vhr18/scene.tar'], urgent: true },
            },
          },
        },
        responses: {
          '201': { description: 'They wait, or waited already.' },
          '400': REFUSED,
          '401': NO_TOKEN,
        },
      },
    },
    '/view-server/items/{id}': {
      get: {
        tags: ITEMS,
        operationId: 'getViewServerItem',
        summary: 'Get an item with its attempts',
        parameters: [itemId],
        responses: {
          '200': {
            description: 'The item; `attempts` are the newest 100.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/ViewServerItem' },
                example: { ...EXAMPLE, attempts: [{ attempt: 1, state: 'failed', reason: EXAMPLE.reason }] },
              },
            },
          },
          '401': NO_TOKEN,
          '404': NO_ITEM,
        },
      },
      delete: {
        tags: ITEMS,
        operationId: 'withdrawViewServerItem',
        summary: 'Withdraw an item that waits',
        parameters: [itemId],
        responses: {
          '200': { description: 'It is withdrawn.', content: item },
          '401': NO_TOKEN,
          '404': NO_ITEM,
          '409': { description: 'It does not wait.' },
        },
      },
    },
    '/view-server/items/{id}/requeue': {
      post: {
        tags: ITEMS,
        operationId: 'requeueViewServerItem',
        summary: 'Let an item wait again',
        parameters: [itemId],
        requestBody: {
          content: {
            'application/json': {
              schema: { type: 'object', properties: { urgent: { type: 'boolean' } } },
              example: { urgent: true },
            },
          },
        },
        responses: {
          '200': { description: 'It waits.', content: item },
          '400': REFUSED,
          '401': NO_TOKEN,
          '404': NO_ITEM,
        },
      },
    },
    '/opensearch': {
      get: {
        tags: SEARCH,
        operationId: 'describeCollectionSearch',
        summary: 'Describe the search for collections',
        security: [],
        responses: { '200': { description: 'An OpenSearch description.' } },
      },
    },
    '/opensearch/{format}': {
      get: {
        tags: SEARCH,
        operationId: 'searchCollections',
        summary: 'Search for collections',
        security: [],
        parameters: [formatName, ...queryParameters(COLLECTION_PARAMETERS)],
        responses: { '200': feed, '400': REFUSED, '404': { description: 'There is no such format.' } },
      },
    },
    '/opensearch/collections/{collection}': {
      get: {
        tags: SEARCH,
        operationId: 'describeProductSearch',
        summary: 'Describe the search for products of a collection',
        security: [],
        parameters: [collectionId],
        responses: {
          '200': { description: 'An OpenSearch description.' },
          '404': { description: 'There is no such collection.' },
        },
      },
    },
    '/opensearch/collections/{collection}/{format}': {
      get: {
        tags: SEARCH,
        operationId: 'searchProducts',
        summary: 'Search for products of a collection',
        security: [],
        parameters: [collectionId, formatName, ...queryParameters(PRODUCT_PARAMETERS)],
        responses: {
          '200': feed,
          '400': REFUSED,
          '404': { description: 'There is no such collection or format.' },
        },
      },
    },
  },
  schemas: {
    ViewServerPush: {
      type: 'object',
      required: ['stage', 'paths'],
      additionalProperties: false,
      properties: {
        stage: { enum: [...STAGES] },
        paths: {
          type: 'array',
          items: { type: 'string' },
          minItems: 1,
          maxItems: MOST_PUSHED,
          description: 'Of packages, of prefixes, or intervals of time.',
        },
        collection: { type: 'string', description: 'Default: the one that the paths are in.' },
        urgent: { type: 'boolean', default: false, description: 'They go before everything that waits.' },
        metadata: {
          type: 'object',
          description: 'What is known of each product: `id`, `begin`, `footprint` …',
        },
      },
    },
    ViewServerItem: {
      type: 'object',
      properties: {
        id: { type: 'integer' },
        stage: { enum: [...STAGES] },
        path: { type: 'string' },
        collection: { type: 'string' },
        attempt: { type: 'integer', description: 'The number of the newest attempt.' },
        state: {
          enum: ['waiting', 'running', 'succeeded', 'failed', 'lost', 'withdrawn'],
          description: 'Of the newest attempt.',
        },
        reason: { type: ['string', 'null'] },
        worker: { type: ['string', 'null'] },
        pushed: { type: 'string', format: 'date-time' },
        began: { type: ['string', 'null'], format: 'date-time' },
        ended: { type: ['string', 'null'], format: 'date-time' },
        attempts: { type: 'array', items: { type: 'object' } },
      },
    },
  },
};
