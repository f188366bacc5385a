import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';

const TAG = 'Rendering';

/** What the description of the API says of the health and the version. */
export const healthOpenApi: OpenApiFragment = {
  tags: [{ name: TAG, description: 'Whether documents are rendered.' }],
  paths: {
    '/_ah/health': {
      get: {
        tags: [TAG],
        operationId: 'checkRendering',
        summary: 'Check whether an engine renders',
        security: [],
        responses: {
          '200': { description: 'An engine of the queue of this app runs; the body is empty.' },
          '500': { description: 'No engine runs; the body is empty.' },
        },
      },
    },
    '/version': {
      get: {
        tags: [TAG],
        operationId: 'getVersion',
        summary: 'Get the version of the service',
        security: [],
        responses: {
          '200': {
            description: 'The version.',
            content: { 'text/plain': { schema: { type: 'string' } } },
          },
        },
      },
    },
  },
  schemas: {},
};
