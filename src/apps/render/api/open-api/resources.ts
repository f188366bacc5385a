import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { COLOUR_MODES } from '../../documents/document-request.ts';
import { GENERATORS } from '../../generators/index.ts';
import { LANGUAGE_TAGS } from '../../generators/messages/languages.ts';
import { PAPER_SIZES } from '../../generators/paper.ts';
import { BROWSER_LIMITS } from '../../resources/sheet-order.ts';
import { inQuery } from './parameters.ts';

const TAG = 'Worksheets';
const ROOT = '/render/resources';

const NAME = {
  name: 'name',
  in: 'path',
  required: true,
  description: 'The name of a worksheet.',
  schema: { type: 'string', enum: GENERATORS.map(({ view }) => view) },
};

const FORMAT = inQuery(
  'format',
  { type: 'string', enum: ['json'] },
  { description: '`json` for JSON without an Accept header.' },
);

/** What every worksheet takes; each has options of its own in addition, which the list names. */
const OF_SHEET = [
  NAME,
  inQuery(
    'paper_size',
    { type: 'string', enum: PAPER_SIZES, default: 'a4' },
    { description: 'The size of the pages.' },
  ),
  inQuery(
    'copies',
    { type: 'integer', minimum: 1, maximum: BROWSER_LIMITS.copies, default: 1 },
    { description: 'How often the worksheet is in the document.' },
  ),
  inQuery('seed', { type: 'integer', default: 1 }, { description: 'The same seed gives the same values.' }),
  inQuery('language', { type: 'string', enum: LANGUAGE_TAGS }, { description: 'The language of the texts.' }),
  inQuery(
    'colour_mode',
    { type: 'string', enum: COLOUR_MODES },
    { description: 'Colour, or black and white.' },
  ),
  inQuery('header_text', { type: 'string' }, { description: 'A text at the top of each page.' }),
  inQuery('resource_name', { type: 'string' }, { description: 'The title. Default: the name in words.' }),
  {
    name: 'options',
    in: 'query',
    style: 'form',
    explode: true,
    description: 'The options of the worksheet. Default of each: the first value of its list.',
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  },
];

const REFUSED = {
  '400': { description: 'A parameter or an option is unknown or wrong; the body says which.' },
  '404': { description: 'There is no such worksheet.' },
};

const pageOrJson = (schema: object) => ({
  'text/html': { schema: { type: 'string' } },
  'application/json': { schema },
});
const file = (type: string) => ({ [type]: { schema: { type: 'string', format: 'binary' } } });

const PAGE = inQuery(
  'page',
  { type: 'integer', minimum: 1, default: 1 },
  { description: 'The number of the page.' },
);

/** What the description of the API says of the pages on which people print worksheets. */
export const resourcesOpenApi: OpenApiFragment = {
  tags: [{ name: TAG, description: 'Worksheets that are made at once, without a queue.' }],
  paths: {
    [ROOT]: {
      get: {
        tags: [TAG],
        operationId: 'listWorksheets',
        summary: 'List all worksheets with their options',
        security: [],
        parameters: [FORMAT],
        responses: {
          '200': {
            description: 'The list, as JSON if the Accept header prefers it, otherwise as a page.',
            content: pageOrJson({
              type: 'object',
              properties: {
                resources: { type: 'array', items: { $ref: '#/components/schemas/Worksheet' } },
              },
            }),
          },
        },
      },
    },
    [`${ROOT}/{name}`]: {
      get: {
        tags: [TAG],
        operationId: 'getWorksheet',
        summary: 'Get the form of a worksheet, with a preview',
        security: [],
        parameters: [...OF_SHEET, FORMAT],
        responses: {
          '200': {
            description: 'The page, or the options as JSON.',
            content: pageOrJson({ $ref: '#/components/schemas/Worksheet' }),
          },
          ...REFUSED,
        },
      },
    },
    [`${ROOT}/{name}.pdf`]: {
      get: {
        tags: [TAG],
        operationId: 'printWorksheet',
        summary: 'Get a worksheet as a PDF',
        security: [],
        parameters: OF_SHEET,
        responses: { '200': { description: 'The PDF.', content: file('application/pdf') }, ...REFUSED },
      },
    },
    [`${ROOT}/{name}.svg`]: {
      get: {
        tags: [TAG],
        operationId: 'previewWorksheet',
        summary: 'Get one page of a worksheet as a picture',
        security: [],
        parameters: [...OF_SHEET, PAGE],
        responses: { '200': { description: 'The picture.', content: file('image/svg+xml') }, ...REFUSED },
      },
    },
    [`${ROOT}/{name}.png`]: {
      get: {
        tags: [TAG],
        operationId: 'pictureWorksheet',
        summary: 'Get one page of a worksheet as a bitmap',
        security: [],
        parameters: [
          ...OF_SHEET,
          PAGE,
          inQuery('width', { type: 'integer' }, { description: 'The width of the picture in pixels.' }),
        ],
        responses: { '200': { description: 'The picture.', content: file('image/png') }, ...REFUSED },
      },
    },
  },
  schemas: {
    Worksheet: {
      type: 'object',
      properties: {
        resource_view: { type: 'string', description: 'The name.' },
        options: {
          type: 'object',
          description: 'The possible values of each option.',
          additionalProperties: { type: 'array', items: {} },
        },
      },
    },
  },
};
