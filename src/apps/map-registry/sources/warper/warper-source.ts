import { Ajv } from 'ajv';
import type { Box } from '../../../../map-kit/box.ts';
import { readMetadataDate } from '../../dates/layer-dates.ts';
import { DescriptionDigest } from '../description-digest.ts';
import { isOnHost } from '../host-names.ts';
import type { HarvestedLayer, HarvestedService, MapSource, SourceContext } from '../map-source.ts';
import { numberOf } from '../number-of.ts';
import { abstractText, titleText } from '../plain-text.ts';
import { type JsonReply, readJson } from '../read-json.ts';
import { requestUrl } from '../server-url.ts';
import { openWmsDrawing } from '../wms/wms-drawing.ts';

/** Maps of a Map Warper that are read. */
const MOST_MAPS = 100_000;

/** The systems that a Map Warper draws in. */
const SRS = ['EPSG:4326', 'EPSG:900913', 'EPSG:3857'];

/** Members of a map that are its dates. */
const DATE_MEMBERS = ['published_date', 'date_depicted', 'depicts_year', 'issue_year'] as const;

/** Where the maps are, if an address names the server alone. */
const MAPS_PATH = '/maps';

/** Map Warpers: scanned maps that people have laid over the world. They are known by their hosts. */
export const warperSource: MapSource = {
  types: ['Hypermap:WARPER'],

  async detect({ url }, context) {
    if (!isOnHost(url, context.settings.warperHosts)) return undefined;
    const server = mapsUrl(url);
    await readPage(server, 1, context);
    const title = `Map Warper at ${url.host}`;
    return [{ type: 'Hypermap:WARPER', url: server.href, title, abstract: title }];
  },

  async harvest({ url, validators }, context): Promise<HarvestedService | 'unchanged'> {
    const server = new URL(url);
    const digest = new DescriptionDigest();
    const { items, isAll } = await readItems(server, digest, context);
    const newDigest = digest.end();
    if (newDigest === validators.digest) return 'unchanged';
    const maps = items.filter((item) => isMap(item));
    const layers = new Map(maps.map((map) => [String(map.id), layerOf(map, server)]));
    const maximum = context.maximumLayers ?? layers.size;
    const title = `Map Warper at ${server.host}`;
    return {
      title,
      abstract: title,
      keywords: [],
      srs: SRS,
      layers: [...layers.values()].slice(0, maximum),
      isComplete: isAll && maps.length === items.length && layers.size <= maximum,
      validators: { digest: newDigest },
    };
  },

  openDrawing: openWmsDrawing,
};

function mapsUrl(url: URL): URL {
  const path = url.pathname.replace(/\/+$/, '');
  return new URL(path === '' ? MAPS_PATH : path, url.origin);
}

interface WarperPage {
  readonly total_pages: number;
  readonly items: readonly unknown[];
}

type WarperMap = {
  readonly id: string | number;
  readonly title?: string | null;
  readonly description?: string | null;
  readonly bbox?: string | null;
} & { readonly [Member in (typeof DATE_MEMBERS)[number]]?: string | number | null };

const ajv = new Ajv({ allowUnionTypes: true });

const isPage = ajv.compile<WarperPage>({
  type: 'object',
  required: ['total_pages', 'items'],
  properties: { total_pages: { type: 'integer', minimum: 0 }, items: { type: 'array' } },
});

const textOrNull = { type: ['string', 'null'] };

const isMap = ajv.compile<WarperMap>({
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: ['string', 'integer'], pattern: '^[\\w-]{1,100}$' },
    title: textOrNull,
    description: textOrNull,
    bbox: textOrNull,
    ...Object.fromEntries(DATE_MEMBERS.map((member) => [member, { type: ['string', 'number', 'null'] }])),
  },
});

/** Reads pages until there are as many maps as are wanted. */
async function readItems(
  server: URL,
  digest: DescriptionDigest,
  context: SourceContext,
): Promise<{ readonly items: readonly unknown[]; readonly isAll: boolean }> {
  const items: unknown[] = [];
  const maximum = Math.min(context.maximumLayers ?? MOST_MAPS, MOST_MAPS);
  for (let page = 1; ; page += 1) {
    const { content, reply } = await readPage(server, page, context);
    digest.add(reply.body);
    items.push(...content.items);
    const isAll = page >= content.total_pages;
    // A page without maps before the last one: the server does not have what it counts.
    if (isAll || content.items.length === 0 || items.length >= maximum) return { items, isAll };
  }
}

function readPage(server: URL, page: number, context: SourceContext): Promise<JsonReply<WarperPage>> {
  const query = { field: 'title', query: '', show_warped: '1', format: 'json', page: String(page) };
  return readJson({ url: requestUrl(server, query), isWanted: isPage, what: 'a Map Warper' }, context);
}

function layerOf(map: WarperMap, server: URL): HarvestedLayer {
  const { id, title, description, bbox } = map;
  const pageUrl = `${server.href}/${id}`;
  return {
    name: String(id),
    title: titleText(title ?? String(id)),
    abstract: abstractText(description ?? ''),
    keywords: [],
    box: boxOf(bbox),
    srs: SRS,
    dates: DATE_MEMBERS.flatMap((member) => readMetadataDate(map[member]) ?? []),
    pageUrl,
    drawing: {
      mapUrl: `${server.href}/wms/${id}`,
      version: '1.1.1',
      layer: 'image',
      format: 'image/png',
      systems: ['EPSG:4326', 'EPSG:3857'],
    },
  };
}

/** Reads `1,2,3,4`: west, south, east, north. */
function boxOf(text: string | null | undefined): Box | undefined {
  const [minX, minY, maxX, maxY, ...rest] = (text ?? '').split(',').map(numberOf);
  if (minX === undefined || minY === undefined || maxX === undefined || maxY === undefined) return undefined;
  return rest.length === 0 ? { minX, minY, maxX, maxY } : undefined;
}
