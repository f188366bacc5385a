import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { SLUG } from './shared-parts.ts';

const MAPS = ['Map registry: maps of layers'];

const parameter = (name: string, description: string, example: string) => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
  example,
});

const layer = {
  name: 'layer',
  in: 'path',
  required: true,
  description: 'The UUID or the id of a layer.',
  schema: { type: 'string' },
};

/** What the description of the API says of the maps of layers. */
export const layerMapsOpenApi: OpenApiFragment = {
  tags: [
    {
      name: 'Map registry: maps of layers',
      description: 'Each layer as WMS and WMTS.',
    },
  ],
  paths: {
    '/registry/{slug}/layer/{layer}/map/service': {
      get: {
        tags: MAPS,
        operationId: 'requestLayer',
        summary: 'WMS 1.1.1 and 1.3.0, and WMTS 1.0.0, of one layer',
        security: [],
        parameters: [
          SLUG,
          layer,
          parameter('service', 'WMS or WMTS.', 'WMS'),
          parameter('request', 'GetCapabilities, GetMap or GetTile.', 'GetCapabilities'),
        ],
        responses: {
          '200': { description: 'What was requested.' },
          '404': { description: 'There is no such layer, or no such tile.' },
          '502': { description: 'The server of the layer has sent no picture.' },
          '503': { description: 'Too many requests wait.' },
          '504': { description: 'The server of the layer did not reply in time.' },
        },
      },
    },
  },
  schemas: {},
};
