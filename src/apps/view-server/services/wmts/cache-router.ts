import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../../app-kit/app-context.ts';
import { owsExceptionReport } from '../../../../map-kit/exception-report.ts';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { OgcRequest } from '../../../../map-kit/ogc-request.ts';
import type { Tile } from '../../../../map-kit/tile-cache/tile.ts';
import { TileCacheBusyError, TileTimeoutError } from '../../../../map-kit/tile-cache/tile-cache.ts';
import { refuseOtherMethods } from '../../../../platform/http/allowed-methods.ts';
import { requestLogger } from '../../../../platform/http/request-log.ts';
import { findCollectionExtent } from '../../catalogue/collection-extents.ts';
import { openCollections } from '../../collections/collections.ts';
import { viewServerSettings } from '../../settings.ts';
import type { CollectionTiles } from '../../tiles/collection-tiles.ts';
import { openCollectionTiles } from '../../tiles/open-collection-tiles.ts';
import { tileLayersOf } from '../../tiles/tile-layers.ts';
import { describeFailure } from '../describe-failure.ts';
import type { OwsCall, OwsService } from '../ows-service.ts';
import { sendReply } from '../send-reply.ts';
import { createWms } from '../wms/wms.ts';
import { tileOfMap } from './aligned-map.ts';
import { callOfParameters, callOfPath, resolveTile, type TileCall } from './tile-call.ts';
import { type WmtsAddresses, wmtsCapabilities } from './wmts-capabilities.ts';

/** Where the tiles are, by key-value pairs. */
export const CACHE_PATH = '/cache/ows';

/** Where they are by paths. */
const REST_PATH = `${CACHE_PATH}/wmts/1.0.0`;

/** Requests of WMS need not name the service, except for that of the capabilities. */
const OPERATIONS_OF_WMS = ['getmap', 'getfeatureinfo'];

const WMTS_VERSION = '1.0.0';

const CAPABILITIES_TYPE = 'application/xml; charset=utf-8';

/** Makes the routes of WMTS 1.0.0, by key-value pairs and by paths, and of a WMS whose maps are tiles where they can be. */
export function createCacheRouter(
  context: AppContext,
  tiles: CollectionTiles = openCollectionTiles(context.platform),
): Router {
  const service = new CacheService(context, tiles);
  const router = Router({ caseSensitive: true });
  router
    .route([CACHE_PATH, `${CACHE_PATH}/`])
    .get((request, response) => answer(request, response, () => service.answerParameters(request, response)))
    .all(refuseOtherMethods('GET', 'HEAD'));
  // Not as a route with a parameter: what is wrong with the encoding of a path is told in a report as well.
  router.use(`${REST_PATH}/`, (request, response, next) => {
    if (!['GET', 'HEAD'].includes(request.method))
      return refuseOtherMethods('GET', 'HEAD')(request, response, next);
    return answer(request, response, () => service.answerPath(request, response));
  });
  return router;
}

class CacheService {
  readonly #wms: OwsService;
  readonly #context: AppContext;
  readonly #tiles: CollectionTiles;
  readonly #keepSeconds: number;

  constructor(context: AppContext, tiles: CollectionTiles) {
    this.#context = context;
    this.#wms = createWms(context);
    this.#tiles = tiles;
    this.#keepSeconds = context.platform.settingsOf(viewServerSettings).tiles.expiresSeconds;
  }

  async answerParameters(request: Request, response: Response): Promise<void> {
    const parameters = OgcRequest.read(queryOf(request));
    const isOfWms =
      !parameters.has('SERVICE') &&
      OPERATIONS_OF_WMS.includes(parameters.find('REQUEST')?.toLowerCase() ?? '');
    const service = isOfWms ? 'WMS' : parameters.get('SERVICE').toUpperCase();
    if (service === 'WMS') return this.#answerWms(request, response, parameters);
    if (service !== 'WMTS') {
      throw new OgcError('InvalidParameterValue', 'SERVICE has to be WMTS or WMS.', { locator: 'SERVICE' });
    }
    const operation = parameters.get('REQUEST').toLowerCase();
    if (operation === 'gettile') return this.#sendTile(request, response, callOfParameters(parameters));
    if (operation === 'getcapabilities') {
      checkAcceptVersions(parameters);
      return this.#sendCapabilities(request, response);
    }
    throw new OgcError('OperationNotSupported', 'There are GetCapabilities and GetTile.', {
      locator: 'REQUEST',
    });
  }

  async answerPath(request: Request, response: Response): Promise<void> {
    const path = request.path.slice(1);
    if (path === 'WMTSCapabilities.xml') return this.#sendCapabilities(request, response);
    const call = callOfPath(path);
    if (!call) {
      throw new OgcError('InvalidParameterValue', 'There is no such resource.', { status: 404 });
    }
    return this.#sendTile(request, response, call);
  }

  async #answerWms(request: Request, response: Response, parameters: OgcRequest): Promise<void> {
    const aborted = new AbortController();
    response.once('close', () => aborted.abort());
    const call: OwsCall = { parameters, url: addressesOf(request).kvpUrl, signal: aborted.signal };
    try {
      const tile = await this.#tileOfMap(call);
      if (tile) sendTile(request, response, tile, this.#keepSeconds);
      else sendReply(request, response, await this.#wms.answer(call));
    } catch (error) {
      if (aborted.signal.aborted) return;
      const failure = describeTileFailure(error);
      logFailure(request, failure, error);
      sendReply(request, response, await this.#wms.report(failure, call));
    }
  }

  async #tileOfMap(call: OwsCall): Promise<Tile | undefined> {
    if (call.parameters.find('REQUEST')?.toLowerCase() !== 'getmap') return undefined;
    const { list } = await openCollections(this.#context.platform);
    const tile = tileOfMap(call, tileLayersOf(list));
    return tile && this.#tiles.get(tile);
  }

  async #sendTile(request: Request, response: Response, call: TileCall): Promise<void> {
    const { list } = await openCollections(this.#context.platform);
    const tile = await this.#tiles.get(resolveTile(call, tileLayersOf(list)));
    sendTile(request, response, tile, this.#keepSeconds);
  }

  async #sendCapabilities(request: Request, response: Response): Promise<void> {
    const { platform } = this.#context;
    const { list } = await openCollections(platform);
    const extents = new Map(
      await Promise.all(
        list.map(async ({ id }) => [id, await findCollectionExtent(platform.database, id)] as const),
      ),
    );
    const layers = tileLayersOf(list).map((layer) => ({ layer, extent: extents.get(layer.collection.id) }));
    response
      .set('Cache-Control', 'no-cache')
      .set('Content-Type', CAPABILITIES_TYPE)
      .send(wmtsCapabilities(layers, addressesOf(request)));
  }
}

/** @throws {OgcError} `VersionNegotiationFailed`: the client knows other versions alone. */
function checkAcceptVersions(parameters: OgcRequest): void {
  const versions = parameters.find('ACCEPTVERSIONS')?.split(',') ?? [WMTS_VERSION];
  if (versions.some((version) => version.trim() === WMTS_VERSION)) return;
  throw new OgcError('VersionNegotiationFailed', `The version is ${WMTS_VERSION}.`, {
    locator: 'ACCEPTVERSIONS',
  });
}

/** Sends a tile, or 304 if the client has it. */
export function sendTile(request: Request, response: Response, tile: Tile, keepSeconds: number): void {
  const etag = `"${tile.etag}"`;
  const headers: Record<string, string | number> = {
    ETag: etag,
    'Cache-Control': keepSeconds > 0 ? `public, max-age=${keepSeconds}` : 'no-cache',
    'Last-Modified': tile.made.toUTCString(),
    ...(tile.isCut ? { 'X-Products-Cut': 'true' } : {}),
  };
  if (hasTag(request.get('If-None-Match'), etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    'Content-Type': tile.contentType,
    'Content-Length': tile.content.length,
  });
  response.end(request.method === 'HEAD' ? undefined : tile.content);
}

function hasTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')));
}

async function answer(request: Request, response: Response, send: () => Promise<void>): Promise<void> {
  // Maps of any site may show what is here: nothing of it is behind credentials.
  response.set('Access-Control-Allow-Origin', '*');
  response.set('Access-Control-Expose-Headers', 'ETag, X-Products-Cut');
  try {
    await send();
  } catch (error) {
    const failure = describeTileFailure(error);
    logFailure(request, failure, error);
    const { status, contentType, body } = owsExceptionReport(failure, '1.1', WMTS_VERSION);
    if (status === 503) response.set('Retry-After', '5');
    response.status(status).set('Cache-Control', 'no-store').set('Content-Type', contentType).send(body);
  }
}

function describeTileFailure(error: unknown): OgcError {
  if (error instanceof TileCacheBusyError || error instanceof TileTimeoutError) {
    return new OgcError('NoApplicableCode', `${error.message}.`, { status: 503, cause: error });
  }
  return describeFailure(error);
}

function logFailure(request: Request, { status }: OgcError, error: unknown): void {
  if (status >= 500) requestLogger(request).error({ err: error }, 'a tile request failed');
}

function addressesOf(request: Request): WmtsAddresses {
  const origin = `${request.protocol}://${request.host}`;
  return { kvpUrl: origin + CACHE_PATH, restUrl: origin + REST_PATH };
}

function queryOf({ originalUrl }: Request): string {
  const mark = originalUrl.indexOf('?');
  return mark < 0 ? '' : originalUrl.slice(mark + 1);
}
