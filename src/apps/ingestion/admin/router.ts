import { type RequestHandler, Router } from 'express';
import { asPlace, textOf } from '../../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { listIndexRows } from './index-list.ts';
import { listRefreshRows, readRefreshFilter } from './refresh-list.ts';
import { readRefreshPage } from './refresh-page.ts';
import { readRequestForm } from './request-form.ts';
import { listFailedRows, listSlices } from './slice-lists.ts';

/** What the pages of this app read, below `/admin/api/apps/ingestion`. */
export function createRouter(context: AppContext): Router {
  const { database } = context.platform;
  const router = Router();

  router.get('/refreshes', async (request, response) => {
    const filter = readRefreshFilter(request.query);
    response.json(await listRefreshRows(database, filter, asPlace(textOf(request, 'page'))));
  });

  router.get('/refreshes/:id', requireId, async (request, response, next) => {
    const refresh = await readRefreshPage(database, request.params.id);
    if (refresh) response.json(refresh);
    else next();
  });

  router.get('/refreshes/:id/slices', requireId, async (request, response) => {
    const isUnfinished = textOf(request, 'unfinished') === 'yes';
    const after = textOf(request, 'page');
    response.json(await listSlices(database, request.params.id, { isUnfinished, after }));
  });

  router.get('/refreshes/:id/failed-rows', requireId, async (request, response) => {
    response.json(await listFailedRows(database, request.params.id, textOf(request, 'page')));
  });

  router.get('/request-form', async (_request, response) => {
    response.json(await readRequestForm(database));
  });

  router.get('/indexes', async (request, response) => {
    response.json(await listIndexRows(context, textOf(request, 'page')));
  });
  return router;
}

const requireId: RequestHandler<{ id: string }> = (request, _response, next) => {
  next(isUuid(request.params.id) ? undefined : 'route');
};
