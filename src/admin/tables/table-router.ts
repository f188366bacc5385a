import { type RequestHandler, Router } from 'express';
import { textOf } from '../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../app-kit/app-context.ts';
import type { LoadedApp } from '../../app-kit/loaded-apps.ts';
import { listTableRows, readTableRow } from './table-rows.ts';

/** What the pages of described tables read: `GET /api/tables/{resource}` and `GET /api/tables/{resource}/{id}`. */
export function createTableRoutes(
  { platform: { database } }: AppContext,
  apps: readonly Pick<LoadedApp, 'admin'>[],
): Router {
  const tables = new Map(
    apps.flatMap(({ admin }) =>
      (admin?.resources ?? []).flatMap((table) => ('table' in table ? [[table.id, table] as const] : [])),
    ),
  );
  const router = Router();
  router.get('/:resource', async (request, response, next) => {
    const table = tables.get(request.params.resource);
    if (!table) return next();
    response.json(await listTableRows(database, table, request.query, textOf(request, 'page')));
  });
  router.get('/:resource/:id', async (request, response, next) => {
    const table = tables.get(request.params.resource);
    const row = table && (await readTableRow(database, table, request.params.id));
    if (!row) return next();
    response.json(row);
  });
  router.use(notFound);
  return Router().use('/api/tables', router);
}

const notFound: RequestHandler = (_request, response) => {
  response.status(404).json({ detail: 'This does not exist, or no longer exists.' });
};
