import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import type { NewestRows } from './shapes.ts';

/** Rows of one page. */
const PAGE_ROWS = 25;

/** Rows are counted up to here: a number beyond would be read by nobody, and costs a look at every row. */
const COUNT_LIMIT = 1_000;

/** A place in a list that is in the order of `created`, newest first, and of `id` among those of one moment. */
interface Place {
  readonly created: string;
  readonly id: string;
}

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([0-9a-f-]{36})$/;

/**
 * Reads one page of a list, and counts what the list has. The place of the next page is told by the last row, so
 * that a page far behind costs what the first one does.
 *
 * @param table whose `created` and `id` order the list.
 * @param matching the rows of the list, of however many tables.
 * @param select adds what is read of each row: `created` as ISO text and `id` among it.
 * @param before the `next` of the page before; anything else is the first page.
 */
export async function readNewest<Row extends Place>(
  database: Database,
  table: string,
  matching: () => Knex.QueryBuilder,
  select: (query: Knex.QueryBuilder) => PromiseLike<readonly Row[]>,
  before: string | undefined,
): Promise<NewestRows<Row>> {
  const page = matching();
  const [, created, id] = CURSOR.exec(before ?? '') ?? [];
  if (created !== undefined && id !== undefined) {
    page.where(`${table}.created`, '<=', created).where((or) => {
      or.where(`${table}.created`, '<', created).orWhere(`${table}.id`, '>', id);
    });
  }
  page
    .orderBy([
      { column: `${table}.created`, order: 'desc' },
      { column: `${table}.id`, order: 'asc' },
    ])
    .limit(PAGE_ROWS + 1);
  const counted = matching()
    .select(database.raw('1'))
    .limit(COUNT_LIMIT + 1);
  const [found, { rows: count }] = await Promise.all([
    select(page),
    database.count({ rows: '*' }).from(counted.as('counted')).first<{ rows: string }>(),
  ]);
  const rows = found.slice(0, PAGE_ROWS);
  const last = found.length > PAGE_ROWS ? rows.at(-1) : undefined;
  return {
    rows,
    count: Math.min(Number(count), COUNT_LIMIT),
    isMore: Number(count) > COUNT_LIMIT,
    next: last ? `${last.created}_${last.id}` : null,
  };
}
