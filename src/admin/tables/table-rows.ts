import type { Knex } from 'knex';
import { asPlace, asText, between } from '../../app-kit/admin/list-query.ts';
import { readNewestBy } from '../../app-kit/admin/newest-rows.ts';
import type { AdminColumn, AdminResource } from '../../app-kit/admin/resource.ts';
import type { RowPage } from '../../app-kit/admin/row-page.ts';
import type { Database } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import { isUuid } from '../../platform/uuid.ts';
import { withoutSecrets } from '../stored-json.ts';
import type { TableRow } from './shapes.ts';

/** Characters of a long text that the list reads. */
const LISTED_TEXT_LENGTH = 300;

/** Values to filter by, as an address has them: by column, and `from` and `to`. */
type Filter = Readonly<Record<string, unknown>>;

/** One page of a table, newest first. */
export async function listTableRows(
  database: Database,
  table: AdminResource,
  filter: Filter,
  page: string | undefined,
): Promise<RowPage<TableRow>> {
  const list = await readNewestBy<PlacedRow>(
    database,
    {
      table: table.table,
      newestBy: table.newestBy,
      matching: () => matching(database, table, filter),
      select: (query) => selectPlaced(database, table, query),
      placeOf: ({ place }) => place,
    },
    asPlace(page),
  );
  return { ...list, rows: list.rows.map(({ row }) => row) };
}

/** One row with all its columns; undefined if there is none. */
export async function readTableRow(
  database: Database,
  table: AdminResource,
  id: string,
): Promise<TableRow | undefined> {
  if (!isUuid(id)) return undefined;
  const query = rowsOf(database, table).where({ id });
  const values: TableRow['values'] | undefined = await query
    .select(table.columns.map((column) => expression(database, column, false)))
    .first();
  return values && { id, values: shown(table, values) };
}

interface PlacedRow {
  readonly place: { readonly moment: string; readonly id: string };
  readonly row: TableRow;
}

async function selectPlaced(
  database: Database,
  table: AdminResource,
  query: Knex.QueryBuilder,
): Promise<PlacedRow[]> {
  const listed = table.columns.filter(
    (column) => column.listed === true || column.kind === 'id' || column.name === table.title,
  );
  const rows: Record<string, unknown>[] = await query.select(
    ...listed.map((column) => expression(database, column, true)),
    isoTimestamp(database, `${table.table}.${table.newestBy}`, 'place_moment'),
    database.raw('?? AS place_id', [`${table.table}.id`]),
  );
  return rows.map(({ place_moment, place_id, ...values }) => {
    const place = { moment: String(place_moment), id: String(place_id) };
    return { place, row: { id: place.id, values: shown(table, values) } };
  });
}

function matching(database: Database, table: AdminResource, filter: Filter): Knex.QueryBuilder {
  const query = rowsOf(database, table);
  for (const column of table.columns) {
    const value = column.filter === true ? asText(filter[column.name]) : undefined;
    if (value !== undefined && column.kind !== 'timestamp') narrow(query, column, value);
  }
  between(query, `${table.table}.${table.newestBy}`, asText(filter['from']), asText(filter['to']));
  return query;
}

function rowsOf(database: Database, { table, where = {} }: AdminResource): Knex.QueryBuilder {
  return database(table).where(where);
}

/** Filters by a column; nothing matches a value that the column cannot have. */
function narrow(query: Knex.QueryBuilder, column: AdminColumn, value: string): void {
  const isKey = column.kind === 'id' || column.kind === 'reference' || column.kind === 'task';
  if (isKey && !isUuid(value)) query.whereRaw('false');
  else query.where(column.name, value);
}

function expression(database: Database, column: AdminColumn, isListed: boolean): Knex.Raw {
  if (column.kind === 'timestamp' && column.sql === undefined) {
    return isoTimestamp(database, column.name, column.name);
  }
  const [source, bindings] = column.sql === undefined ? ['??', [column.name]] : [column.sql, []];
  const read = isListed && column.kind === 'long-text' ? `left(${source}, ${LISTED_TEXT_LENGTH})` : source;
  return database.raw(`${read} AS ??`, [...bindings, column.name]);
}

function shown(table: AdminResource, values: Readonly<Record<string, unknown>>): TableRow['values'] {
  const json = new Set(table.columns.filter(({ kind }) => kind === 'json').map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, json.has(name) ? withoutSecrets(value) : value]),
  );
}
