import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../../app-kit/app-context.ts';
import { wmtsCapabilities } from '../../../../map-kit/capabilities/wmts-capabilities.ts';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { OgcRequest } from '../../../../map-kit/ogc-request.ts';
import type { OwsCall, OwsService } from '../../../../map-kit/replies/ows-service.ts';
import { queryOf } from '../../../../map-kit/replies/query-of.ts';
import { sendReply } from '../../../../map-kit/replies/send-reply.ts';
import { sendTile } from '../../../../map-kit/replies/send-tile.ts';
import type { Tile } from '../../../../map-kit/tile-cache/tile.ts';
import { TILE_GRIDS } from '../../../../map-kit/tile-grids/tile-grid.ts';
import { isOfWmsAlone } from '../../../../map-kit/wms/wms-requests.ts';
import { tileOfMap } from '../../../../map-kit/wmts/aligned-map.ts';
import {
  answerWithReport,
  answerWmts,
  describeCacheFailure,
  sendWmtsCapabilities,
  type TileReporting,
} from '../../../../map-kit/wmts/answer-wmts.ts';
import { callOfPath, type TileCall } from '../../../../map-kit/wmts/tile-call.ts';
import { refuseOtherMethods } from '../../../../platform/http/allowed-methods.ts';
import { requestLogger } from '../../../../platform/http/request-log.ts';
import { findCollectionExtent } from '../../catalogue/collection-extents.ts';
import { openCollections } from '../../collections/collections.ts';
import { viewServerSettings } from '../../settings.ts';
import type { CollectionTiles } from '../../tiles/collection-tiles.ts';
import { openCollectionTiles } from '../../tiles/open-collection-tiles.ts';
import { tileLayersOf } from '../../tiles/tile-layers.ts';
import { describeFailure } from '../describe-failure.ts';
import { createWms } from '../wms/wms.ts';
import { describeWmts, type WmtsAddresses } from './describe-service.ts';
import { resolveTile } from './resolve-tile.ts';

/** Where the tiles are, by key-value pairs. */
const CACHE_PATH = '/cache/ows';

/** Where they are by paths. */
const REST_PATH = `${CACHE_PATH}/wmts/1.0.0`;

const REPORTING: TileReporting = {
  describe: describeTileFailure,
  exposedHeaders: ['ETag', 'X-Products-Cut'],
};

/** Makes the routes of WMTS 1.0.0, by key-value pairs and by paths, and of a WMS whose maps are tiles where they can be. */
export function createCacheRouter(
  context: AppContext,
  tiles: CollectionTiles = openCollectionTiles(context.platform),
): Router {
  const service = new CacheService(context, tiles);
  const router = Router({ caseSensitive: true });
  router
    .route([CACHE_PATH, `${CACHE_PATH}/`])
    .get((request, response) =>
      answerWithReport(request, response, () => service.answerParameters(request, response), REPORTING),
    )
    .all(refuseOtherMethods('GET', 'HEAD'));
  // Not as a route with a parameter: what is wrong with the encoding of a path is reported in XML as well.
  router.use(`${REST_PATH}/`, (request, response, next) => {
    if (!['GET', 'HEAD'].includes(request.method))
      return refuseOtherMethods('GET', 'HEAD')(request, response, next);
    return answerWithReport(request, response, () => service.answerPath(request, response), REPORTING);
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
    const service = isOfWmsAlone(parameters) ? 'WMS' : parameters.get('SERVICE').toUpperCase();
    if (service === 'WMS') return this.#answerWms(request, response, parameters);
    if (service !== 'WMTS') {
      throw new OgcError('InvalidParameterValue', 'SERVICE has to be WMTS or WMS.', { locator: 'SERVICE' });
    }
    return answerWmts(parameters, {
      sendTile: (call) => this.#sendTile(request, response, call),
      sendCapabilities: () => this.#sendCapabilities(request, response),
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
      if (tile) send(request, response, tile, this.#keepSeconds);
      else sendReply(request, response, await this.#wms.answer(call));
    } catch (error) {
      if (aborted.signal.aborted) return;
      const failure = describeTileFailure(error, request);
      sendReply(request, response, await this.#wms.report(failure, call));
    }
  }

  async #tileOfMap(call: OwsCall): Promise<Tile | undefined> {
    if (call.parameters.find('REQUEST')?.toLowerCase() !== 'getmap') return undefined;
    const { list } = await openCollections(this.#context.platform);
    const layers = tileLayersOf(list);
    const findLayer = (name: string | undefined) => layers.find((each) => each.name === name);
    const tile = tileOfMap(call.parameters, TILE_GRIDS, (name) => findLayer(name) !== undefined);
    const layer = findLayer(call.parameters.find('layers'));
    return tile && layer && this.#tiles.get({ ...tile, layer });
  }

  async #sendTile(request: Request, response: Response, call: TileCall): Promise<void> {
    const { list } = await openCollections(this.#context.platform);
    const tile = await this.#tiles.get(resolveTile(call, tileLayersOf(list)));
    send(request, response, tile, this.#keepSeconds);
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
    sendWmtsCapabilities(response, wmtsCapabilities(describeWmts(layers, addressesOf(request))));
  }
}

function describeTileFailure(error: unknown, request: Request): OgcError {
  const failure = describeCacheFailure(error) ?? describeFailure(error);
  if (failure.status >= 500) requestLogger(request).error({ err: error }, 'a tile request failed');
  return failure;
}

function send(request: Request, response: Response, tile: Tile, keepSeconds: number): void {
  sendTile(request, response, tile, keepSeconds, tile.isCut ? { 'X-Products-Cut': 'true' } : {});
}

function addressesOf(request: Request): WmtsAddresses {
  const origin = `${request.protocol}://${request.host}`;
  return { kvpUrl: origin + CACHE_PATH, restUrl: origin + REST_PATH };
}
