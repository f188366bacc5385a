import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { healthOpenApi } from './health.ts';
import { resourcesOpenApi } from './resources.ts';
import { taskQueueOpenApi } from './task-queue.ts';

/** What the description of the API says of the app. */
export const openApi: OpenApiFragment = {
  tags: [...taskQueueOpenApi.tags, ...healthOpenApi.tags, ...resourcesOpenApi.tags],
  paths: { ...taskQueueOpenApi.paths, ...healthOpenApi.paths, ...resourcesOpenApi.paths },
  schemas: { ...taskQueueOpenApi.schemas, ...healthOpenApi.schemas, ...resourcesOpenApi.schemas },
  ...(taskQueueOpenApi.securitySchemes ? { securitySchemes: taskQueueOpenApi.securitySchemes } : {}),
};
