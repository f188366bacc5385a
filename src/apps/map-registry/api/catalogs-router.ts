import { type NextFunction, type Request, type Response, Router } from 'express';
import type { Accounts } from '../../../app-kit/accounts.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { faultOfSlug, slugOf } from '../catalogs/catalog-slug.ts';
import {
  CatalogConflictError,
  changeCatalog,
  createCatalog,
  deleteCatalog,
  findCatalogById,
  listCatalogs,
} from '../catalogs/stored-catalogs.ts';
import { readWebAddress } from '../endpoints/web-address.ts';
import type { Catalog } from '../layers/layer.ts';
import { toRowId } from '../layers/row-key.ts';
import { registryTasksOf } from '../tasks.ts';
import { FieldError, replyToFieldError } from './field-error.ts';
import { type Fields, fieldsOf, readFieldsBody, requiredTextField, textField } from './read-fields.ts';
import { requireOperator } from './require-account.ts';

/** Where catalogues are. */
const CATALOGS_PATH = '/registry/api/catalogs';

/** Catalogues of one page. */
const PAGE_SIZE = 100;

const LONGEST_NAME = 200;

/** Makes the routes by which catalogues are listed, created, changed and deleted. Changes need an operator. */
export function createCatalogsRouter({ platform, queue }: AppContext, accounts: Accounts): Router {
  const tasks = registryTasksOf(platform, queue);
  const { database } = platform;
  const router = Router({ caseSensitive: true });
  const asOperator = requireOperator(accounts);

  router
    .route(CATALOGS_PATH)
    .get(async (request, response) => {
      const after = readAfter(request.query['after']);
      const found = await listCatalogs(database, { after, limit: PAGE_SIZE + 1 });
      const page = found.slice(0, PAGE_SIZE);
      const last = found.length > PAGE_SIZE ? page.at(-1)?.id : undefined;
      if (last !== undefined) response.links({ next: `${baseUrl(request)}${CATALOGS_PATH}/?after=${last}` });
      response.json(page.map((catalog) => presentCatalog(request, catalog)));
    })
    .post(asOperator, ...readFieldsBody, async (request, response) => {
      const catalog = await createCatalog(database, readNewCatalog(fieldsOf(request.body)));
      response
        .status(201)
        .location(`${baseUrl(request)}${CATALOGS_PATH}/${catalog.id}/`)
        .json(presentCatalog(request, catalog));
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));

  router
    .route(`${CATALOGS_PATH}/:id` as const)
    .get(async (request, response) => {
      response.json(presentCatalog(request, found(await findCatalogById(database, request.params.id))));
    })
    .put(asOperator, ...readFieldsBody, async (request, response) => {
      const { id, slug } = found(await findCatalogById(database, request.params.id));
      const fields = fieldsOf(request.body);
      refuseOtherSlug(fields, slug);
      const changes = { name: requiredTextField(fields, 'name', LONGEST_NAME), url: readUrl(fields) };
      response.json(presentCatalog(request, found(await changeCatalog(database, id, changes))));
    })
    .patch(asOperator, ...readFieldsBody, async (request, response) => {
      const catalog = found(await findCatalogById(database, request.params.id));
      const fields = fieldsOf(request.body);
      refuseOtherSlug(fields, catalog.slug);
      const changes = {
        name: textField(fields, 'name', LONGEST_NAME) ?? catalog.name,
        url: 'url' in fields ? readUrl(fields) : catalog.url,
      };
      response.json(presentCatalog(request, found(await changeCatalog(database, catalog.id, changes))));
    })
    .delete(asOperator, async (request, response) => {
      const { id } = found(await findCatalogById(database, request.params.id));
      const wasThere = await database.transaction((transaction) => deleteCatalog(transaction, tasks, id));
      if (!wasThere) throw unknownCatalog();
      response.status(204).end();
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'));

  router.use(CATALOGS_PATH, replyToFieldError, replyToConflict);
  return router;
}

function replyToConflict(error: unknown, _request: Request, _response: Response, next: NextFunction): void {
  next(error instanceof CatalogConflictError ? new HttpError(409, error.message, { cause: error }) : error);
}

function readNewCatalog(fields: Fields) {
  const name = requiredTextField(fields, 'name', LONGEST_NAME);
  const given = textField(fields, 'slug', LONGEST_NAME);
  const slug = given ?? slugOf(name);
  const fault = faultOfSlug(slug);
  if (fault) throw new FieldError('slug', given === undefined ? `${fault} Give one beside the name.` : fault);
  return { name, slug, url: readUrl(fields) };
}

/** The slug is part of addresses that others know. */
function refuseOtherSlug(fields: Fields, slug: string): void {
  const given = textField(fields, 'slug', LONGEST_NAME);
  if (given !== undefined && given !== slug) throw new FieldError('slug', 'A slug cannot be changed.');
}

function readUrl(fields: Fields): string | null {
  const text = textField(fields, 'url', 10_000);
  if (text === undefined) return null;
  const address = readWebAddress(text);
  if ('fault' in address) throw new FieldError('url', address.fault);
  return address.url;
}

function readAfter(value: unknown): string {
  if (value === undefined) return '0';
  const id = typeof value === 'string' ? toRowId(value) : undefined;
  if (id === undefined) throw new FieldError('after', 'This has to be the id of a catalogue.');
  return id;
}

/** A catalogue as the API has it. */
function presentCatalog(request: Request, { id, slug, name, url }: Catalog): object {
  return { id: Number(id), slug, name, url, search_url: `${baseUrl(request)}/registry/${slug}/api/` };
}

function baseUrl(request: Request): string {
  return `${request.protocol}://${request.host}`;
}

function found<T>(catalog: T | undefined): T {
  if (catalog) return catalog;
  throw unknownCatalog();
}

function unknownCatalog(): HttpError {
  return new HttpError(404, 'There is no such catalogue.');
}
