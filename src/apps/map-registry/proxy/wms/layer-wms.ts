import { OgcError } from '../../../../map-kit/ogc-error.ts';
import type { OgcRequest } from '../../../../map-kit/ogc-request.ts';
import type { OwsCall, OwsReply, OwsService } from '../../../../map-kit/replies/ows-service.ts';
import type { Tile } from '../../../../map-kit/tile-cache/tile.ts';
import { checkStyles, readPictureStyle, readPlace } from '../../../../map-kit/wms/map-parameters.ts';
import { reportWmsException } from '../../../../map-kit/wms/report-exception.ts';
import { runWmsOperation, wmsCapabilitiesReply } from '../../../../map-kit/wms/wms-requests.ts';
import { readWmsVersion } from '../../../../map-kit/wms/wms-version.ts';
import { tileOfMap } from '../../../../map-kit/wmts/aligned-map.ts';
import type { LayerAddresses } from '../layer-addresses.ts';
import { LAYER_GRIDS } from '../layer-grids.ts';
import type { LayerMaps } from '../layer-maps.ts';
import type { ProxiedLayer } from '../proxied-layer.ts';
import { describeWms } from './describe-wms.ts';

/** What the map service of a layer needs. */
export interface LayerWmsOptions {
  readonly proxied: ProxiedLayer;
  readonly addresses: LayerAddresses;
  readonly maps: LayerMaps;
  readonly maximumSizePixels: number;
  readonly cacheSeconds: number;
  /** Whether exceptions have the status that fits; otherwise 200. */
  readonly isStrict: boolean;
}

/** Makes the Web Map Service of a layer, 1.1.1 and 1.3.0. */
export function createLayerWms(options: LayerWmsOptions): OwsService {
  const { proxied, addresses, maps, maximumSizePixels, cacheSeconds, isStrict } = options;

  async function getMap({ parameters, signal }: OwsCall): Promise<OwsReply> {
    const version = readWmsVersion(parameters);
    checkLayer(parameters, proxied.layer.name);
    checkStyles(parameters, 1);
    const style = readPictureStyle(parameters);
    const place = readPlace(parameters, version, maximumSizePixels);
    return { ...(await maps.drawMap(proxied, place, style, signal)), keepSeconds: cacheSeconds };
  }

  return {
    answer: (call) =>
      runWmsOperation(
        {
          getcapabilities: async ({ parameters }) =>
            wmsCapabilitiesReply(describeWms(proxied, addresses, maximumSizePixels), parameters),
          getmap: getMap,
        },
        call,
      ),
    async report(error, { parameters, signal }) {
      const reply = await reportWmsException(error, parameters, maximumSizePixels, (size, draw) =>
        maps.whenThereIsMemory(size, signal, draw),
      );
      return isStrict ? reply : { ...reply, status: 200 };
    },
  };
}

/** Returns the tile that a map is, so that it comes from the cache; `undefined` where the map has to be drawn. @throws as the map. */
export async function findTileOfMap(
  { proxied, maps }: LayerWmsOptions,
  parameters: OgcRequest,
): Promise<Tile | undefined> {
  if (parameters.find('REQUEST')?.toLowerCase() !== 'getmap') return undefined;
  const tile = tileOfMap(parameters, LAYER_GRIDS, (name) => name === proxied.layer.name);
  return tile && maps.getTile(proxied, tile);
}

/** A name may have commas: there is one layer. */
function checkLayer(parameters: OgcRequest, name: string): void {
  const given = parameters.get('layers');
  if (given === name) return;
  const message = `There is no layer ${JSON.stringify(given.slice(0, 60))}, but ${JSON.stringify(name)}.`;
  throw new OgcError('LayerNotDefined', message, { locator: 'LAYERS' });
}
