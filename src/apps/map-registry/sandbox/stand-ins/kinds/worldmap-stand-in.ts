import { jsonReply, type StandInKind, type StandInReply, type StandInRequest } from '../stand-in-kind.ts';
import { findLayer, type StandInLayer } from '../stand-in-layer.ts';
import { drawAskedMap } from './wms-stand-in.ts';

/** A WorldMap: layers of many users. */
export interface WorldMapStandIn {
  /** The newest one, or the legacy one. */
  readonly version: '2.8' | '1.5';
  /** The newest first. */
  readonly layers: readonly WorldMapLayer[];
  /** Ids of layers that were deleted. */
  readonly deleted: readonly string[];
  /** Where it is for its users alone. */
  readonly account?: { readonly username: string; readonly password: string };
}

/** A layer of it. Its name has a workspace: `geonode:rivers`. */
export interface WorldMapLayer extends StandInLayer {
  readonly uuid: string;
  readonly category: string;
  readonly username: string;
  readonly temporalExtent?: { readonly start: string; readonly end: string };
}

/** Objects of a page to a client that does not say how many. */
const DEFAULT_OBJECTS = 20;

/** Replies as a WorldMap: its API, and the WMS of its GeoServer. */
export function worldMapStandIn(worldMap: WorldMapStandIn): StandInKind {
  const api = worldMap.version === '2.8' ? '/worldmap/api/2.8' : '/api/1.5';
  return (request) => {
    const { pathname } = request.url;
    if (pathname.startsWith('/geoserver/')) return mapReply(worldMap, request);
    if (!pathname.startsWith(`${api}/`)) return undefined;
    if (!isAllowed(worldMap, request)) return jsonReply({ error: 'Unauthorized' }, 401);
    if (pathname === `${api}/layer/`) return layersReply(worldMap, request);
    if (pathname === `${api}/actionlayerdelete/`) return deletedReply(worldMap);
    return undefined;
  };
}

function isAllowed({ account }: WorldMapStandIn, { headers }: StandInRequest): boolean {
  if (!account) return true;
  const expected = Buffer.from(`${account.username}:${account.password}`).toString('base64');
  return headers['authorization'] === `Basic ${expected}`;
}

function layersReply(worldMap: WorldMapStandIn, { query }: StandInRequest): StandInReply {
  const { layers } = worldMap;
  const offset = Number(query.get('offset') ?? 0);
  const limit = Number(query.get('limit') ?? DEFAULT_OBJECTS);
  return jsonReply({
    meta: { limit, offset, total_count: layers.length },
    objects: layers.slice(offset, offset + limit).map((layer) => objectOf(worldMap, layer)),
  });
}

function objectOf({ version }: WorldMapStandIn, layer: WorldMapLayer) {
  const { minX, minY, maxX, maxY } = layer.box ?? { minX: -180, minY: -90, maxX: 180, maxY: 90 };
  return {
    uuid: layer.uuid,
    typename: layer.name,
    title: layer.title,
    abstract: layer.abstract ?? '',
    // The legacy API has a text, and another order.
    ...(version === '2.8'
      ? { bbox: [minX, maxX, minY, maxY] }
      : { llbbox: `[${[minX, minY, maxX, maxY].join(', ')}]` }),
    keywords: (layer.keywords ?? []).map((name) => ({ name })),
    topic_category: layer.category,
    owner_username: layer.username,
    is_public: true,
    temporal_extent_start: layer.temporalExtent?.start ?? null,
    temporal_extent_end: layer.temporalExtent?.end ?? null,
  };
}

function deletedReply({ deleted }: WorldMapStandIn): StandInReply {
  return jsonReply({
    meta: { limit: DEFAULT_OBJECTS, offset: 0, total_count: deleted.length },
    objects: deleted.map((uuid) => ({ args: uuid, timestamp: '2026-01-01T00:00:00' })),
  });
}

/** The legacy one has a WMS for each layer. */
async function mapReply(
  { layers, version }: WorldMapStandIn,
  request: StandInRequest,
): Promise<StandInReply | undefined> {
  const { pathname } = request.url;
  if (version === '2.8') return pathname === '/geoserver/wms' ? drawAskedMap({ layers }, request) : undefined;
  const [, name] = /^\/geoserver\/geonode\/([^/]+)\/wms$/.exec(pathname) ?? [];
  const layer = name === undefined ? undefined : findLayer(layers, decodeURIComponent(name));
  return layer && drawAskedMap({ layers: [layer] }, request);
}
