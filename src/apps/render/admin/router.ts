import { type RequestHandler, Router } from 'express';
import { asPlace, textOf } from '../../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { listQueues, listTasks, readTaskFilter } from './lists.ts';
import { readDocument, readTaskPage } from './task-page.ts';

/** What the pages of this app read, below `/admin/api/apps/render`. */
export function createRouter({ platform: { database } }: AppContext): Router {
  const router = Router();

  router.get('/queues', async (request, response) => {
    response.json(await listQueues(database, asPlace(textOf(request, 'page'))));
  });

  router.get('/tasks', async (request, response) => {
    const filter = readTaskFilter(request.query);
    response.json(await listTasks(database, filter, asPlace(textOf(request, 'page'))));
  });

  router.get('/tasks/:id', requireId, async (request, response, next) => {
    const task = await readTaskPage(database, request.params.id);
    if (task) response.json(task);
    else next();
  });

  router.get('/tasks/:id/document.pdf', requireId, async (request, response, next) => {
    const found = await readDocument(database, request.params.id);
    if (!found) return next();
    response
      .set({
        // The page of the task shows it in a frame.
        'X-Frame-Options': 'SAMEORIGIN',
        'Content-Security-Policy': "frame-ancestors 'self'",
        'Content-Disposition': `inline; filename*=UTF-8''${encodeURIComponent(found.filename.toWellFormed())}`,
      })
      .type('application/pdf')
      .send(found.pdf);
  });
  return router;
}

const requireId: RequestHandler<{ id: string }> = (request, _response, next) => {
  next(isUuid(request.params.id) ? undefined : 'route');
};
