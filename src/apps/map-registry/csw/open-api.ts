import type { OpenApiFragment } from '../../../platform/http/open-api.ts';

const TAGS = ['Map registry: CSW'];

const text = { type: 'string' };

const slug = {
  name: 'slug',
  in: 'path',
  required: true,
  description: 'The slug of the catalogue.',
  schema: text,
  example: 'hypermap',
};

const parameter = (name: string, description: string, example?: string, schema: object = text) => ({
  name,
  in: 'query',
  description,
  schema,
  ...(example === undefined ? {} : { example }),
});

const XML = { 'application/xml': { schema: text } };
const report = (description: string) => ({ description, content: XML });

const REPLIES = {
  '200': {
    description: 'The document of the operation.',
    content: {
      ...XML,
      'application/json': { schema: { type: 'object' } },
      'application/atom+xml': { schema: text },
    },
  },
  '400': report('An exception report that names the parameter at fault.'),
  '404': report('There is no such catalogue, or in version 3.0.0 no such record.'),
};

const TRANSACTION = `<csw:Transaction xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2">
  <csw:Insert>
    <csw:Record xmlns:dc="http://purl.org/dc/elements/1.1/">
      <dc:title>Rivers of Europe</dc:title>
      <dc:format>OGC:WMS</dc:format>
      <dc:source>https://maps.example.org/wms</dc:source>
    </csw:Record>
  </csw:Insert>
</csw:Transaction>`;

/** What the description of the API says of CSW. */
export const cswOpenApi: OpenApiFragment = {
  tags: [
    { name: 'Map registry: CSW', description: 'The catalogue by OGC CSW 2.0.2 and 3.0.0, and OpenSearch.' },
  ],
  schemas: {},
  paths: {
    '/registry/{slug}/csw': {
      get: {
        tags: TAGS,
        operationId: 'askCatalogue',
        summary: 'Search and read the records of a catalogue',
        description: 'Names of parameters have no case. Without any, the reply is that of GetCapabilities.',
        security: [],
        parameters: [
          slug,
          parameter('service', 'CSW', 'CSW'),
          parameter('version', 'Required, but for GetCapabilities.', '3.0.0', {
            type: 'string',
            enum: ['2.0.2', '3.0.0'],
          }),
          parameter('request', 'The operation.', 'GetRecords', {
            type: 'string',
            enum: [
              'GetCapabilities',
              'DescribeRecord',
              'GetDomain',
              'GetRecords',
              'GetRecordById',
              'GetRepositoryItem',
              'Harvest',
            ],
          }),
          parameter('q', 'GetRecords: words that all occur.', 'rivers'),
          parameter('bbox', 'GetRecords: west,south,east,north in degrees.', '-10,35,30,60'),
          parameter('time', 'GetRecords: begin/end in ISO 8601; one of both may be empty.'),
          parameter('constraint', 'GetRecords: a filter.', "dc:title LIKE 'Rivers%'"),
          parameter('constraintLanguage', 'How the filter is written.', undefined, {
            type: 'string',
            enum: ['CQL_TEXT', 'FILTER'],
            default: 'CQL_TEXT',
          }),
          parameter('id', 'GetRecordById: identifiers, separated by commas.'),
          parameter('elementSetName', 'How much of each record is returned.', undefined, {
            type: 'string',
            enum: ['brief', 'summary', 'full'],
            default: 'summary',
          }),
          parameter('outputFormat', 'The media type of the reply.', 'application/json'),
          parameter('outputSchema', 'The namespace of the records.', 'http://www.isotc211.org/2005/gmd'),
          parameter('sortBy', 'GetRecords: properties, each with `:A` or `:D`.', 'dc:title:A'),
          parameter('startPosition', 'The first record.', undefined, {
            type: 'integer',
            minimum: 1,
            default: 1,
          }),
          parameter('maxRecords', 'Records of a page.', undefined, {
            type: 'integer',
            minimum: 0,
            maximum: 500,
            default: 10,
          }),
        ],
        responses: REPLIES,
      },
      post: {
        tags: TAGS,
        operationId: 'postToCatalogue',
        summary: 'Send an operation as XML',
        description:
          'Transaction and Harvest require the login of an operator in each request. The others require no login.',
        security: [{}, { registryAccount: [] }],
        parameters: [slug],
        requestBody: {
          required: true,
          content: { 'application/xml': { schema: text, example: TRANSACTION } },
        },
        responses: {
          ...REPLIES,
          '401': report('A transaction without a name and password, or with wrong ones.'),
          '403': report('The account may only look, or the request comes from a page of another site.'),
          '409': report('A record exists already.'),
          '413': report('The body has more than 4 MiB.'),
        },
      },
    },
    '/registry/opensearch': {
      get: {
        tags: TAGS,
        operationId: 'describeOpenSearch',
        summary: 'The OpenSearch description of the default catalogue',
        security: [],
        responses: {
          '200': {
            description: 'A description document.',
            content: { 'application/opensearchdescription+xml': { schema: text } },
          },
        },
      },
    },
  },
};
