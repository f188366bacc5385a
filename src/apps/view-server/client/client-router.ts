import { type Request, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { openClientBundle } from '../../../app-kit/client/client-bundle.ts';
import { createClientPages } from '../../../app-kit/client/client-pages.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { sendPage } from '../../../platform/http/page.ts';
import { findCollectionExtent } from '../catalogue/collection-extents.ts';
import type { Collection } from '../collections/collection.ts';
import { openCollections } from '../collections/collections.ts';
import { collectionList } from './collection-list.ts';
import { collectionPage } from './collection-page.ts';
import { readHistogram } from './histogram.ts';

/** Where the pages are. */
const CLIENT_PATH = '/view-server';

const pages = createClientPages(`${CLIENT_PATH}/assets`, openClientBundle(import.meta.dirname));

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

  router.use(pages.assets);

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
      await pages.send(response, collectionPage(collection, CLIENT_PATH));
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
