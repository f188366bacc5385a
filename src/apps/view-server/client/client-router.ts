import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { sendPage } from '../../../platform/http/page.ts';
import { findCollectionExtent } from '../catalogue/collection-extents.ts';
import type { Collection } from '../collections/collection.ts';
import { openCollections } from '../collections/collections.ts';
import { type ClientFile, readClientBundle } from './client-bundle.ts';
import { collectionList } from './collection-list.ts';
import { collectionPage } from './collection-page.ts';
import { readHistogram } from './histogram.ts';

/** Where the pages are. */
export const CLIENT_PATH = '/view-server';

/** A year: the name of a file changes with its content. */
const FILE_CACHE = 'public, max-age=31536000, immutable';

/** Scripts, styles and pictures of this server alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Seconds that browsers keep a histogram. */
const HISTOGRAM_SECONDS = 60;

/** The part of the path that names a collection. */
type CollectionPath = Record<'collection', string>;

/** Makes the pages for people: the list of collections, and the map of each. */
export function createClientRouter({ platform }: AppContext): Router {
  const router = Router({ caseSensitive: true, strict: true });

  router
    .route([CLIENT_PATH, `${CLIENT_PATH}/`])
    .get(async (_request, response) => {
      const { list } = await openCollections(platform);
      const collections = await Promise.all(
        list.map(async (collection) => ({
          collection,
          extent: await findCollectionExtent(platform.database, collection.id),
        })),
      );
      sendPage(response, 200, 'Collections', collectionList(collections, CLIENT_PATH));
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(`${CLIENT_PATH}/assets/:name`)
    .get(async (request, response) => {
      const { script, styles } = await readClientBundle();
      const file = [script, styles].find(({ name }) => name === request.params.name);
      if (!file) throw new HttpError(404, 'Not found.');
      sendFile(request, response, file);
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(`${CLIENT_PATH}/:collection/histogram`)
    .get(async (request: Request<CollectionPath>, response) => {
      const { id } = await collectionOf(request);
      response.set('Cache-Control', `public, max-age=${HISTOGRAM_SECONDS}`);
      response.json(await readHistogram(platform.database, id));
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(`${CLIENT_PATH}/:collection`)
    .get(async (request: Request<CollectionPath>, response) => {
      const collection = await collectionOf(request);
      response
        .set('Content-Security-Policy', POLICY)
        .set('Cache-Control', 'no-store')
        .type('html')
        .send(collectionPage(collection, await readClientBundle(), CLIENT_PATH).text);
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  return router;

  async function collectionOf({ params }: Request<CollectionPath>): Promise<Collection> {
    const { list } = await openCollections(platform);
    const collection = list.find(({ id }) => id === params.collection);
    if (!collection) throw new HttpError(404, 'There is no such collection.');
    return collection;
  }
}

function sendFile(request: Request, response: Response, { name, content, br, gzip }: ClientFile): void {
  const encoding = request.acceptsEncodings(['br', 'gzip']);
  response.set('Cache-Control', FILE_CACHE).set('Vary', 'Accept-Encoding').type(name);
  if (encoding === 'br' || encoding === 'gzip') response.set('Content-Encoding', encoding);
  response.send(encoding === 'br' ? br : encoding === 'gzip' ? gzip : content);
}
