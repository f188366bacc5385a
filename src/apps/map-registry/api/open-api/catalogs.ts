import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { BAD_FIELD, BASIC, body, ID, json, REFUSALS, reference } from './shared-parts.ts';

const CATALOGS = ['Map registry: catalogues'];

/** What the description of the API says of catalogues. */
export const catalogsOpenApi: OpenApiFragment = {
  tags: [
    { name: 'Map registry: catalogues', description: 'Services and layers that are searched together.' },
  ],
  paths: {
    '/registry/api/catalogs/': {
      get: {
        tags: CATALOGS,
        operationId: 'listCatalogs',
        summary: 'List catalogues',
        security: [],
        parameters: [
          {
            name: 'after',
            in: 'query',
            description: 'The id that the page before ended with.',
            schema: { type: 'integer' },
          },
        ],
        responses: {
          '200': {
            description: 'A hundred catalogues. The header `Link` names the next page, where there is one.',
            content: json({ type: 'array', items: reference('RegistryCatalog') }),
          },
        },
      },
      post: {
        tags: CATALOGS,
        operationId: 'createCatalog',
        summary: 'Create a catalogue',
        security: BASIC,
        requestBody: body(reference('NewRegistryCatalog')),
        responses: {
          '201': { description: 'The catalogue.', content: json(reference('RegistryCatalog')) },
          '400': BAD_FIELD,
          ...REFUSALS,
          '409': { description: 'The slug is taken.' },
        },
      },
    },
    '/registry/api/catalogs/{id}/': {
      get: {
        tags: CATALOGS,
        operationId: 'getCatalog',
        summary: 'Get a catalogue',
        security: [],
        parameters: [ID],
        responses: {
          '200': { description: 'The catalogue.', content: json(reference('RegistryCatalog')) },
          '404': { description: 'There is no such catalogue.' },
        },
      },
      put: changeCatalog('replaceCatalog', 'Replace the name and the URL of a catalogue'),
      patch: changeCatalog('changeCatalog', 'Change the name or the URL of a catalogue'),
      delete: {
        tags: CATALOGS,
        operationId: 'deleteCatalog',
        summary: 'Delete an empty catalogue',
        security: BASIC,
        parameters: [ID],
        responses: {
          '204': { description: 'It is gone.' },
          ...REFUSALS,
          '404': { description: 'There is no such catalogue.' },
          '409': { description: 'It has endpoints or services.' },
        },
      },
    },
  },
  schemas: {
    RegistryCatalog: {
      type: 'object',
      properties: {
        id: { type: 'integer' },
        slug: { type: 'string' },
        name: { type: 'string' },
        url: {
          type: ['string', 'null'],
          format: 'uri',
          description: 'Of a remote catalogue: searches are forwarded there.',
        },
        search_url: { type: 'string', format: 'uri' },
      },
      example: {
        id: 1,
        slug: 'hypermap',
        name: 'Hypermap',
        url: null,
        search_url: 'https://registry.example/registry/hypermap/api/',
      },
    },
    NewRegistryCatalog: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', maxLength: 200 },
        slug: {
          type: 'string',
          maxLength: 50,
          description: 'Default: made of the name. It cannot be changed.',
        },
        url: { type: 'string', format: 'uri', maxLength: 2_000 },
      },
      example: { name: 'Boston maps' },
    },
  },
};

function changeCatalog(operationId: string, summary: string): object {
  return {
    tags: CATALOGS,
    operationId,
    summary,
    security: BASIC,
    parameters: [ID],
    requestBody: body(reference('NewRegistryCatalog')),
    responses: {
      '200': { description: 'The catalogue.', content: json(reference('RegistryCatalog')) },
      '400': BAD_FIELD,
      ...REFUSALS,
      '404': { description: 'There is no such catalogue.' },
    },
  };
}
