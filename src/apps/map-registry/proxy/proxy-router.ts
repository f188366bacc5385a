import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { wmtsCapabilities } from '../../../map-kit/capabilities/wmts-capabilities.ts';
import { OgcError } from '../../../map-kit/ogc-error.ts';
import { OgcRequest } from '../../../map-kit/ogc-request.ts';
import { queryOf } from '../../../map-kit/replies/query-of.ts';
import { sendReply } from '../../../map-kit/replies/send-reply.ts';
import { sendTile } from '../../../map-kit/replies/send-tile.ts';
import { isOfWmsAlone } from '../../../map-kit/wms/wms-requests.ts';
import {
  answerWithReport,
  answerWmts,
  sendWmtsCapabilities,
  type TileReporting,
} from '../../../map-kit/wmts/answer-wmts.ts';
import { placeOfCall, type TileCall, type TilePlace, unknownPart } from '../../../map-kit/wmts/tile-call.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { requestLogger } from '../../../platform/http/request-log.ts';
import { mapRegistrySettings } from '../settings.ts';
import { describeFailure, isOurFailure } from './describe-failure.ts';
import { addressesOf, type LayerAddresses } from './layer-addresses.ts';
import { LAYER_GRIDS } from './layer-grids.ts';
import type { LayerMaps } from './layer-maps.ts';
import { openLayerMaps } from './open-layer-maps.ts';
import { layerConfig } from './pages/layer-config.ts';
import { sendLayerMapPage } from './pages/layer-map-page.ts';
import { findProxiedLayer, type OpenDrawing, type ProxiedLayer } from './proxied-layer.ts';
import { tileMap, tileMapService } from './tms/describe-tms.ts';
import { placeOfTmsCall, readTmsPath } from './tms/tms-path.ts';
import { createLayerWms, findTileOfMap } from './wms/layer-wms.ts';
import { describeWmts } from './wmts/describe-wmts.ts';
import { callOfTilePath } from './wmts/tile-path.ts';

const REPORTING: TileReporting = {
  describe(error, request) {
    const failure = describeFailure(error);
    if (isOurFailure(failure)) requestLogger(request).error({ err: error }, 'a map of a layer failed');
    return failure;
  },
  exposedHeaders: ['ETag'],
};

/** Makes the routes of the maps of each layer: WMS, WMTS, TMS, a page and the configuration, below `/registry/{slug}/layer/{id}/map`. */
export function createProxyRouter(
  { platform }: Pick<AppContext, 'platform'>,
  openDrawing: OpenDrawing,
  maps: LayerMaps = openLayerMaps(platform),
): Router {
  const proxy = new LayerProxy(platform, openDrawing, maps);
  const router = Router({ caseSensitive: true });
  // Not as routes with parameters: a fault in the encoding of a path has a report as well.
  router.use('/registry/:catalog/layer/:layer/map', (request, response, next) => {
    if (!['GET', 'HEAD'].includes(request.method)) {
      return refuseOtherMethods('GET', 'HEAD')(request, response, next);
    }
    const { catalog, layer } = request.params;
    return answerWithReport(
      request,
      response,
      () => proxy.answer(request, response, catalog, layer),
      REPORTING,
    );
  });
  return router;
}

/** A request for maps of a layer. */
interface LayerCall {
  readonly request: Request;
  readonly response: Response;
  readonly proxied: ProxiedLayer;
  readonly addresses: LayerAddresses;
}

class LayerProxy {
  readonly #platform: AppContext['platform'];
  readonly #openDrawing: OpenDrawing;
  readonly #maps: LayerMaps;
  readonly #maximumSizePixels: number;
  readonly #cacheSeconds: number;
  readonly #isStrict: boolean;

  constructor(platform: AppContext['platform'], openDrawing: OpenDrawing, maps: LayerMaps) {
    const { proxy, api } = platform.settingsOf(mapRegistrySettings);
    this.#platform = platform;
    this.#openDrawing = openDrawing;
    this.#maps = maps;
    this.#maximumSizePixels = proxy.maximumSizePixels;
    this.#cacheSeconds = proxy.cacheSeconds;
    this.#isStrict = api.isStrict;
  }

  async answer(request: Request, response: Response, slug: string, key: string): Promise<void> {
    const proxied = await findProxiedLayer(this.#platform.database, this.#openDrawing, slug, key);
    const call = { request, response, proxied, addresses: addressesOf(request, slug, proxied.layer) };
    const path = request.path.replace(/^\/|\/$/g, '');
    if (path === '' || path === 'demo') return sendLayerMapPage(response, proxied, call.addresses);
    if (path === 'config') return this.#sendConfig(call);
    if (path === 'service') return this.#answerParameters(call);
    if (path === 'wmts/1.0.0/WMTSCapabilities.xml') return this.#sendWmtsCapabilities(call);
    if (/^tms(\/|$)/.test(path)) return this.#answerTms(call, path.slice('tms/'.length));
    const tile = path.startsWith('wmts/') ? callOfTilePath(path.slice('wmts/'.length)) : undefined;
    if (tile) return this.#sendTile(call, tile);
    throw noSuchResource();
  }

  async #answerTms(call: LayerCall, path: string): Promise<void> {
    const { proxied, addresses } = call;
    const tms = readTmsPath(path);
    if (tms?.kind === 'tile') return this.#sendTile(call, tms.tile, placeOfTmsCall);
    if (tms?.kind === 'service') return this.#sendXml(call, tileMapService(proxied, addresses));
    if (tms?.kind !== 'map') throw noSuchResource();
    if (tms.layer !== proxied.layer.name) throw unknownPart('Layer', tms.layer, 404);
    return this.#sendXml(call, tileMap(proxied, tms.grid, addresses));
  }

  async #answerParameters(call: LayerCall): Promise<void> {
    const parameters = OgcRequest.read(queryOf(call.request));
    const service = isOfWmsAlone(parameters) ? 'WMS' : parameters.get('SERVICE').toUpperCase();
    if (service === 'WMS') return this.#answerWms(call, parameters);
    if (service !== 'WMTS') {
      throw new OgcError('InvalidParameterValue', 'SERVICE has to be WMTS or WMS.', { locator: 'SERVICE' });
    }
    return answerWmts(parameters, {
      sendTile: (tile) => this.#sendTile(call, tile),
      sendCapabilities: async () => this.#sendWmtsCapabilities(call),
    });
  }

  async #answerWms(
    { request, response, proxied, addresses }: LayerCall,
    parameters: OgcRequest,
  ): Promise<void> {
    const aborted = new AbortController();
    response.once('close', () => aborted.abort());
    const options = {
      proxied,
      addresses,
      maps: this.#maps,
      maximumSizePixels: this.#maximumSizePixels,
      cacheSeconds: this.#cacheSeconds,
      isStrict: this.#isStrict,
    };
    const wms = createLayerWms(options);
    const owsCall = { parameters, url: addresses.serviceUrl, signal: aborted.signal };
    try {
      const tile = await findTileOfMap(options, parameters);
      if (tile) sendTile(request, response, tile, this.#cacheSeconds);
      else sendReply(request, response, await wms.answer(owsCall));
    } catch (error) {
      if (aborted.signal.aborted) return;
      sendReply(request, response, await wms.report(REPORTING.describe(error, request), owsCall));
    }
  }

  async #sendTile(
    { request, response, proxied }: LayerCall,
    call: TileCall,
    placeOf: (call: TileCall) => TilePlace = placeOfWmtsCall,
  ): Promise<void> {
    if (call.layer !== proxied.layer.name) throw unknownPart('Layer', call.layer, call.unknownStatus);
    const place = placeOf(call);
    const tile = await this.#maps.getTile(proxied, { ...place, format: call.format.format });
    sendTile(request, response, tile, this.#cacheSeconds);
  }

  #sendWmtsCapabilities({ response, proxied, addresses }: LayerCall): void {
    sendWmtsCapabilities(response, wmtsCapabilities(describeWmts(proxied, addresses)));
  }

  #sendXml({ request, response }: LayerCall, body: string): void {
    sendReply(request, response, { contentType: 'application/xml; charset=utf-8', body, keepSeconds: 0 });
  }

  #sendConfig({ response, proxied, addresses }: LayerCall): void {
    response
      .set('Cache-Control', 'no-cache')
      .set('Content-Type', 'application/yaml; charset=utf-8')
      .send(layerConfig(proxied, addresses, this.#cacheSeconds));
  }
}

function placeOfWmtsCall(call: TileCall): TilePlace {
  return placeOfCall(call, LAYER_GRIDS);
}

function noSuchResource(): OgcError {
  const message = 'There is no such resource. The page of the map lists what there is: it ends with /map/.';
  return new OgcError('InvalidParameterValue', message, { status: 404 });
}
