import { Ajv } from 'ajv';
import type { SourceContext } from '../map-source.ts';
import { type JsonReply, readJson } from '../read-json.ts';

/** The two interfaces that WorldMaps have. */
export const WORLDMAP_APIS = {
  'Hypermap:WorldMap': { path: '/worldmap/api/2.8', newestFirst: '-date' },
  'Hypermap:WorldMapLegacy': { path: '/api/1.5', newestFirst: '-created_dttm' },
} as const;

/** A kind of WorldMap. */
export type WorldMapType = keyof typeof WORLDMAP_APIS;

/** A layer, as a WorldMap describes it. */
export interface WorldMapObject {
  readonly uuid: string;
  /** `geonode:rivers`. */
  readonly typename: string;
  readonly title?: string | null;
  readonly abstract?: string | null;
  /** API 2.8: west, east, south, north. */
  readonly bbox?: readonly unknown[] | null;
  /** API 1.5: `[west, south, east, north]`. */
  readonly llbbox?: string | null;
  readonly keywords?: readonly unknown[] | null;
  readonly topic_category?: string | null;
  readonly owner_username?: string | null;
  readonly is_public?: boolean | null;
  readonly temporal_extent_start?: string | null;
  readonly temporal_extent_end?: string | null;
}

/** A page of objects. */
export interface WorldMapPage {
  readonly meta: { readonly total_count: number };
  readonly objects: readonly unknown[];
}

interface DeletedObjects {
  readonly objects: readonly { readonly args: string }[];
}

const ajv = new Ajv({ allowUnionTypes: true });

const isPage = ajv.compile<WorldMapPage>({
  type: 'object',
  required: ['meta', 'objects'],
  properties: {
    meta: {
      type: 'object',
      required: ['total_count'],
      properties: { total_count: { type: 'integer', minimum: 0 } },
    },
    objects: { type: 'array' },
  },
});

const text = { type: ['string', 'null'] };
const list = { type: ['array', 'null'] };

/** Returns whether an object of a page is a layer. */
export const isWorldMapObject = ajv.compile<WorldMapObject>({
  type: 'object',
  required: ['uuid', 'typename'],
  properties: {
    uuid: { type: 'string', minLength: 1, maxLength: 100 },
    typename: { type: 'string', minLength: 1, maxLength: 500 },
    title: text,
    abstract: text,
    bbox: list,
    llbbox: text,
    keywords: list,
    topic_category: text,
    owner_username: text,
    is_public: { type: ['boolean', 'null'] },
    temporal_extent_start: text,
    temporal_extent_end: text,
  },
});

const isDeletedObjects = ajv.compile<DeletedObjects>({
  type: 'object',
  required: ['objects'],
  properties: {
    objects: {
      type: 'array',
      items: { type: 'object', required: ['args'], properties: { args: { type: 'string' } } },
    },
  },
});

/** Reads a page of layers, the newest first. */
export function readWorldMapPage(
  type: WorldMapType,
  server: URL,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  context: SourceContext,
): Promise<JsonReply<WorldMapPage>> {
  const { path, newestFirst } = WORLDMAP_APIS[type];
  const url = new URL(`${path}/layer/`, server);
  url.search = `format=json&order_by=${newestFirst}&offset=${offset}&limit=${limit}`;
  return readJson({ url, isWanted: isPage, what: 'a WorldMap', ...accountOf(context) }, context);
}

/** Reads the ids of the layers that were deleted last. */
export async function readDeletedIds(
  type: WorldMapType,
  server: URL,
  context: SourceContext,
): Promise<JsonReply<DeletedObjects>> {
  const url = new URL(`${WORLDMAP_APIS[type].path}/actionlayerdelete/?format=json`, server);
  return readJson({ url, isWanted: isDeletedObjects, what: 'a WorldMap', ...accountOf(context) }, context);
}

function accountOf({ settings: { worldMapAccount } }: SourceContext) {
  return worldMapAccount ? { basicAuth: worldMapAccount } : {};
}
