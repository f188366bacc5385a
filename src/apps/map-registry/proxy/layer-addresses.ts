import type { Request } from 'express';
import type { LayerDetails } from '../layers/stored-layers.ts';
import { DEFAULT_GRID } from './layer-grids.ts';

/** Where the maps of one layer are. */
export interface LayerAddresses {
  /** Everything is below it; without a slash at its end. */
  readonly mapUrl: string;
  /** WMS and WMTS by key-value pairs, without a query. */
  readonly serviceUrl: string;
  /** The tiles by paths are below it; without a slash at its end. */
  readonly tilesUrl: string;
  readonly wmtsCapabilitiesUrl: string;
  /** The list of the tile maps of TMS; without a slash at its end. */
  readonly tmsUrl: string;
  /** With `{z}`, `{x}` and `{y}`, as most maps of the web take it. */
  readonly xyzTemplate: string;
}

/** Returns the addresses of a layer, at the host that a request was sent to. */
export function addressesOf(request: Request, slug: string, { uuid, name }: LayerDetails): LayerAddresses {
  const origin = `${request.protocol}://${request.host}`;
  const mapUrl = `${origin}/registry/${encodeURIComponent(slug)}/layer/${uuid}/map`;
  const tilesUrl = `${mapUrl}/wmts`;
  return {
    mapUrl,
    serviceUrl: `${mapUrl}/service`,
    tilesUrl,
    wmtsCapabilitiesUrl: `${tilesUrl}/1.0.0/WMTSCapabilities.xml`,
    tmsUrl: `${mapUrl}/tms/1.0.0`,
    xyzTemplate: `${tilesUrl}/${encodeURIComponent(name)}/${DEFAULT_GRID.name}/{z}/{x}/{y}.png`,
  };
}
