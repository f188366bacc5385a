import { randomUUID } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import { asPlace, textOf } from '../../../app-kit/admin/list-query.ts';
import { keyOfRow, rowOfKey } from '../../../app-kit/admin/row-keys.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { listCatalogs } from '../catalogs/stored-catalogs.ts';
import { listEndpointRows, readEndpoint, readEndpointFilter } from './endpoint-list.ts';
import { listIssueRows, readIssue } from './issue-list.ts';
import { listLayerRows, readLayer, readLayerFilter } from './layer-list.ts';
import { readRegistryState } from './registry-state.ts';
import { listServiceRows, readService, readServiceFilter } from './service-list.ts';
import type { CatalogRow, RegistryForm } from './shapes.ts';

/** Catalogues of one page, and of a form. */
const PAGE_CATALOGS = 50;

/** What the pages of this app read, below `/admin/api/apps/map-registry`. */
export function createRouter(context: AppContext): Router {
  const { database } = context.platform;
  const router = Router();

  router.get('/form', async (_request, response) => {
    const catalogs = await listCatalogs(database, { limit: PAGE_CATALOGS });
    const form: RegistryForm = {
      id: randomUUID(),
      catalogs: catalogs.filter(({ url }) => url === null).map(({ slug, name }) => ({ slug, name })),
    };
    response.json(form);
  });

  router.get('/endpoints', async (request, response) => {
    const filter = readEndpointFilter(request.query);
    response.json(await listEndpointRows(database, filter, asPlace(textOf(request, 'page'))));
  });
  readOne('/endpoints/:id', (id) => readEndpoint(database, id));

  router.get('/services', async (request, response) => {
    const filter = readServiceFilter(request.query);
    response.json(await listServiceRows(database, filter, asPlace(textOf(request, 'page'))));
  });
  readOne('/services/:id', (id) => readService(database, id));

  router.get('/layers', async (request, response) => {
    const filter = readLayerFilter(request.query);
    response.json(await listLayerRows(database, filter, asPlace(textOf(request, 'page'))));
  });
  readOne('/layers/:id', (id) => readLayer(database, id));

  router.get('/issues', async (request, response) => {
    response.json(await listIssueRows(database, request.query, asPlace(textOf(request, 'page'))));
  });
  readOne('/issues/:id', (id) => readIssue(database, id));

  router.get('/catalogs', async (request, response) => {
    const after = rowOfKey(textOf(request, 'page') ?? '') ?? '0';
    const found = await listCatalogs(database, { after, limit: PAGE_CATALOGS + 1 });
    const shown = found.slice(0, PAGE_CATALOGS);
    const last = found.length > PAGE_CATALOGS ? shown.at(-1) : undefined;
    const page: RowPage<CatalogRow> = {
      rows: shown.map(({ id, slug, name, url }) => ({ id: keyOfRow(id), slug, name, url })),
      next: last ? keyOfRow(last.id) : null,
      isPartial: false,
      count: null,
    };
    response.json(page);
  });

  router.get('/state', async (_request, response) => {
    response.json(await readRegistryState(context));
  });
  return router;

  function readOne(path: string, read: (id: string) => Promise<unknown>): void {
    const send: RequestHandler<{ readonly id: string }> = async (request, response, next) => {
      const { id } = request.params;
      const found = isUuid(id) ? await read(id) : undefined;
      if (found) response.json(found);
      else next();
    };
    router.get(path, send);
  }
}
