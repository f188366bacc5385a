import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { textOf } from '../../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import { openCollections } from '../collections/collections.ts';
import { listCollectionRows } from './collection-list.ts';
import { listItemRows, readItemFilter } from './item-list.ts';
import { readItemPage } from './item-page.ts';
import { listProductRows, readProductFilter } from './product-list.ts';
import { readProductPage } from './product-page.ts';
import { drawQuickLook } from './quick-look.ts';
import type { ViewServerForm } from './shapes.ts';
import { readTileFigures } from './tile-figures.ts';

/** What the pages of this app read, below `/admin/api/apps/view-server`. */
export function createRouter(context: AppContext): Router {
  const { platform } = context;
  const { database } = platform;
  const router = Router();

  router.get('/form', async (_request, response) => {
    const { list } = await openCollections(platform);
    const form: ViewServerForm = {
      id: randomUUID(),
      collections: list.map(({ id, title }) => ({ id, title })),
    };
    response.json(form);
  });

  router.get('/items', async (request, response) => {
    response.json(await listItemRows(database, readItemFilter(request.query), textOf(request, 'page')));
  });

  router.get('/items/:key', async (request, response, next) => {
    const item = await readItemPage(database, request.params.key);
    if (item) response.json(item);
    else next();
  });

  router.get('/products', async (request, response) => {
    response.json(await listProductRows(database, readProductFilter(request.query), textOf(request, 'page')));
  });

  router.get('/products/:key', async (request, response, next) => {
    const product = await readProductPage(database, request.params.key);
    if (product) response.json(product);
    else next();
  });

  router.get('/products/:key/quick-look', async (request, response, next) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const picture = await drawQuickLook(context, request.params.key, gone.signal);
      if (picture) response.type(picture.contentType).send(picture.body);
      else next();
    } catch (error) {
      if (gone.signal.aborted) return;
      platform.logger.warn({ reason: errorMessage(error) }, 'a quick-look could not be drawn');
      response.status(502).json({ detail: errorMessage(error) });
    }
  });

  router.get('/collections', async (request, response) => {
    response.json(await listCollectionRows(platform, textOf(request, 'page')));
  });

  router.get('/tiles', async (request, response) => {
    response.json(await readTileFigures(platform, textOf(request, 'page')));
  });
  return router;
}
