import { type Request, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { requireToken } from '../../../platform/http/bearer-tokens.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { readJson } from '../../../platform/http/json-body.ts';
import { UnknownCollectionError } from '../collections/collection.ts';
import { openCollections } from '../collections/collections.ts';
import { viewServerSettings } from '../settings.ts';
import { requeueItem, withdrawItem } from '../stages/item-actions.ts';
import { openStages } from '../stages/open-stages.ts';
import { pushItems } from '../stages/push-items.ts';
import { attemptsAt, findItem, listItems, type StoredItem } from '../stages/stored-items.ts';
import { type PushRequest, readItemId, readPage, readPush, readUrgency } from './item-requests.ts';
import { presentAttempt, presentItem } from './presented-item.ts';

/** Where items are. */
export const ITEMS_PATH = '/view-server/items';

/** A thousand of the longest paths. */
const LARGEST_BODY_BYTES = 2 * 1_024 * 1_024;

/** Makes the routes by which items of all stages are pushed, watched, requeued and withdrawn. */
export function createItemsRouter(context: AppContext): Router {
  const { platform } = context;
  const { database } = platform;
  const stages = openStages(context);
  const readBody = readJson({ mediaTypes: ['application/json'], limitBytes: LARGEST_BODY_BYTES });
  const router = Router({ caseSensitive: true });

  router.use(ITEMS_PATH, requireToken(platform.settingsOf(viewServerSettings).api.tokens));

  router
    .route(ITEMS_PATH)
    .get(async (request, response) => {
      const { filter, before, limit } = readPage(request.query);
      const items = await listItems(database, filter, { before, limit: limit + 1 });
      const page = items.slice(0, limit);
      const last = items.length > limit ? page.at(-1)?.id : undefined;
      response.json({
        items: page.map(presentItem),
        next: last === undefined ? null : nextPage(request, last),
      });
    })
    .post(readBody, async (request, response) => {
      const push = readPush(request.body);
      const ids = await pushAll(context, push);
      const items = await Promise.all(ids.map((id) => findItem(database, id)));
      response.status(201).json({ items: items.flatMap((item) => (item ? [presentItem(item)] : [])) });
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));

  router
    .route(`${ITEMS_PATH}/:id` as const)
    .get(async (request, response) => {
      const item = await find(context, readItemId(request.params.id));
      const attempts = await attemptsAt(database, item.id);
      response.json({ ...presentItem(item), attempts: attempts.map(presentAttempt) });
    })
    .delete(async (request, response) => {
      const { id } = await find(context, readItemId(request.params.id));
      const waited = await database.transaction((transaction) => withdrawItem(transaction, stages, id));
      if (!waited) throw new HttpError(409, 'The item does not wait, so it cannot be withdrawn.');
      response.json(presentItem(await find(context, id)));
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'DELETE'));

  router
    .route(`${ITEMS_PATH}/:id/requeue` as const)
    .post(readBody, async (request, response) => {
      const { id } = await find(context, readItemId(request.params.id));
      const isUrgent = readUrgency(request.body);
      await database.transaction((transaction) => requeueItem(transaction, stages, id, isUrgent));
      response.json(presentItem(await find(context, id)));
    })
    .all(refuseOtherMethods('POST'));

  return router;
}

/** Pushes items, and returns their ids, in the order of their paths. */
async function pushAll(context: AppContext, { stage, paths, collection, isUrgent, metadata }: PushRequest) {
  const { database } = context.platform;
  const collections = await openCollections(context.platform);
  const given = collection === undefined ? undefined : known(() => collections.get(collection));
  return database.transaction(async (transaction) => {
    await pushItems(transaction, openStages(context), {
      stage,
      collection: (given ?? collections.default).id,
      isUrgent,
      items: paths.map((path) => ({ path, metadata, collection: (given ?? collections.ofPath(path)).id })),
    });
    const rows = await transaction<{ id: string; path: string; stage: string }>('view_server.items')
      .where({ stage })
      .whereIn('path', [...new Set(paths)])
      .select('id', 'path');
    const ids = new Map(rows.map(({ id, path }) => [path, Number(id)]));
    return paths.flatMap((path) => ids.get(path) ?? []);
  });
}

function known<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof UnknownCollectionError) throw new HttpError(400, `${error.message}.`);
    throw error;
  }
}

async function find({ platform }: AppContext, id: number): Promise<StoredItem> {
  const item = await findItem(platform.database, id);
  if (item) return item;
  throw new HttpError(404, 'There is no such item.');
}

function nextPage(request: Request, before: number): string {
  const url = new URL(request.originalUrl, `${request.protocol}://${request.host}`);
  url.searchParams.set('before', String(before));
  return url.href;
}
