import type { OpenApiFragment } from '../../../platform/http/open-api.ts';
import { SLUG } from '../api/open-api/shared-parts.ts';
import { LAYER_GRIDS } from './layer-grids.ts';

const TAGS = ['Map registry: maps of layers'];

const LAYER = {
  name: 'layer',
  in: 'path',
  required: true,
  description: 'The UUID or the id of a layer.',
  schema: { type: 'string' },
};

const PICTURE = { type: 'string', format: 'binary' };

const REPORT = { 'application/xml': { schema: { type: 'string' } } };

const FAILURES = {
  '400': { description: 'A parameter cannot be used.', content: REPORT },
  '404': { description: 'There is no such catalogue, layer or tile.', content: REPORT },
  '502': { description: 'The server of the layer refuses, or sends no picture.', content: REPORT },
  '503': { description: 'Too many requests wait. `Retry-After` is in seconds.', content: REPORT },
  '504': { description: 'The server of the layer did not reply in time.', content: REPORT },
};

const inPath = (name: string, description: string, schema: object) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});

const index = { type: 'integer', minimum: 0 };

const tileParameters = (rowsFrom: 'north' | 'south') => [
  SLUG,
  LAYER,
  inPath('name', 'The name of the layer, percent-encoded.', { type: 'string' }),
  inPath('grid', 'Web Mercator, or longitude and latitude.', {
    type: 'string',
    enum: LAYER_GRIDS.map(({ name }) => name),
  }),
  inPath('z', 'The level; 0 is the coarsest.', index),
  inPath('x', 'The column, from the west.', index),
  inPath('y', `The row, from the ${rowsFrom}.`, index),
  inPath('format', '`mixed` is PNG where a pixel is transparent, otherwise JPEG.', {
    type: 'string',
    enum: ['png', 'jpg', 'mixed'],
  }),
];

const TILE_RESPONSES = {
  '200': {
    description: 'The tile.',
    content: { 'image/png': { schema: PICTURE }, 'image/jpeg': { schema: PICTURE } },
  },
  '304': { description: 'The client has it (`If-None-Match`).' },
  ...FAILURES,
};

/** What the description of the API says of the maps of layers. */
export const proxyOpenApi: OpenApiFragment = {
  tags: [{ name: TAGS[0], description: 'Maps of each layer, whatever kind its server is.' }],
  paths: {
    '/registry/{slug}/layer/{layer}/map/service': {
      get: {
        tags: TAGS,
        operationId: 'getLayerMap',
        summary: 'WMS 1.1.1 and 1.3.0, and WMTS 1.0.0, of one layer',
        description:
          'Takes the parameters of the standards, in any case: GetCapabilities and GetMap of WMS; GetCapabilities and GetTile of WMTS.',
        security: [],
        parameters: [
          SLUG,
          LAYER,
          {
            name: 'SERVICE',
            in: 'query',
            required: true,
            schema: { type: 'string', enum: ['WMS', 'WMTS'] },
          },
          {
            name: 'REQUEST',
            in: 'query',
            required: true,
            schema: { type: 'string', enum: ['GetCapabilities', 'GetMap', 'GetTile'] },
          },
        ],
        responses: {
          '200': {
            description: 'A map, a tile, or capabilities.',
            content: { 'image/png': { schema: PICTURE }, 'image/jpeg': { schema: PICTURE }, ...REPORT },
          },
          ...FAILURES,
        },
      },
    },
    '/registry/{slug}/layer/{layer}/map/wmts/1.0.0/WMTSCapabilities.xml': {
      get: {
        tags: TAGS,
        operationId: 'getLayerWmtsCapabilities',
        summary: 'The capabilities of WMTS of one layer',
        security: [],
        parameters: [SLUG, LAYER],
        responses: { '200': { description: 'The document.', content: REPORT }, '404': FAILURES['404'] },
      },
    },
    '/registry/{slug}/layer/{layer}/map/wmts/{name}/{grid}/{z}/{x}/{y}.{format}': {
      get: {
        tags: TAGS,
        operationId: 'getLayerTile',
        summary: 'A tile of one layer',
        security: [],
        parameters: tileParameters('north'),
        responses: TILE_RESPONSES,
      },
    },
    '/registry/{slug}/layer/{layer}/map/tms/1.0.0': {
      get: {
        tags: TAGS,
        operationId: 'getLayerTileMaps',
        summary: 'The tile maps (TMS 1.0.0) of one layer',
        security: [],
        parameters: [SLUG, LAYER],
        responses: { '200': { description: 'The document.', content: REPORT }, '404': FAILURES['404'] },
      },
    },
    '/registry/{slug}/layer/{layer}/map/tms/1.0.0/{name}/{grid}/{z}/{x}/{y}.{format}': {
      get: {
        tags: TAGS,
        operationId: 'getLayerTmsTile',
        summary: 'A tile of one layer, with rows from the south',
        security: [],
        parameters: tileParameters('south'),
        responses: TILE_RESPONSES,
      },
    },
    '/registry/{slug}/layer/{layer}/map/config': {
      get: {
        tags: TAGS,
        operationId: 'getLayerConfiguration',
        summary: 'How one layer is drawn',
        security: [],
        parameters: [SLUG, LAYER],
        responses: {
          '200': { description: 'YAML.', content: { 'application/yaml': { schema: { type: 'string' } } } },
          '404': FAILURES['404'],
        },
      },
    },
  },
  schemas: {},
};
