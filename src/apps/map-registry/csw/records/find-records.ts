import type { Box } from '../../../../map-kit/box.ts';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import type { Condition } from '../filters/condition.ts';
import { conditionSql, type SqlCondition } from '../filters/condition-sql.ts';
import { queryableOf } from '../filters/queryables.ts';
import type { SortKey } from '../requests/csw-request.ts';
import { recordsVersionSql } from './records-version.ts';
import type { RecordTexts } from './stored-record.ts';

/** A record as it is published. */
export interface PublishedRecord extends RecordTexts {
  /** In UTC: `2014-09-23T10:00:00Z`. */
  readonly modified: string;
  /** In longitude and latitude; `undefined` for services. */
  readonly box: Box | undefined;
  /** The document of a transaction; null for what was harvested. */
  readonly givenXml: string | null;
  /** Null for services. */
  readonly layerUuid: string | null;
}

/** A page of records that is searched for. */
export interface RecordSearch {
  readonly catalogId: string;
  readonly condition: Condition | undefined;
  readonly sortKeys: readonly SortKey[];
  /** From 1. */
  readonly startPosition: number;
  readonly maxRecords: number;
}

/** A record as the statement returns it. */
interface RecordRow extends RecordTexts {
  readonly modified: string;
  readonly min_x: number;
  readonly min_y: number;
  readonly max_x: number;
  readonly max_y: number;
  readonly given_xml: string | null;
  readonly layer_uuid: string;
}

/** What comes with each record of a page: the version of the records, and where it is on the page. */
interface AsideRow {
  readonly version: string;
  readonly position: string | null;
}

/** Stands where a page is empty. */
interface NoRecordRow {
  readonly identifier: null;
}

/** The records that fulfil a condition. */
export interface RecordMatches {
  readonly total: number;
  /** The ids of the layers, in their order: all of them, or the first ones. Postgres counts ids from 1; none is too large for a number. */
  readonly ids: Float64Array;
}

/** Ids that are read of more: as many as a client is likely to look at. */
const FIRST_IDS = 500;

/** Matches whose ids are all read. */
const MOST_IDS = 20_000;

/** Matches that are sorted by their ids; of more, the first ones are soon met along the index of the order. */
const MOST_SORTED_IDS = 500;

/** Properties that records may be sorted by at a time. */
const MOST_SORT_KEYS = 5;

const COLUMNS = `record.identifier, record.type, record.title, record.alternative, record.abstract, record.format, record.source,
  record.relation, record.subjects, record.creator, record.publisher, record.contributor, record.language, record.rights,
  record.date, record.given_xml,
  to_char(record.modified, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS modified,
  (record.bounds[1])[0] AS min_x, (record.bounds[1])[1] AS min_y,
  (record.bounds[0])[0] AS max_x, (record.bounds[0])[1] AS max_y,
  (SELECT uuid FROM map_registry.layers layer WHERE layer.id = record.layer_id) AS layer_uuid`;

/**
 * Returns how many listed records of a catalogue fulfil a condition, and which: a page of them takes no second search then.
 *
 * @param mostIds matches whose ids are all returned; of more, those of the first 500 are.
 * @throws {OgcError} as {@link conditionSql}.
 */
export async function matchRecords(
  database: DatabaseOrTransaction,
  { catalogId, condition }: Pick<RecordSearch, 'catalogId' | 'condition'>,
  mostIds = MOST_IDS,
): Promise<RecordMatches> {
  const { sql, bindings } = listedSql(catalogId, condition);
  const records = `FROM map_registry.records record WHERE ${sql}`;
  const firstIds = `ARRAY(SELECT layer_id ${records} ORDER BY layer_id LIMIT ${FIRST_IDS})`;
  // The ids are read as a text, as the driver takes long to read an array.
  const { rows } = await database.raw<{ rows: { total: string; ids: string | null }[] }>(
    isCountedByIndex(condition)
      ? `SELECT (SELECT count(*) ${records}) AS total, ${firstIds}::text AS ids`
      : `SELECT total, (CASE WHEN total > ${mostIds} THEN ${firstIds} ELSE ids END)::text AS ids
         FROM (SELECT count(*) AS total, array_agg(layer_id) AS ids ${records}) AS matched`,
    [...bindings, ...bindings],
  );
  const { total = '0', ids = null } = rows[0] ?? {};
  return { total: Number(total), ids: idsOf(ids ?? '{}') };
}

/**
 * Returns what fulfils a condition now, after some records changed. Only those are looked at.
 *
 * @param ids those of all layers that fulfilled it before.
 */
export async function matchChangedRecords(
  database: DatabaseOrTransaction,
  { catalogId, condition }: Pick<RecordSearch, 'catalogId' | 'condition'>,
  ids: Float64Array,
  changedIds: ReadonlySet<number>,
): Promise<RecordMatches> {
  const { sql, bindings } = listedSql(catalogId, condition);
  const { rows } = await database.raw<{ rows: { layer_id: string }[] }>(
    `SELECT layer_id FROM (
       SELECT * FROM map_registry.records WHERE layer_id = ANY(?::bigint[]) OFFSET 0
     ) AS record WHERE ${sql}`,
    [arrayLiteral([...changedIds]), ...bindings],
  );
  const unchanged = ids.filter((id) => !changedIds.has(id));
  const matching = new Float64Array(unchanged.length + rows.length);
  matching.set(unchanged);
  matching.set(
    rows.map(({ layer_id }) => Number(layer_id)),
    unchanged.length,
  );
  return { total: matching.length, ids: matching.sort() };
}

/** Reads `{2,1}`, and sorts it. JSON is read faster than a text is split. */
function idsOf(array: string): Float64Array {
  const ids: unknown = JSON.parse(`[${array.slice(1, -1)}]`);
  return Array.isArray(ids) ? Float64Array.from(ids).sort() : new Float64Array();
}

/** All records, those of one type and those of some days are counted from an index alone. */
function isCountedByIndex(condition: Condition | undefined): boolean {
  if (condition === undefined) return true;
  if (condition.kind !== 'compare') return false;
  const { queryable } = condition;
  return (
    queryable.kind === 'moment' ||
    (queryable.kind === 'text' && (queryable.column === 'type' || queryable.column === 'format'))
  );
}

/**
 * Returns a page of the listed records that fulfil a condition.
 *
 * @param matches as {@link matchRecords} returns them.
 * @throws {OgcError} as {@link conditionSql}, or records cannot be sorted by a property.
 */
export async function findRecords(
  database: DatabaseOrTransaction,
  search: RecordSearch,
  matches: RecordMatches,
): Promise<readonly PublishedRecord[]> {
  const order = orderSql(search.sortKeys);
  const offset = search.startPosition - 1;
  if (search.maxRecords === 0 || offset >= matches.total) return [];
  const { sql, bindings, skipped } = knownPageSql(search, matches) ?? {
    ...listedSql(search.catalogId, search.condition),
    skipped: offset,
  };
  const { rows } = await database.raw<{ rows: RecordRow[] }>(
    `SELECT ${COLUMNS} FROM map_registry.records record WHERE ${sql} ORDER BY ${order} LIMIT ? OFFSET ?`,
    [...bindings, search.maxRecords, skipped],
  );
  return rows.map(publishedRecord);
}

/**
 * Returns the same in one statement; `undefined` where the page is not among the ids that are known, or the records have changed since.
 *
 * @throws {OgcError} records cannot be sorted by a property.
 */
export async function findKnownRecords(
  database: DatabaseOrTransaction,
  search: RecordSearch,
  { version, matches }: { readonly version: string; readonly matches: RecordMatches },
): Promise<readonly PublishedRecord[] | undefined> {
  const order = orderSql(search.sortKeys);
  const page = knownPageSql(search, matches);
  if (!page) return undefined;
  const { rows } = await database.raw<{ rows: ((RecordRow | NoRecordRow) & AsideRow)[] }>(
    `SELECT page.*, current.version FROM (${recordsVersionSql('?')}) AS current LEFT JOIN (
       SELECT ${COLUMNS}, row_number() OVER (ORDER BY ${order}) AS position
       FROM map_registry.records record WHERE ${page.sql} ORDER BY ${order} LIMIT ? OFFSET ?
     ) AS page ON true ORDER BY page.position`,
    [search.catalogId, ...page.bindings, search.maxRecords, page.skipped],
  );
  if (rows[0]?.version !== version) return undefined;
  return rows.flatMap(({ version: _version, position: _position, ...record }) =>
    record.identifier === null ? [] : [publishedRecord(record)],
  );
}

/** Returns a condition by ids, of which a page is the first records after some that are skipped; `undefined` where the ids are not known. */
function knownPageSql(
  { sortKeys, startPosition, maxRecords }: RecordSearch,
  { total, ids }: RecordMatches,
): (SqlCondition & { readonly skipped: number }) | undefined {
  const offset = startPosition - 1;
  const ofIds = (known: Float64Array, skipped: number) => ({
    sql: 'layer_id = ANY(?::bigint[])',
    bindings: [arrayLiteral([...known])],
    skipped,
  });
  if (maxRecords === 0 || offset >= total) return ofIds(new Float64Array(), 0);
  if (sortKeys.length === 0 && Math.min(offset + maxRecords, total) <= ids.length) {
    return ofIds(ids.subarray(offset, offset + maxRecords), 0);
  }
  return total === ids.length && total <= MOST_SORTED_IDS ? ofIds(ids, offset) : undefined;
}

/** Returns the listed records of some identifiers, in their order. */
export async function findRecordsById(
  database: DatabaseOrTransaction,
  catalogId: string,
  identifiers: readonly string[],
): Promise<readonly PublishedRecord[]> {
  const { rows } = await database.raw<{ rows: RecordRow[] }>(
    `SELECT ${COLUMNS} FROM map_registry.records record
     WHERE catalog_id = ? AND is_listed AND identifier = ANY(?::text[])
     ORDER BY array_position(?::text[], identifier)`,
    [catalogId, arrayLiteral(identifiers), arrayLiteral(identifiers)],
  );
  return rows.map(publishedRecord);
}

/** Returns the condition with that of the catalogue. */
export function listedSql(catalogId: string, condition: Condition | undefined): SqlCondition {
  const { sql, bindings } = condition ? conditionSql(condition) : { sql: 'true', bindings: [] };
  return { sql: `catalog_id = ? AND is_listed AND ${sql}`, bindings: [catalogId, ...bindings] };
}

function orderSql(sortKeys: readonly SortKey[]): string {
  if (sortKeys.length > MOST_SORT_KEYS) {
    throw new OgcError(
      'InvalidParameterValue',
      `Records are sorted by ${MOST_SORT_KEYS} properties at most.`,
      {
        locator: 'sortBy',
      },
    );
  }
  const keys = sortKeys.map(
    ({ name, isDescending }) => `${sortedColumn(name)}${isDescending ? ' DESC' : ''}`,
  );
  // In the direction of the first one, so that its index has the whole order.
  return [...keys, `record.layer_id${sortKeys[0]?.isDescending ? ' DESC' : ''}`].join(', ');
}

function sortedColumn(name: string): string {
  const queryable = queryableOf(name);
  switch (queryable.kind) {
    case 'text':
      // As the index has it: an index takes no longer texts.
      return queryable.column === 'title' ? 'left(record.title, 200)' : `record.${queryable.column}`;
    case 'moment':
      return `record.${queryable.column}`;
    case 'subjects':
      return 'record.subjects';
    case 'any':
    case 'bounds':
      throw new OgcError('InvalidParameterValue', `Records cannot be sorted by ${name.slice(0, 60)}.`, {
        locator: 'sortBy',
      });
  }
}

function publishedRecord(row: RecordRow): PublishedRecord {
  const { min_x, min_y, max_x, max_y, given_xml, layer_uuid, ...texts } = row;
  return {
    ...texts,
    box: { minX: min_x, minY: min_y, maxX: max_x, maxY: max_y },
    givenXml: given_xml,
    layerUuid: layer_uuid,
  };
}
