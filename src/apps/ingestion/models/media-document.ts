import type { JsonValue } from '../../../queue/index.ts';
import { authorityBoostOf } from './authority-boost.ts';
import type { DocumentFields, FieldMapping, ModelRow } from './model.ts';

const LONGEST_DESCRIPTION_CHARACTERS = 2_000;

/** The least rank that engines take: the least normal number of 32 bits. */
const LEAST_RANK = 1.175_494_4e-38;

/** A time as Postgres writes it, in UTC. */
const TIMESTAMP = /^(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)(?:\+00|Z)?$/;

/** The columns that {@link mediaDocument} reads. */
export const MEDIA_COLUMNS = [
  'identifier',
  'title',
  'creator',
  'url',
  'license',
  'provider',
  'source',
  'filetype',
  'category',
  'tags',
  'meta_data',
  'created_on',
  'removed_from_source',
  'standardized_popularity',
] as const;

/** How the fields of {@link mediaDocument} are indexed. */
export const MEDIA_FIELDS: Readonly<Record<string, FieldMapping>> = {
  id: { type: 'long' },
  created_on: { type: 'date' },
  mature: { type: 'boolean' },
  identifier: { type: 'keyword' },
  extension: { type: 'keyword' },
  license: { type: 'keyword' },
  provider: { type: 'keyword' },
  source: { type: 'keyword' },
  filetype: { type: 'keyword' },
  category: { type: 'keyword' },
  title: {
    type: 'text',
    language: 'english',
    weight: 'A',
    hasBooleanSimilarity: true,
    hasKeyword: true,
    hasRaw: true,
  },
  description: { type: 'text', language: 'english', weight: 'C', hasBooleanSimilarity: true, hasRaw: true },
  creator: { type: 'text', language: 'simple', weight: 'D', hasKeyword: true },
  tags: {
    type: 'object',
    fields: {
      name: { type: 'text', language: 'english', weight: 'B', hasKeyword: true, hasRaw: true },
      accuracy: { type: 'float' },
    },
  },
  url: { type: 'stored' },
  standardized_popularity: { type: 'rank-feature' },
  authority_boost: { type: 'rank-feature' },
  authority_penalty: { type: 'rank-feature', isNegative: true },
  max_boost: { type: 'rank-feature' },
  min_boost: { type: 'rank-feature' },
};

/** The text fields that sensitive terms are looked for in. */
export const SENSITIVE_MEDIA_FIELDS = ['title', 'description', 'tags.name'] as const;

/** Returns whether the source has removed what the row is about. */
export function isRemoved(row: ModelRow): boolean {
  return row['removed_from_source'] === true;
}

/** Returns the fields that all media have. `extension` is left to the model. */
export function mediaDocument(row: ModelRow): DocumentFields {
  const metaData = objectOrEmpty(row['meta_data']);
  const popularity = popularityOf(row['standardized_popularity']);
  const authority = authorityBoostOf(textOrNull(row['provider']), numberOrNull(metaData['authority_boost']));
  const [one, other] = [popularity ?? 1, authority ?? 1];
  return {
    id: Number(row.id),
    created_on: timestampOrNull(row['created_on']),
    mature: row.is_listed_as_mature || metaData['mature'] === true,
    identifier: textOrNull(row['identifier']),
    title: textOrNull(row['title']),
    description: descriptionOf(metaData['description']),
    creator: textOrNull(row['creator']),
    url: textOrNull(row['url']),
    license: textOrNull(row['license'])?.toLowerCase() ?? null,
    provider: textOrNull(row['provider']),
    source: textOrNull(row['source']),
    filetype: textOrNull(row['filetype']),
    category: textOrNull(row['category']),
    tags: tagsOf(row['tags']),
    standardized_popularity: popularity,
    authority_boost: authority,
    max_boost: Math.max(one, other),
    min_boost: Math.min(one, other),
  };
}

/** A popularity from 0 to 1 becomes a rank from 0 to 100; none and 0 have no rank, as engines refuse a rank of 0. */
function popularityOf(value: unknown): number | null {
  const popularity = numberOrNull(value);
  if (popularity === null) return null;
  const rank = Math.min(Math.max(popularity * 100, 0), 100);
  return rank < LEAST_RANK ? null : rank;
}

/** A character may take two units of UTF-16; it is kept as a whole. */
function descriptionOf(value: unknown): string | null {
  const start = textOrNull(value)?.slice(0, 2 * LONGEST_DESCRIPTION_CHARACTERS);
  if (start === undefined || start.length <= LONGEST_DESCRIPTION_CHARACTERS) return start ?? null;
  return Array.from(start).slice(0, LONGEST_DESCRIPTION_CHARACTERS).join('');
}

function tagsOf(value: unknown): JsonValue {
  if (!Array.isArray(value)) return [];
  return value.flatMap((tag: unknown) => {
    const { name, accuracy } = objectOrEmpty(tag);
    if (typeof name !== 'string' || name === '') return [];
    return [typeof accuracy === 'number' ? { name, accuracy } : { name }];
  });
}

/** A column that holds a time, as ISO 8601, which every engine reads; `null` for anything else, such as `infinity`. */
function timestampOrNull(value: unknown): string | null {
  const [, date, time] = TIMESTAMP.exec(textOrNull(value) ?? '') ?? [];
  return date === undefined || time === undefined ? null : `${date}T${time}Z`;
}

/** A column or value that holds a text; `null` for anything else. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A column that holds a number, which pg may return as text; `null` for anything else. */
export function numberOrNull(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** An object of JSON; an empty one for anything else. */
export function objectOrEmpty(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
