import type { OpenApiFragment } from '../../../platform/http/open-api.ts';

const text = { type: 'string' };
const number = { type: 'integer', minimum: 0, default: 0 };

const parameter = (name: string, description: string, schema: object, example?: string | number) => ({
  name,
  in: 'query',
  description,
  schema,
  ...(example === undefined ? {} : { example }),
});

const error = (description: string, example: object) => ({
  description,
  content: { 'application/json': { schema: { type: 'object' }, example } },
});

const DOCUMENT = {
  id: '12',
  type: 'Layer',
  name: 'rivers',
  title: 'Rivers of Europe',
  layer_originator: 'maps.example.org',
  service_type: 'OGC:WMS',
  min_x: -10,
  min_y: 35,
  max_x: 30,
  max_y: 60,
  layer_date: '1855-01-01T00:00:00Z',
  layer_datetype: 'Detected',
  reliability: 100,
};

/** What the description of the API says of searches. */
export const searchOpenApi: OpenApiFragment = {
  tags: [{ name: 'Map registry: search', description: 'Search the layers of a catalogue.' }],
  paths: {
    '/registry/{slug}/api/': {
      get: {
        tags: ['Map registry: search'],
        operationId: 'searchLayers',
        summary: 'Search the layers of a catalogue',
        description: 'Names of parameters may have underscores in place of dots.',
        security: [],
        parameters: [
          {
            name: 'slug',
            in: 'path',
            required: true,
            description: 'The slug of the catalogue.',
            schema: text,
            example: 'hypermap',
          },
          parameter(
            'q.text',
            'Words that all occur: `river lake`; also `"old river"`, `a OR b`, `-a`, `(a OR b) c`, `title:a`, `a*`.',
            text,
            'river',
          ),
          parameter('q.time', 'A range of dates of ISO 8601; `*` is open.', text, '[1500 TO 1900-12-31]'),
          parameter(
            'q.geo',
            'The lower left and the upper right corner of a box that layers intersect: latitude, longitude.',
            text,
            '[35,-10 TO 60,30]',
          ),
          parameter('q.user', 'The exact originator.', text, 'maps.example.org'),
          parameter('q.type', 'The exact type of the service.', text, 'OGC:WMS'),
          parameter('d.docs.limit', 'Documents that are returned.', { ...number, maximum: 1_000 }, 10),
          parameter('d.docs.page', 'The page of documents.', { type: 'integer', minimum: 1, default: 1 }),
          parameter(
            'd.docs.sort',
            'The order of documents. Without `q.text`, `score` is `time`: the newest first.',
            {
              type: 'string',
              enum: ['score', 'time'],
              default: 'score',
            },
          ),
          parameter(
            'a.time.limit',
            'Greater than 0: returns a histogram over time, of at most so many buckets if no gap is given.',
            number,
            100,
          ),
          parameter('a.time.gap', 'The length of a bucket: one unit of ISO 8601.', text, 'P1Y'),
          parameter('a.time.filter', 'The range of the histogram. Default: `q.time`.', text),
          parameter(
            'a.hm.limit',
            'Greater than 0: returns a heat map of at most so many cells.',
            number,
            2_048,
          ),
          parameter('a.hm.gridlevel', 'The level of the heat map; the world has 2^level columns.', {
            type: 'integer',
            minimum: 1,
          }),
          parameter('a.hm.filter', 'The box of the heat map. Default: `q.geo`, or the world.', text),
          parameter('a.text.limit', 'How many of the most frequent words are returned.', number, 10),
          parameter('a.user.limit', 'How many of the most frequent originators are returned.', number, 10),
          parameter('a.type.limit', 'How many of the most frequent types of services are returned.', number),
          parameter('original_response', '1: returns what the search engine itself replied.', {
            type: 'integer',
            enum: [0, 1],
          }),
          parameter(
            'search_engine',
            'Of the original registry; has no effect. `REGISTRY_SEARCH_URL` decides which engine is searched.',
            { type: 'string', enum: ['postgres', 'elasticsearch', 'solr'] },
          ),
          parameter(
            'search_engine_endpoint',
            'Of the original registry. It is refused; with `REGISTRY_STRICT=False` it has no effect.',
            text,
          ),
        ],
        responses: {
          '200': {
            description: 'What was found.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/LayerSearchResult' },
                example: {
                  request_url: 'http://localhost:8000/registry/hypermap/api/?q.text=river&d.docs.limit=1',
                  request_body: '{"text":{"kind":"words","words":["river"],"isPrefix":false}}',
                  'a.matchDocs': 1,
                  'd.docs': [DOCUMENT],
                  'a.user': [{ count: 1, value: 'maps.example.org' }],
                  'a.time': {
                    start: '1855-01-01T00:00:00Z',
                    end: '1855-01-01T00:00:00Z',
                    gap: 'P1Y',
                    counts: [{ count: 1, value: '1855-01-01T00:00:00z' }],
                  },
                },
              },
            },
          },
          '400': error('A parameter is wrong.', {
            'q.geo': ['It has to be of the form [latitude,longitude TO latitude,longitude].'],
          }),
          '404': error('There is no such catalogue.', { error: "catalog 'atlas' not found" }),
          '502': error('The remote catalogue cannot be searched.', {
            error: { msg: 'The remote catalogue did not reply with JSON.' },
          }),
          '503': error('The search engine is away.', {
            error: { msg: 'the search engine cannot be reached' },
          }),
        },
      },
    },
  },
  schemas: {
    LayerSearchResult: {
      type: 'object',
      required: ['a.matchDocs', 'd.docs'],
      properties: {
        request_url: text,
        request_body: { type: 'string', description: 'How the parameters were read, as JSON.' },
        'a.matchDocs': { type: 'integer', description: 'Layers that match.' },
        'd.docs': { type: 'array', items: { type: 'object', example: DOCUMENT } },
        'a.user': { type: 'array', items: { $ref: '#/components/schemas/LayerValueCount' } },
        'a.type': { type: 'array', items: { $ref: '#/components/schemas/LayerValueCount' } },
        'a.text': { type: 'array', items: { $ref: '#/components/schemas/LayerValueCount' } },
        'a.text.newest': {
          type: 'integer',
          description: 'Words were counted in the newest layers that match, which are so many.',
        },
        'a.time': {
          type: 'object',
          properties: {
            start: text,
            end: text,
            gap: text,
            counts: { type: 'array', items: { $ref: '#/components/schemas/LayerValueCount' } },
          },
        },
        'a.hm': {
          type: 'object',
          properties: {
            gridLevel: { type: 'integer' },
            columns: { type: 'integer' },
            rows: { type: 'integer' },
            minX: { type: 'number' },
            maxX: { type: 'number' },
            minY: { type: 'number' },
            maxY: { type: 'number' },
            projection: text,
            counts_ints2D: {
              type: ['array', 'null'],
              description: 'Rows from the north, columns from the west; rows without layers are null.',
              items: { type: ['array', 'null'], items: { type: 'integer' } },
            },
          },
        },
      },
    },
    LayerValueCount: {
      type: 'object',
      required: ['count', 'value'],
      properties: { count: { type: 'integer' }, value: text },
    },
  },
};
