import type { OpenApiFragment } from '../../../platform/http/open-api.ts';
import { COLLECTION_SCHEMA, COMPOSITE_SCHEMA, HYDRA_CONTEXT } from '../members/composite-schema.ts';
import { MEMBER_STATUSES } from '../members/member-status.ts';
import { SUBMISSION_BODY } from './router.ts';

const COLLECTION_URI = 'http://localhost:8000/collections/2b1e8b5e-6f0f-4a52-9d0c-7e8d6d1f2a34';
const MEMBER_URI = `${COLLECTION_URI}/members/9f8f0d7e-36a5-4f6e-8f55-0f0e7c1b2d43`;

const EXAMPLE = {
  '@context': HYDRA_CONTEXT,
  '@type': 'Collection',
  member: [
    {
      '@type': 'vocab:Composite',
      id: 'my-pdf-{:03d}',
      space: 1,
      origin: 'https://example.org/my.pdf',
      incrementSeed: 1,
      string1: 'my-pdf',
      number1: '{}',
      originFormat: 'application/pdf',
    },
  ],
};

const MEMBER_SCHEMA = {
  type: 'object',
  required: ['id', 'status', 'created', 'last_updated'],
  properties: {
    id: { type: 'string', format: 'uri', description: 'Where this member can be asked after.' },
    status: {
      type: 'string',
      enum: MEMBER_STATUSES,
    },
    created: { type: 'string', format: 'date-time', description: 'UTC, with microseconds.' },
    last_updated: {
      type: 'string',
      format: 'date-time',
      description: 'When its status last changed.',
    },
    progress: {
      type: 'object',
      description: 'Once it is known how many pages the PDF has.',
      required: ['pages_done', 'pages_total'],
      properties: { pages_done: { type: 'integer' }, pages_total: { type: 'integer' } },
    },
    image_count: { type: 'integer', description: 'Once it is known.' },
    dlcs_uris: {
      type: 'array',
      items: { type: 'string', format: 'uri' },
      description: 'The batches at the DLCS, in order, once it has all of them.',
    },
    error: { type: 'string', description: 'What went wrong, where the status is ERROR.' },
  },
  examples: [
    {
      id: MEMBER_URI,
      status: 'COMPLETED',
      created: '2021-12-02T09:53:40.702000Z',
      last_updated: '2021-12-02T09:54:02.118417Z',
      progress: { pages_done: 14, pages_total: 14 },
      image_count: 14,
      dlcs_uris: ['https://api.dlcs.digirati.io/customers/5/queue/batches/571001'],
    },
  ],
};

const FORBIDDEN = detail('The `Authorization` is missing, or the DLCS does not let it in.');
const BAD_GATEWAY = detail('The DLCS could not be asked whether it lets the caller in.');
const TOO_MANY = detail(
  'Too many wrong credentials came from this address; `Retry-After` says how many seconds to wait.',
);
const UNAVAILABLE = detail(
  'Too many requests wait for the DLCS; `Retry-After` says how many seconds to wait.',
);
const NOT_FOUND = { description: 'It does not exist. No body.' };
const COLLECTION_PARAMETER = uuidParameter('collection');

const SUBMIT = {
  tags: ['Composites'],
  operationId: 'submitCollection',
  summary: 'Submit a collection of PDFs',
  description: 'All of it is accepted, or nothing. The members are processed in the background.',
  parameters: [
    {
      name: 'customer',
      in: 'path',
      required: true,
      description: 'The customer of the DLCS that the images are for.',
      schema: { type: 'integer', minimum: 0 },
    },
  ],
  requestBody: {
    required: true,
    description: `Up to ${SUBMISSION_BODY.limitBytes / 1024 ** 2} MiB.`,
    content: Object.fromEntries(
      SUBMISSION_BODY.mediaTypes.map((mediaType) => [
        mediaType,
        { schema: reference('CompositeCollection'), example: EXAMPLE },
      ]),
    ),
  },
  responses: {
    '202': json('Accepted.', reference('Collection')),
    '400': json('The body is no JSON, or does not fit.', {
      oneOf: [reference('Faults'), reference('Detail')],
    }),
    '403': FORBIDDEN,
    '404': detail('`customer` is no integer.'),
    '413': detail('The body is too large.'),
    '415': detail('The body is of another media type.'),
    '429': {
      ...detail(
        'Too many wrong credentials came from this address, or the customer has too many members waiting.',
      ),
      headers: {
        'Retry-After': {
          description: 'Seconds after which the submission may be sent again.',
          schema: { type: 'integer', minimum: 1, maximum: 3600 },
        },
      },
    },
    '502': BAD_GATEWAY,
    '503': UNAVAILABLE,
  },
};

/** What the API's description says of the composites. */
export const openApi: OpenApiFragment = {
  securitySchemes: {
    Authorization: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'The whole header, such as "Basic …": the credentials of the customer at the DLCS.',
    },
  },
  security: [{ Authorization: [] }],
  tags: [{ name: 'Composites', description: 'PDFs whose pages become images at the DLCS.' }],
  paths: {
    '/customers/{customer}/queue': { post: SUBMIT },
    '/customers/{customer}/queue/priority': {
      post: {
        ...SUBMIT,
        operationId: 'submitPriorityCollection',
        summary: 'Submit a collection of PDFs that goes first',
      },
    },
    '/collections/{collection}': {
      get: {
        tags: ['Composites'],
        operationId: 'getCollection',
        summary: 'Get a collection',
        parameters: [COLLECTION_PARAMETER],
        responses: {
          '200': json('The members stand in the order of submission.', reference('Collection')),
          '403': FORBIDDEN,
          '404': NOT_FOUND,
          '429': TOO_MANY,
          '502': BAD_GATEWAY,
          '503': UNAVAILABLE,
        },
      },
    },
    '/collections/{collection}/members/{member}': {
      get: {
        tags: ['Composites'],
        operationId: 'getMember',
        summary: 'Get a member',
        parameters: [COLLECTION_PARAMETER, uuidParameter('member')],
        responses: {
          '200': json('It waits, is being processed, or is completed.', reference('Member')),
          '403': FORBIDDEN,
          '404': NOT_FOUND,
          '422': json('It failed; `error` says why.', reference('Member')),
          '429': TOO_MANY,
          '502': BAD_GATEWAY,
          '503': UNAVAILABLE,
        },
      },
    },
  },
  schemas: {
    CompositeCollection: {
      ...COLLECTION_SCHEMA,
      properties: {
        ...COLLECTION_SCHEMA.properties,
        member: { ...COLLECTION_SCHEMA.properties.member, items: reference('Composite') },
      },
    },
    Composite: {
      ...COMPOSITE_SCHEMA,
      description: 'One PDF. Fields that are not named here are passed through to the DLCS.',
    },
    Collection: {
      type: 'object',
      required: ['id', 'priority', 'members'],
      properties: {
        id: { type: 'string', format: 'uri', examples: [COLLECTION_URI] },
        priority: { type: 'boolean', description: 'Whether it was submitted to the priority queue.' },
        members: { type: 'array', items: reference('Member') },
      },
    },
    Member: MEMBER_SCHEMA,
    Faults: {
      type: 'object',
      description: 'Every fault, with its place.',
      required: ['json_data'],
      properties: { json_data: { type: 'array', items: { type: 'string' } } },
      examples: [{ json_data: ['member/0/space must be integer'] }],
    },
    Detail: {
      type: 'object',
      description: 'What is wrong.',
      required: ['detail'],
      properties: { detail: { type: 'string' } },
    },
  },
};

function reference(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

function json(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}

function detail(description: string): object {
  return json(description, reference('Detail'));
}

function uuidParameter(name: string): object {
  return { name, in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
}
