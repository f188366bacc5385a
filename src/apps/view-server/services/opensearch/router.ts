import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../../platform/http/allowed-methods.ts';
import { HttpError } from '../../../../platform/http/http-error.ts';
import type { Collection } from '../../collections/collection.ts';
import { type Collections, openCollections } from '../../collections/collections.ts';
import { DESCRIPTION_TYPE, descriptionXml } from './description.ts';
import { type FoundResults, findCollectionProducts, findCollections } from './find-results.ts';
import { FORMATS, type Format } from './formats.ts';
import { COLLECTION_PARAMETERS, PRODUCT_PARAMETERS, SearchParameters } from './parameters.ts';
import { type Page, readPage } from './read-search.ts';
import type { Link } from './results.ts';

/** Where searches are. */
const OPENSEARCH_PATH = '/opensearch';

/** Makes the routes of OpenSearch: collections are searched for first, and then the products of one. */
export function createOpenSearchRouter({ platform }: AppContext): Router {
  const { database } = platform;
  const router = Router({ caseSensitive: true });
  const collections = () => openCollections(platform);
  const only = refuseOtherMethods('GET', 'HEAD');

  router.use(OPENSEARCH_PATH, (_request, response, next) => {
    // Pages of others may search too.
    response.set('Access-Control-Allow-Origin', '*');
    next();
  });

  router
    .route(OPENSEARCH_PATH)
    .get((request, response) => {
      const description = {
        title: 'Collections',
        description: 'The collections of the view server.',
        address: `${originOf(request)}${OPENSEARCH_PATH}`,
        parameters: COLLECTION_PARAMETERS,
        relation: 'collection',
      } as const;
      sendText(response, DESCRIPTION_TYPE, descriptionXml(description));
    })
    .all(only);

  router
    .route(`${OPENSEARCH_PATH}/collections/:id` as const)
    .get(async (request, response) => {
      const { id, title } = collectionOf(await collections(), request.params.id);
      const description = {
        title,
        description: `The products of ${title}.`,
        address: `${originOf(request)}${OPENSEARCH_PATH}/collections/${encodeURIComponent(id)}`,
        parameters: PRODUCT_PARAMETERS,
        relation: 'results',
      } as const;
      sendText(response, DESCRIPTION_TYPE, descriptionXml(description));
    })
    .all(only);

  router
    .route(`${OPENSEARCH_PATH}/:format` as const)
    .get(async (request, response) => {
      const format = formatOf(request.params.format);
      const parameters = SearchParameters.read(queryOf(request), COLLECTION_PARAMETERS);
      const page = readPage(parameters);
      const found = await findCollections(database, await collections(), parameters, page, originOf(request));
      sendResults({ request, response, format, parameters, page, found, title: 'Collections' });
    })
    .all(only);

  router
    .route(`${OPENSEARCH_PATH}/collections/:id/:format` as const)
    .get(async (request, response) => {
      const { id, title } = collectionOf(await collections(), request.params.id);
      const format = formatOf(request.params.format);
      const parameters = SearchParameters.read(queryOf(request), PRODUCT_PARAMETERS);
      const page = readPage(parameters);
      const found = await findCollectionProducts(database, id, parameters, page, originOf(request));
      sendResults({ request, response, format, parameters, page, found, title });
    })
    .all(only);

  return router;
}

interface Results {
  readonly request: Request;
  readonly response: Response;
  readonly format: Format;
  readonly parameters: SearchParameters;
  readonly page: Page;
  readonly found: FoundResults;
  readonly title: string;
}

function sendResults({ request, response, format, parameters, page, found, title }: Results): void {
  const address = `${originOf(request)}${request.path}`;
  const text = format.write({
    title,
    id: address,
    total: found.total,
    startIndex: page.startIndex,
    count: page.count,
    results: found.results,
    links: pageLinks(address, format.mediaType, parameters, page, found.total),
  });
  if (format.mediaType === 'text/html') {
    response.set(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
  }
  sendText(response, format.mediaType, text);
}

/** Links to this page and others; there is none before the first one, and none after the last one. */
function pageLinks(
  address: string,
  mediaType: string,
  parameters: SearchParameters,
  { startIndex, count }: Page,
  total: number,
): readonly Link[] {
  const link = (relation: string, start: number): Link => ({
    relation,
    href: `${address}?${parameters.with({ startIndex: start, count })}`,
    mediaType,
  });
  const links = [link('self', startIndex)];
  if (count === 0) return links;
  links.push(link('first', 1));
  if (startIndex > 1) links.push(link('prev', Math.max(1, startIndex - count)));
  if (startIndex + count <= total) links.push(link('next', startIndex + count));
  // Pages are as far apart as they are long, from the one that was asked for.
  const offset = (startIndex - 1) % count;
  links.push(
    link('last', Math.max(1, offset + Math.floor((Math.max(total, 1) - 1 - offset) / count) * count + 1)),
  );
  return links;
}

function sendText(response: Response, mediaType: string, text: string): void {
  response.set('Content-Type', `${mediaType}; charset=utf-8`).send(text);
}

function formatOf(name: string): Format {
  const format = FORMATS.get(name);
  if (format) return format;
  throw new HttpError(
    404,
    `There is no format "${name.slice(0, 60)}"; there are ${[...FORMATS.keys()].join(', ')}.`,
  );
}

function collectionOf({ list }: Collections, id: string): Collection {
  const collection = list.find((each) => each.id === id);
  if (collection) return collection;
  throw new HttpError(404, `There is no collection "${id.slice(0, 100)}".`);
}

function originOf(request: Request): string {
  return `${request.protocol}://${request.host}`;
}

function queryOf({ originalUrl }: Request): string {
  const mark = originalUrl.indexOf('?');
  return mark < 0 ? '' : originalUrl.slice(mark + 1);
}
