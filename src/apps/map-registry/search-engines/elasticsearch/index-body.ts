import type { estypes } from '@elastic/elasticsearch';
import type { LayerToIndex } from '../../indexing/index-document.ts';
import { TEXT_FIELDS, type TextField } from '../../indexing/words.ts';
import { cornersOf, packCorner } from '../heat-map-grid.ts';

/** The level of the grid whose corners are indexed, as 128 columns and 64 rows: there are {@link MOST_CORNERS} different ones. */
export const INDEXED_GRID_LEVEL = 7;

/** How many corners a grid has at most. */
export const MOST_CORNERS = 4 * 2 ** INDEXED_GRID_LEVEL * 2 ** (INDEXED_GRID_LEVEL - 1);

/** What a layer is found by, beside the fields that are returned of it. */
export const SEARCH_FIELD = 'search';

/** The field with the words of all fields, or of one. */
export function wordsField(field: TextField | 'all'): string {
  return `${SEARCH_FIELD}.words.${field}`;
}

/** Fields of a layer that are compared, or counted. */
export const FIELDS = {
  moment: `${SEARCH_FIELD}.moment`,
  month: `${SEARCH_FIELD}.month`,
  corners: `${SEARCH_FIELD}.corners`,
  terms: `${SEARCH_FIELD}.terms`,
  order: `${SEARCH_FIELD}.order`,
  originator: 'layer_originator',
  serviceType: 'service_type',
} as const;

/** Fields whose words people wrote. */
const PROSE: readonly TextField[] = ['title', 'keywords', 'abstract'];

const KEYWORDS = [
  'id',
  'type',
  'layer_id',
  'uuid',
  'layer_originator',
  'domain_name',
  'service_id',
  'service_type',
  'layer_category',
  'layer_username',
  'srs',
  'layer_date',
  'layer_datetype',
];

const NUMBERS = [
  'min_x',
  'min_y',
  'max_x',
  'max_y',
  'area',
  'centroid_x',
  'centroid_y',
  'reliability',
  'recent_reliability',
];

const TEXTS = ['title', 'abstract', 'keywords', 'name'];

/** Words are cut before they are sent, so that every engine cuts them alike. */
const CUT_WORDS = { type: 'text', analyzer: 'whitespace' } as const;

/** How long the index knows the version of a layer that was removed: longer than any request is on its way. */
const REMEMBERED_DELETIONS = '1h';

/** Returns the body of the request that creates the index of a catalogue. */
export function indexBody(aliases: readonly string[]) {
  const each = (names: readonly string[], property: estypes.MappingProperty) =>
    Object.fromEntries(names.map((name) => [name, property]));
  return {
    settings: {
      index: { number_of_shards: 1, auto_expand_replicas: '0-1', gc_deletes: REMEMBERED_DELETIONS },
    },
    aliases: Object.fromEntries(aliases.map((alias) => [alias, {}])),
    mappings: {
      dynamic: false,
      properties: {
        ...each(KEYWORDS, { type: 'keyword', ignore_above: 8_000 }),
        ...each(NUMBERS, { type: 'double' }),
        ...each(TEXTS, { type: 'text' }),
        // Searches compare the four sides, which are exact. Other clients of the index may search by the shape.
        layer_geoshape: { type: 'geo_shape', ignore_malformed: true },
        is_public: { type: 'boolean' },
        last_status: { type: 'boolean' },
        [SEARCH_FIELD]: {
          properties: {
            moment: { type: 'long' },
            month: { type: 'long' },
            order: { type: 'long' },
            corners: { type: 'long' },
            terms: { type: 'keyword' },
            words: { properties: each([...TEXT_FIELDS, 'all'], CUT_WORDS) },
          },
        },
      },
    },
  } satisfies Omit<estypes.IndicesCreateRequest, 'index'>;
}

/** Returns a layer as it is indexed. */
export function fieldsOf({ document, layerId, moment, box, words }: LayerToIndex): object {
  const joined = (field: TextField) => words[field].map((text) => text.join(' '));
  const corners = cornersOf(INDEXED_GRID_LEVEL, box).map((corner) => packCorner(INDEXED_GRID_LEVEL, corner));
  return {
    ...document,
    [SEARCH_FIELD]: {
      moment: moment.seconds,
      month: moment.month,
      order: Number(layerId),
      corners,
      terms: [...new Set(PROSE.flatMap((field) => words[field].flat()))],
      words: {
        ...Object.fromEntries(TEXT_FIELDS.map((field) => [field, joined(field)])),
        all: TEXT_FIELDS.flatMap(joined),
      },
    },
  };
}
