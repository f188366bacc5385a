import type { Knex } from 'knex';
import type { Box } from '../../../../map-kit/box.ts';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import { anyTextOf } from './any-text.ts';
import type { NewRecord } from './stored-record.ts';

/** A column of `map_registry.records`, and what a record has for it. */
interface Column {
  readonly name: string;
  readonly type: string;
  readonly read: (record: NewRecord) => string | boolean | null;
}

const TEXTS = [
  'identifier',
  'type',
  'title',
  'alternative',
  'abstract',
  'format',
  'source',
  'relation',
  'creator',
  'publisher',
  'contributor',
  'language',
  'rights',
  'date',
] as const;

const COLUMNS: readonly Column[] = [
  { name: 'layer_id', type: 'bigint', read: ({ layerId }) => layerId },
  { name: 'catalog_id', type: 'bigint', read: ({ catalogId }) => catalogId },
  { name: 'is_listed', type: 'boolean', read: ({ isListed }) => isListed },
  ...TEXTS.map((name): Column => ({ name, type: 'text', read: (record) => record[name] })),
  // Postgres has no arrays of arrays of different lengths; their text is an array's literal.
  { name: 'subjects', type: 'text', read: ({ subjects }) => arrayLiteral(subjects) },
  { name: 'dated', type: 'timestamptz', read: ({ dated }) => dated },
  { name: 'modified', type: 'timestamptz', read: ({ modified }) => modified },
  { name: 'bounds', type: 'text', read: ({ box }) => boxLiteral(box) },
  { name: 'any_text', type: 'text', read: (record) => anyTextOf(record, record.furtherText) },
  { name: 'given_xml', type: 'text', read: ({ givenXml }) => givenXml },
];

/** The columns whose type differs from that of the array which brings their values. */
const CASTS: Readonly<Record<string, string>> = { subjects: '::text[]', bounds: '::box' };

const NAMES = COLUMNS.map(({ name }) => name);

const STATEMENT = `
  INSERT INTO map_registry.records (${NAMES.join(', ')})
  SELECT ${NAMES.map((name) => `${name}${CASTS[name] ?? ''}`).join(', ')}
  FROM unnest(${COLUMNS.map(({ type }) => `?::${type}[]`).join(', ')}) AS given (${NAMES.join(', ')})
  ORDER BY layer_id
  ON CONFLICT (layer_id) DO UPDATE
  SET ${NAMES.slice(1)
    .map((name) => `${name} = EXCLUDED.${name}`)
    .join(', ')}`;

/** Stores records in one statement; those that are stored already are replaced. */
export async function writeRecords(
  transaction: Knex.Transaction,
  records: readonly NewRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await transaction.raw(
    STATEMENT,
    COLUMNS.map(({ read }) => arrayLiteral(records.map(read))),
  );
}

/** A box as Postgres reads it. */
export function boxLiteral({ minX, minY, maxX, maxY }: Box): string {
  return `(${minX},${minY}),(${maxX},${maxY})`;
}
