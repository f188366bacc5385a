import { type Request, Router } from 'express';
import type { Accounts } from '../../../app-kit/accounts.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { findCatalog, findCatalogById } from '../catalogs/stored-catalogs.ts';
import { addEndpoint, updateEndpointAgain } from '../endpoints/add-endpoints.ts';
import {
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  type StoredEndpoint,
} from '../endpoints/stored-endpoints.ts';
import { readWebAddress } from '../endpoints/web-address.ts';
import type { Catalog } from '../layers/layer.ts';
import { toRowId } from '../layers/row-key.ts';
import { registryTasksOf } from '../tasks.ts';
import { FieldError, replyToFieldError } from './field-error.ts';
import {
  booleanField,
  type Fields,
  fieldsOf,
  readFieldsBody,
  requiredTextField,
  textField,
} from './read-fields.ts';
import { requireAccount, requireOperator } from './require-account.ts';

/** Where endpoints are. */
const ENDPOINTS_PATH = '/registry/api/endpoints';

/** The catalogue that endpoints are added to where none is named. */
const DEFAULT_CATALOG = 'hypermap';

/** Endpoints of one page. */
const PAGE_SIZE = 100;

/** Makes the routes by which endpoints are listed, added, looked at again and deleted. All of them need an administrator. */
export function createEndpointsRouter({ platform, queue }: AppContext, accounts: Accounts): Router {
  const { database } = platform;
  const tasks = registryTasksOf(platform, queue);
  const router = Router({ caseSensitive: true });
  const asOperator = requireOperator(accounts);
  const asAdministrator = requireAccount(accounts);

  router
    .route(ENDPOINTS_PATH)
    .get(asAdministrator, async (request, response) => {
      const catalog = await readCatalog(database, request.query);
      const before = readBefore(request.query['before']);
      const found = await listEndpoints(database, { catalogId: catalog.id, before, limit: PAGE_SIZE + 1 });
      const page = found.slice(0, PAGE_SIZE);
      const last = found.length > PAGE_SIZE ? page.at(-1)?.id : undefined;
      response.json({
        endpoints: page.map((endpoint) => presentEndpoint(endpoint, catalog)),
        next: last === undefined ? null : nextPage(request, last),
      });
    })
    .post(asOperator, ...readFieldsBody, async (request, response) => {
      const fields = fieldsOf(request.body);
      const catalog = await readCatalog(database, fields);
      const url = readUrl(fields);
      const isGreedy = booleanField(fields, 'is_greedy');
      const { endpoint, isNew } = await database.transaction((transaction) =>
        addEndpoint(transaction, tasks, { catalogId: catalog.id, url, isGreedy }),
      );
      response
        .status(isNew ? 201 : 200)
        .location(`${baseUrl(request)}${ENDPOINTS_PATH}/${endpoint.id}/`)
        .json(presentEndpoint(endpoint, catalog));
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));

  router
    .route(`${ENDPOINTS_PATH}/:id` as const)
    .get(asAdministrator, async (request, response) => {
      response.json(await present(known(await findEndpoint(database, request.params.id))));
    })
    .delete(asOperator, async (request, response) => {
      const { id } = known(await findEndpoint(database, request.params.id));
      await deleteEndpoint(database, id);
      response.status(204).end();
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'DELETE'));

  router
    .route(`${ENDPOINTS_PATH}/:id/update` as const)
    .post(asOperator, async (request, response) => {
      const endpoint = known(await findEndpoint(database, request.params.id));
      await database.transaction((transaction) => updateEndpointAgain(transaction, tasks, endpoint));
      response.status(202).json(await present(known(await findEndpoint(database, endpoint.id))));
    })
    .all(refuseOtherMethods('POST'));

  router.use(ENDPOINTS_PATH, replyToFieldError);
  return router;

  async function present(endpoint: StoredEndpoint): Promise<object> {
    return presentEndpoint(endpoint, await findCatalogById(database, endpoint.catalogId));
  }
}

/** Returns the catalogue that a request names, by default the first one. @throws {FieldError} where there is none, and for a remote one. */
export async function readCatalog(
  database: AppContext['platform']['database'],
  fields: Fields,
): Promise<Catalog> {
  const slug = textField(fields, 'catalog', 200) ?? DEFAULT_CATALOG;
  const catalog = await findCatalog(database, slug);
  if (!catalog) throw new FieldError('catalog', `There is no catalogue with the slug "${slug}".`);
  if (catalog.url !== null) throw new FieldError('catalog', `The catalogue "${slug}" is a remote one.`);
  return catalog;
}

/** An endpoint as the API has it. */
function presentEndpoint(
  { id, uuid, url, isGreedy, processed, imported, message, created, listId }: StoredEndpoint,
  catalog: Catalog | undefined,
): object {
  return {
    id: Number(id),
    uuid,
    url,
    catalog: catalog?.slug,
    is_greedy: isGreedy,
    processed: processed !== null,
    processed_datetime: processed,
    imported,
    message,
    endpoint_list: listId === null ? null : Number(listId),
    created,
  };
}

function readUrl(fields: Fields): string {
  const address = readWebAddress(requiredTextField(fields, 'url', 20_000));
  if ('fault' in address) throw new FieldError('url', address.fault);
  return address.url;
}

function readBefore(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const id = typeof value === 'string' ? toRowId(value) : undefined;
  if (id === undefined) throw new FieldError('before', 'This has to be the id of an endpoint.');
  return id;
}

function nextPage(request: Request, before: string): string {
  const url = new URL(request.originalUrl, baseUrl(request));
  url.searchParams.set('before', before);
  return url.href;
}

function baseUrl(request: Request): string {
  return `${request.protocol}://${request.host}`;
}

function known(endpoint: StoredEndpoint | undefined): StoredEndpoint {
  if (endpoint) return endpoint;
  throw new HttpError(404, 'There is no such endpoint.');
}
