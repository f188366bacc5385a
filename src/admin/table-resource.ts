import { BaseProperty, BaseRecord, BaseResource, type Filter } from 'adminjs';
import type { Knex } from 'knex';
import type { AdminColumn, AdminResource } from '../app-kit/admin/resource.ts';
import { boundedCount } from '../platform/database/bounded-count.ts';
import type { Database } from '../platform/database/connection.ts';
import { isoTimestamp } from '../platform/database/timestamps.ts';
import { isUuid } from '../platform/uuid.ts';
import { readableJson } from './stored-json.ts';

/** Characters of a long text that the list reads. */
const LISTED_TEXT_LENGTH = 300;

/** One page of a list, as AdminJS asks for it. */
interface ListOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly sort?: { readonly sortBy?: string; readonly direction?: 'asc' | 'desc' };
}

/**
 * A table behind AdminJS, read-only, on the process's own pool. `@adminjs/sql` would open a pool of its own,
 * read timestamps as a `Date`, load every column for the list, and count whole tables.
 */
export class TableResource extends BaseResource {
  readonly #database: Database;
  readonly #descriptor: AdminResource;

  constructor(database: Database, descriptor: AdminResource) {
    super(descriptor);
    this.#database = database;
    this.#descriptor = descriptor;
  }

  override databaseName(): string {
    return 'composite-handler';
  }

  override databaseType(): string {
    return 'postgres';
  }

  override id(): string {
    return this.#descriptor.id;
  }

  override properties(): BaseProperty[] {
    return this.#descriptor.columns.map((column, position) =>
      propertyOf(column, position, column.name === this.#descriptor.newestBy),
    );
  }

  override property(path: string): BaseProperty | null {
    return this.properties().find((property) => property.path() === path) ?? null;
  }

  /** Exact up to 10,000, then an estimate. */
  override async count(filter: Filter): Promise<number> {
    const { count } = await boundedCount(this.#database, this.#matching(filter));
    return count;
  }

  override async find(filter: Filter, { limit = 25, offset = 0, sort }: ListOptions): Promise<BaseRecord[]> {
    const direction = sort?.direction === 'asc' ? 'asc' : 'desc';
    const rows = await this.#select(this.#matching(filter), true)
      // The table is named, as a moment that is selected under its column's name is a text, and in no index.
      .orderBy([
        { column: `${this.#descriptor.table}.${this.#descriptor.newestBy}`, order: direction },
        { column: `${this.#descriptor.table}.id`, order: 'asc' },
      ])
      .limit(limit)
      .offset(offset);
    return rows.map((row) => this.#record(row));
  }

  override async findOne(id: string): Promise<BaseRecord | null> {
    if (!isUuid(id)) return null;
    const row = await this.#select(this.#rows().where({ id }), false).first();
    return row ? this.#record(row) : null;
  }

  override async findMany(ids: (string | number)[]): Promise<BaseRecord[]> {
    const valid = ids.map(String).filter((id) => isUuid(id));
    const rows = await this.#select(this.#rows().whereIn('id', valid), true);
    return rows.map((row) => this.#record(row));
  }

  #rows(): Knex.QueryBuilder {
    return this.#database(this.#descriptor.table).where(this.#descriptor.where ?? {});
  }

  #matching(filter: Filter): Knex.QueryBuilder {
    const query = this.#rows();
    for (const column of this.#descriptor.columns) {
      const value: unknown = column.filter === true ? filter.get(column.name)?.value : undefined;
      if (value !== undefined && value !== '') narrow(query, column, value);
    }
    return query;
  }

  /** Reads what the list needs, or everything. */
  #select(query: Knex.QueryBuilder, listed: boolean): Knex.QueryBuilder<Row, Row[]> {
    const columns = this.#descriptor.columns.filter(
      (column) => !listed || column.kind === 'id' || column.listed === true,
    );
    return query.select(columns.map((column) => this.#expression(column, listed)));
  }

  #expression(column: AdminColumn, listed: boolean): Knex.Raw {
    if (column.kind === 'timestamp') return isoTimestamp(this.#database, column.name, column.name);
    const [source, bindings] = column.sql === undefined ? ['??', [column.name]] : [column.sql, []];
    const read = listed && column.kind === 'long-text' ? `left(${source}, ${LISTED_TEXT_LENGTH})` : source;
    return this.#database.raw(`${read} AS ??`, [...bindings, column.name]);
  }

  #record(row: Row): BaseRecord {
    for (const { name, kind } of this.#descriptor.columns) {
      if (kind === 'json' && row[name] !== undefined && row[name] !== null) {
        row[name] = readableJson(row[name]);
      }
    }
    return new BaseRecord(row, this);
  }
}

type Row = Record<string, unknown>;

/** A column as AdminJS knows it. */
export function propertyOf(column: AdminColumn, position: number, isSortable: boolean): BaseProperty {
  return new BaseProperty({
    path: column.name,
    type: column.kind === 'id' ? 'uuid' : column.kind === 'timestamp' ? 'datetime' : 'string',
    isId: column.kind === 'id',
    isSortable,
    position,
  });
}

/** Narrows a query to the rows whose column is what the filter says; to none where it cannot be that. */
function narrow(query: Knex.QueryBuilder, column: AdminColumn, value: unknown): void {
  if (column.kind === 'timestamp') {
    const { from, to } = Object(value) as { from?: unknown; to?: unknown };
    if (isMoment(from)) query.where(column.name, '>=', from);
    if (isMoment(to)) query.where(column.name, '<=', to);
    return;
  }
  const isKey = column.kind === 'id' || column.kind === 'reference';
  if (typeof value !== 'string' || (isKey && !isUuid(value.trim()))) query.whereRaw('false');
  else query.where(column.name, value.trim());
}

function isMoment(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
