import { type BoxToIndex, boxToIndex } from './box-to-index.ts';
import type { CatalogIndex } from './catalog-index.ts';
import type { IndexableLayer } from './indexable-layers.ts';
import { formatMoment, type Moment, momentOf, parseMoment } from './moment.ts';
import { type FieldWords, fieldWordsOf } from './words.ts';

/** A layer, as searches return it. */
export interface IndexDocument {
  readonly id: string;
  readonly type: 'Layer';
  readonly layer_id: string;
  readonly uuid: string;
  readonly name: string;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  readonly layer_originator: string;
  readonly domain_name: string;
  readonly service_id: string;
  readonly service_type: string;
  readonly layer_category: string | null;
  readonly layer_username: string | null;
  readonly url: string;
  readonly reliability: number | null;
  readonly recent_reliability: number | null;
  readonly last_status: boolean | null;
  readonly is_public: boolean;
  readonly availability: 'Online';
  readonly location: { readonly layer_info: string };
  readonly min_x: number;
  readonly min_y: number;
  readonly max_x: number;
  readonly max_y: number;
  readonly area: number;
  readonly bbox: string;
  readonly centroid_x: number;
  readonly centroid_y: number;
  readonly srs: readonly string[];
  readonly layer_geoshape: {
    readonly type: 'envelope';
    readonly coordinates: readonly [readonly [number, number], readonly [number, number]];
  };
  /** The date of the layer, otherwise the day on which it was stored. */
  readonly layer_date: string;
  /** Where the date comes from; absent for the day on which the layer was stored. */
  readonly layer_datetype?: 'Detected' | 'From Metadata';
  readonly registry: {
    readonly catalog: string;
    readonly page_url: string | null;
    readonly check_count: number;
    readonly last_check: string | null;
  };
  readonly tile_url?: string;
}

/** A layer, as search engines store it: the document, and what it is found by. */
export interface LayerToIndex {
  readonly layerId: string;
  readonly catalogId: string;
  readonly index: CatalogIndex;
  readonly document: IndexDocument;
  readonly originator: string;
  readonly serviceType: string;
  readonly moment: Moment;
  readonly box: BoxToIndex;
  readonly words: FieldWords;
}

/**
 * Returns what is indexed of a layer.
 *
 * @throws {UnindexableLayerError}
 */
export function layerToIndex(layer: IndexableLayer): LayerToIndex {
  const box = boxToIndex(layer);
  const moment = momentOfLayer(layer);
  const document = documentOf(layer, box, moment);
  return {
    layerId: layer.id,
    catalogId: layer.catalogId,
    index: layer.index,
    document,
    originator: document.layer_originator,
    serviceType: layer.serviceType,
    moment,
    box,
    words: fieldWordsOf({
      title: [layer.title],
      keywords: layer.keywords,
      abstract: [document.abstract],
      name: [layer.name],
      layer_originator: [document.layer_originator],
      domain_name: [document.domain_name],
      service_type: [layer.serviceType],
      layer_category: [layer.category],
      layer_username: [layer.username],
    }),
  };
}

function documentOf(layer: IndexableLayer, box: BoxToIndex, moment: Moment): IndexDocument {
  const { minX, minY, maxX, maxY } = box;
  const page = `/registry/${layer.index.slug}/layer/${layer.id}/`;
  return {
    id: layer.id,
    type: 'Layer',
    layer_id: layer.id,
    uuid: layer.uuid,
    name: layer.name,
    title: layer.title,
    abstract: withoutTags(layer.abstract),
    keywords: layer.keywords,
    layer_originator: originatorOf(layer),
    domain_name: layer.host,
    service_id: layer.serviceId,
    service_type: layer.serviceType,
    layer_category: layer.category,
    layer_username: layer.username,
    url: layer.url,
    reliability: layer.reliability,
    recent_reliability: layer.recentReliability,
    last_status: layer.lastStatus,
    is_public: layer.isPublic,
    availability: 'Online',
    location: { layer_info: page },
    min_x: minX,
    min_y: minY,
    max_x: maxX,
    max_y: maxY,
    area: Number.isFinite(layer.area) ? layer.area : box.area,
    bbox: `ENVELOPE(${minX},${maxX},${maxY},${minY})`,
    centroid_x: (minX + maxX) / 2,
    centroid_y: (minY + maxY) / 2,
    srs: layer.srs,
    layer_geoshape: {
      type: 'envelope',
      coordinates: [
        [minX, maxY],
        [maxX, minY],
      ],
    },
    layer_date: formatMoment(moment),
    ...dateTypeOf(layer),
    registry: {
      catalog: layer.index.slug,
      page_url: layer.pageUrl,
      check_count: Number(layer.checkCount),
      last_check: layer.lastCheck,
    },
    ...(layer.isDrawable
      ? { tile_url: `${page}map/wmts/${encodeURIComponent(layer.name)}/default_grid/{z}/{x}/{y}.png` }
      : {}),
  };
}

/** Maps of WorldMap are found by who made them, all others by the host that has them. */
function originatorOf({ serviceType, username, host }: IndexableLayer): string {
  const isWorldMap = serviceType === 'Hypermap:WorldMap' || serviceType === 'Hypermap:WorldMapLegacy';
  if (isWorldMap && username) return username;
  return host === 'localhost' ? 'Harvard' : host;
}

function dateTypeOf({ date, dateOrigin }: IndexableLayer): Pick<IndexDocument, 'layer_datetype'> {
  if (date === null || dateOrigin === null || parseMoment(date) === undefined) return {};
  return { layer_datetype: dateOrigin === 'detected' ? 'Detected' : 'From Metadata' };
}

function momentOfLayer({ date, created }: IndexableLayer): Moment {
  return (date === null ? undefined : parseMoment(date)) ?? parseMoment(created) ?? momentOf(0);
}

function withoutTags(text: string): string {
  return text
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
