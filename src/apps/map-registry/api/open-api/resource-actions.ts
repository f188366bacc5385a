import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { RESOURCE_ACTIONS } from '../resource-actions-router.ts';
import { BAD_FIELD, BASIC, body, ID, REFUSALS, SLUG } from './shared-parts.ts';

const ACTIONS = ['Map registry: services and layers'];

/** What the description of the API says of what an operator starts for a service or a layer. */
export const resourceActionsOpenApi: OpenApiFragment = {
  tags: [{ name: 'Map registry: services and layers', description: 'Checks, and the index.' }],
  paths: {
    '/registry/{slug}/service/{id}': { post: startAction('service') },
    '/registry/{slug}/layer/{id}': { post: startAction('layer') },
  },
  schemas: {},
};

function startAction(resource: 'service' | 'layer'): object {
  return {
    tags: ACTIONS,
    operationId: resource === 'service' ? 'startServiceAction' : 'startLayerAction',
    summary: `Check or index a ${resource}, or remove its checks`,
    security: BASIC,
    parameters: [SLUG, { ...ID, description: 'The UUID or the id.' }],
    requestBody: body({
      type: 'object',
      description: 'One of these fields, with any value.',
      properties: Object.fromEntries(RESOURCE_ACTIONS.map((action) => [action, { type: 'string' }])),
      example: { check: '1' },
    }),
    responses: {
      '202': { description: 'It is enqueued.' },
      '303': { description: 'Likewise, to a browser.' },
      '400': BAD_FIELD,
      ...REFUSALS,
      '404': { description: `There is no such ${resource}.` },
    },
  };
}
