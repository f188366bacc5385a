import { jsonReply, type StandInKind, type StandInReply, type StandInRequest } from '../stand-in-kind.ts';
import type { StandInLayer } from '../stand-in-layer.ts';
import { drawAskedMap } from './wms-stand-in.ts';

/** A Map Warper: scanned maps that people have laid over the world. */
export interface WarperStandIn {
  /** Where its maps are: `/warper/maps`. */
  readonly path: string;
  /** Maps that a page has. */
  readonly pageMaps: number;
  readonly maps: readonly WarpedMap[];
}

/** A map of it; its name is a number. */
export interface WarpedMap extends StandInLayer {
  /** Years and dates as the server states them, by its names: `depicts_year`, `published_date`. */
  readonly dates?: Readonly<Record<string, string | number | null>>;
}

/** Replies as a Map Warper: pages of maps as JSON, and a WMS for each map. */
export function warperStandIn(warper: WarperStandIn): StandInKind {
  return async (request) => {
    const { pathname } = request.url;
    if (pathname === warper.path) return pageReply(warper, request);
    const [, name] = /\/wms\/(\d+)$/.exec(pathname) ?? [];
    if (name === undefined || pathname !== `${warper.path}/wms/${name}`) return undefined;
    const map = warper.maps.find((one) => one.name === name);
    // Each map is the one layer of its own service.
    return map && drawAskedMap({ layers: [{ ...map, name: request.query.get('layers') ?? '' }] }, request);
  };
}

function pageReply({ maps, pageMaps }: WarperStandIn, { query }: StandInRequest): StandInReply | undefined {
  if (query.get('format') !== 'json') return undefined;
  const page = Number(query.get('page') ?? 1);
  return jsonReply({
    stat: 'ok',
    current_page: page,
    per_page: pageMaps,
    total_entries: maps.length,
    total_pages: Math.ceil(maps.length / pageMaps),
    items: maps.slice((page - 1) * pageMaps, page * pageMaps).map(itemOf),
  });
}

function itemOf({ name, title, abstract, box, dates }: WarpedMap) {
  return {
    id: Number(name),
    title,
    description: abstract ?? null,
    status: 'warped',
    map_type: 'is_map',
    bbox: box ? [box.minX, box.minY, box.maxX, box.maxY].join(',') : null,
    ...dates,
  };
}
