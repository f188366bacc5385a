import { Ajv } from 'ajv';
import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { requireToken } from '../../../platform/http/bearer-tokens.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { readJson } from '../../../platform/http/json-body.ts';
import type { Collection } from '../collections/collection.ts';
import { type Collections, openCollections } from '../collections/collections.ts';
import { openFileStore } from '../files/open-file-store.ts';
import { viewServerSettings } from '../settings.ts';
import { EndedItems } from '../stages/ended-items.ts';
import { faultOfItemPath } from '../stages/item-path.ts';
import { openStages } from '../stages/open-stages.ts';
import { pushItems } from '../stages/push-items.ts';
import type { StoredItem } from '../stages/stored-items.ts';
import { ITEMS_PATH } from './items-router.ts';
import { presentItem } from './presented-item.ts';

/** Where registrations are asked for. */
const REGISTER_PATH = '/register';

const LARGEST_BODY_BYTES = 64 * 1_024;

/** Requests of a process that wait, at most; those beyond get their address at once. */
const MOST_WAITING = 1_000;

const isRegistration = new Ajv().compile<{ readonly url: string; readonly type?: string }>({
  type: 'object',
  required: ['url'],
  properties: { url: { type: 'string', minLength: 1, maxLength: 2_000 }, type: { type: 'string' } },
});

/** Makes the route that registers what is under an address, and waits for it. */
export function createRegisterRouter(context: AppContext): Router {
  const { platform } = context;
  const { tokens, registrationSeconds } = platform.settingsOf(viewServerSettings).api;
  const ended = new EndedItems(platform);
  const router = Router();
  router.use(REGISTER_PATH, requireToken(tokens));
  router
    .route(REGISTER_PATH)
    .get((_request, response) => void response.json({ message: 'status: ok' }))
    .post(
      readJson({ mediaTypes: ['*/*'], limitBytes: LARGEST_BODY_BYTES }),
      async (request: Request, response: Response) => {
        const { path, collection } = await locate(context, request.body);
        const itemId = await push(context, path, collection);
        const waits = ended.waitingCount < MOST_WAITING && registrationSeconds > 0;
        const item = waits ? await ended.wait(itemId, waitSignal(response, registrationSeconds)) : undefined;
        if (response.destroyed) return;
        const address = `${request.protocol}://${request.host}${ITEMS_PATH}/${itemId}`;
        reply(response, path, item, address);
      },
    )
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));
  return router;
}

function reply(response: Response, path: string, item: StoredItem | undefined, address: string): void {
  const state = item?.newest.state;
  if (!item || state === 'waiting' || state === 'running') {
    response
      .status(202)
      .location(address)
      .json({ message: `Item '${path}' is not registered yet`, item: address });
  } else if (state === 'succeeded') {
    response.json({ message: `Item '${path}' was successfully registered`, item: address });
  } else if (state === 'withdrawn') {
    response.status(409).json({ message: `Item '${path}' was withdrawn`, item: address });
  } else {
    const { reason } = presentItem(item);
    response.status(400).json({ message: `Failed to register product ${path}`, reason, item: address });
  }
}

/** Ends when the time is over, or the client is gone. */
function waitSignal(response: Response, seconds: number): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(seconds * 1_000)]);
}

async function push(context: AppContext, path: string, { id }: Collection): Promise<number> {
  const stage = 'register';
  return context.platform.database.transaction(async (transaction) => {
    await pushItems(transaction, openStages(context), { stage, collection: id, items: [{ path }] });
    const row = await transaction<{ id: string; stage: string; path: string }>('view_server.items')
      .where({ stage, path })
      .first('id');
    return Number(row?.id);
  });
}

/** Finds the collection whose products an address is among, and the path there. @throws {HttpError} 400 */
async function locate(
  { platform }: AppContext,
  body: unknown,
): Promise<{ readonly path: string; readonly collection: Collection }> {
  if (!isRegistration(body)) throw new HttpError(400, 'The body has to be a JSON object with a text "url".');
  const { url } = body;
  const collections = await openCollections(platform);
  const fits = candidates(platform, collections, url);
  const [first] = fits;
  if (!first) throw new HttpError(400, `"url" has to be below one of ${addresses(platform, collections)}.`);
  const own = fits.find(({ path, collection }) => collections.ofPath(path).id === collection.id) ?? first;
  const fault = faultOfItemPath(own.path);
  if (fault !== undefined) throw new HttpError(400, `"url" cannot be registered: ${fault}.`);
  return own;
}

function candidates(platform: AppContext['platform'], { list }: Collections, url: string) {
  return list.flatMap((collection) => {
    const root = `${openFileStore(platform, collection.target).url}/`;
    const path = url.slice(root.length).replace(/\/+$/, '');
    return url.startsWith(root) && path !== '' ? [{ path, collection }] : [];
  });
}

function addresses(platform: AppContext['platform'], { list }: Collections): string {
  return [...new Set(list.map(({ target }) => `${openFileStore(platform, target).url}/`))].join(', ');
}
