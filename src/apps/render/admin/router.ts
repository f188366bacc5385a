import { type RequestHandler, Router } from 'express';
import { asPlace, textOf } from '../../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { inlineDisposition } from '../../../platform/http/inline-file.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { renderSettings } from '../settings.ts';
import { listQueues, listTasks, readTaskFilter } from './lists.ts';
import { readOrderForm } from './order-form.ts';
import { readDocumentOfTask, readTaskPage } from './task-page.ts';

/** What the pages of this app read, below `/admin/api/apps/render`. */
export function createRouter(context: AppContext): Router {
  const { database } = context.platform;
  const { rendering } = context.platform.settingsOf(renderSettings);
  const router = Router();

  router.get('/queues', async (request, response) => {
    response.json(await listQueues(database, rendering.queues, asPlace(textOf(request, 'page'))));
  });

  router.get('/order-form', async (_request, response) => {
    response.json(await readOrderForm(context));
  });

  router.get('/tasks', async (request, response) => {
    const filter = await readTaskFilter(database, request.query);
    response.json(await listTasks(database, filter, asPlace(textOf(request, 'page'))));
  });

  router.get('/tasks/:id', requireId, async (request, response, next) => {
    const task = await readTaskPage(context, request.params.id);
    if (task) response.json(task);
    else next();
  });

  router.get('/tasks/:id/document.pdf', requireId, async (request, response, next) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const found = await readDocumentOfTask(context, request.params.id, gone.signal);
    if (!found) return next();
    response
      .set({
        // The page of the task shows it in a frame.
        'X-Frame-Options': 'SAMEORIGIN',
        'Content-Security-Policy': "frame-ancestors 'self'",
        'Content-Disposition': inlineDisposition(found.filename),
      })
      .type('application/pdf')
      .send(found.pdf);
  });
  return router;
}

const requireId: RequestHandler<{ id: string }> = (request, _response, next) => {
  next(isUuid(request.params.id) ? undefined : 'route');
};
