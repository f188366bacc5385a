import { Router } from 'express';
import type { AppApi } from '../../../app-kit/app-api.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { createResourceRouter, RESOURCE_PATHS } from '../resources/resource-router.ts';
import { createHealthRouter, HEALTH_PATHS } from './health-router.ts';
import { openApi } from './open-api/index.ts';
import { createTaskQueueRouter, TASK_QUEUE_PATHS } from './task-queue/router.ts';

/** The API by which clients order documents and fetch them, pull queues, and the pages on which people print them. */
export const renderApi: AppApi = {
  paths: [...TASK_QUEUE_PATHS, ...HEALTH_PATHS, ...RESOURCE_PATHS],
  createRouter,
  openApi,
};

function createRouter(context: AppContext): Router {
  const router = Router({ caseSensitive: true });
  router.use(createHealthRouter(context));
  router.use(createResourceRouter());
  router.use(createTaskQueueRouter(context));
  return router;
}
