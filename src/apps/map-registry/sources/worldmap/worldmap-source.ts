import { readMetadataDate } from '../../dates/layer-dates.ts';
import type { ServiceType } from '../../layers/layer.ts';
import { DescriptionDigest } from '../description-digest.ts';
import { isOnHost } from '../host-names.ts';
import {
  type HarvestedLayer,
  type HarvestedService,
  type MapSource,
  type SourceContext,
  SourceError,
} from '../map-source.ts';
import { abstractText, keywordTexts, titleText } from '../plain-text.ts';
import { openWmsDrawing } from '../wms/wms-drawing.ts';
import {
  isWorldMapObject,
  readDeletedIds,
  readWorldMapPage,
  WORLDMAP_APIS,
  type WorldMapObject,
  type WorldMapType,
} from './worldmap-api.ts';
import { worldMapBox } from './worldmap-box.ts';

/** Layers of a page. */
const PAGE_LAYERS = 100;

/** Layers of a WorldMap that are read. */
const MOST_LAYERS = 100_000;

/** The systems that WorldMaps draw in. */
const SRS = ['EPSG:4326', 'EPSG:900913', 'EPSG:3857'];

/** WorldMaps, the newest and the legacy ones. They are known by their hosts. */
export const worldMapSource: MapSource = {
  types: ['Hypermap:WorldMap', 'Hypermap:WorldMapLegacy'],

  async detect({ url }, context) {
    const type = typeOfHost(url, context);
    if (!type) return undefined;
    const server = new URL('/', url);
    await readWorldMapPage(type, server, { offset: 0, limit: 1 }, context);
    const title = `WorldMap at ${url.host}`;
    return [{ type, url: server.href, title, abstract: title }];
  },

  async harvest({ type, url, validators }, context): Promise<HarvestedService | 'unchanged'> {
    if (!isWorldMapType(type)) throw new SourceError(`${type} is no WorldMap.`);
    const server = new URL(url);
    const digest = new DescriptionDigest();
    const { objects, isAll } = await readObjects(type, server, digest, context);
    const deleted = await readDeletedIds(type, server, context);
    digest.add(deleted.reply.body);
    const newDigest = digest.end();
    if (newDigest === validators.digest) return 'unchanged';
    const deletedIds = new Set(deleted.content.objects.map(({ args }) => args));
    const known = objects.filter((object) => isWorldMapObject(object));
    const shown = known.filter(({ is_public }) => is_public !== false).slice(0, context.maximumLayers);
    const layers = new Map(
      shown.map((object) => [
        object.typename,
        { ...layerOf(type, object, server), wasDeleted: deletedIds.has(object.uuid) },
      ]),
    );
    const title = `WorldMap at ${server.host}`;
    return {
      title,
      abstract: title,
      keywords: [],
      srs: SRS,
      layers: [...layers.values()],
      isComplete: isAll && known.length === objects.length,
      validators: { digest: newDigest },
    };
  },

  openDrawing: openWmsDrawing,
};

function typeOfHost(url: URL, { settings }: SourceContext): WorldMapType | undefined {
  if (isOnHost(url, settings.worldMapHosts)) return 'Hypermap:WorldMap';
  return isOnHost(url, settings.worldMapLegacyHosts) ? 'Hypermap:WorldMapLegacy' : undefined;
}

function isWorldMapType(type: ServiceType): type is WorldMapType {
  return type in WORLDMAP_APIS;
}

/** Reads as many layers as are wanted. */
async function readObjects(
  type: WorldMapType,
  server: URL,
  digest: DescriptionDigest,
  context: SourceContext,
): Promise<{ readonly objects: readonly unknown[]; readonly isAll: boolean }> {
  const objects: unknown[] = [];
  const maximum = Math.min(context.maximumLayers ?? MOST_LAYERS, MOST_LAYERS);
  for (;;) {
    const limit = Math.min(PAGE_LAYERS, maximum - objects.length);
    const page = { offset: objects.length, limit };
    const { content, reply } = await readWorldMapPage(type, server, page, context);
    digest.add(reply.body);
    objects.push(...content.objects);
    const isAll = objects.length >= content.meta.total_count;
    // A page without layers before the end: the server does not have what it counts.
    if (isAll || content.objects.length === 0 || objects.length >= maximum) return { objects, isAll };
  }
}

function layerOf(type: WorldMapType, object: WorldMapObject, server: URL): HarvestedLayer {
  const { typename, title, abstract, topic_category: category, owner_username: username } = object;
  return {
    name: typename,
    title: titleText(title || typename),
    abstract: abstractText(abstract ?? ''),
    keywords: keywordTexts((object.keywords ?? []).flatMap(keywordOf)),
    box: worldMapBox(object),
    srs: SRS,
    dates: [object.temporal_extent_start, object.temporal_extent_end].flatMap(
      (date) => readMetadataDate(date) ?? [],
    ),
    pageUrl: new URL(`/data/${encodeURIComponent(typename)}`, server).href,
    ...(category ? { category } : {}),
    ...(username ? { username } : {}),
    drawing: {
      mapUrl: new URL(mapPath(type, typename), server).href,
      version: '1.1.1',
      layer: typename,
      format: 'image/png',
      systems: ['EPSG:4326', 'EPSG:3857'],
    },
  };
}

/** The legacy GeoServer has an address for each layer. */
function mapPath(type: WorldMapType, typename: string): string {
  return type === 'Hypermap:WorldMap'
    ? '/geoserver/wms'
    : `/geoserver/geonode/${encodeURIComponent(typename)}/wms`;
}

function keywordOf(keyword: unknown): readonly string[] {
  if (typeof keyword === 'string') return [keyword];
  const isNamed = typeof keyword === 'object' && keyword !== null && 'name' in keyword;
  return isNamed && typeof keyword.name === 'string' ? [keyword.name] : [];
}
