import type { Knex } from 'knex';
import { type Place, placeText } from '../../app-kit/admin/list-query.ts';
import type { ListCount, RowPage } from '../../app-kit/admin/row-page.ts';
import { boundedCount } from '../../platform/database/bounded-count.ts';
import type { Database } from '../../platform/database/connection.ts';
import { cutInTheMiddle } from '../../platform/database/texts.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import type { FinishedTaskRow } from './shapes.ts';
import { errorPattern, type TaskFilter } from './task-filter.ts';

/** Rows of one page. */
const PAGE_ROWS = 25;

/** The most tasks that one page looks at, if it is narrowed by a column without an index. */
const SCANNED_ROWS = 5_000;

/** Characters of an error that the list has. */
const LISTED_ERROR_CHARACTERS = 300;

/** How long everything that matches is counted before the page says that there is more. */
const COUNTING_MILLISECONDS = 2_000;

/** Which of the finished tasks a list has. */
export interface FinishedList {
  readonly success: boolean;
  readonly filter: TaskFilter;
}

/** One page of finished tasks, those first that ended last. */
export async function listFinished(
  database: Database,
  list: FinishedList,
  after: Place | undefined,
): Promise<RowPage<FinishedTaskRow>> {
  const scan = new FinishedScan(database, list);
  const [page, count] = await Promise.all([
    scan.read(after, PAGE_ROWS + 1, (query) => selectRows(database, query)),
    scan.isIndexed ? boundedCount(database, scan.indexed()) : null,
  ]);
  const rows = page.rows.slice(0, PAGE_ROWS);
  const last = rows.at(-1);
  const isFull = page.rows.length > PAGE_ROWS;
  const next = isFull && last ? { moment: last.stopped, id: last.id } : page.end;
  return { rows, next: next ? placeText(next) : null, isPartial: !isFull && next !== undefined, count };
}

/** Some of the ids that a list has, and the place after which there are others; undefined if there are none. */
export async function nextFinishedIds(
  database: Database,
  list: FinishedList,
  after: Place | undefined,
  limit: number,
): Promise<{ readonly ids: readonly string[]; readonly end: Place | undefined }> {
  const page = await new FinishedScan(database, list).read(after, limit, (query) =>
    query.select<{ id: string; stopped: string }[]>('id', isoTimestamp(database, 'stopped', 'stopped')),
  );
  const last = page.rows.at(-1);
  const isFull = page.rows.length === limit;
  return {
    ids: page.rows.map(({ id }) => id),
    end: isFull && last ? { moment: last.stopped, id: last.id } : page.end,
  };
}

/** How many tasks a list has: exactly, or an estimate; or, where that would take long, at least so many. */
export async function countFinished(database: Database, list: FinishedList): Promise<ListCount> {
  const scan = new FinishedScan(database, list);
  if (scan.isIndexed) return boundedCount(database, scan.indexed());
  const deadline = performance.now() + COUNTING_MILLISECONDS;
  let count = 0;
  let place: Place | undefined;
  do {
    // One bounded look after the other: a single one would hold up Postgres for as long as it takes.
    const page = await nextFinishedIds(database, list, place, SCANNED_ROWS);
    count += page.ids.length;
    place = page.end;
  } while (place && performance.now() < deadline);
  return { count, isEstimated: false, isMinimum: place !== undefined };
}

function selectRows(
  database: Database,
  query: Knex.QueryBuilder,
): Knex.QueryBuilder<object, FinishedTaskRow[]> {
  return query.select(
    'id',
    'name',
    'func',
    'group',
    'cluster AS queue',
    'cancelled',
    database.raw(
      `CASE WHEN NOT success THEN ${cutInTheMiddle("result ->> 'error'", LISTED_ERROR_CHARACTERS)} END AS error`,
    ),
    isoTimestamp(database, 'started', 'started'),
    isoTimestamp(database, 'stopped', 'stopped'),
    'attempt_count AS attempts',
    'waited_seconds AS waitedSeconds',
    'ran_seconds AS ranSeconds',
  );
}

/** The columns by which tasks are found, the one that leaves fewest first. */
const FOUND_BY = [
  ['name', 'name'],
  ['group', 'group'],
  ['func', 'func'],
  ['queue', 'cluster'],
] as const;

/**
 * Walks through finished tasks by an index, newest first: that of the column that leaves fewest, or of time alone. By
 * everything else, a bounded number of those is sifted, so that no filter makes a page slow, however many tasks there
 * are; where the sifting stopped, the next page goes on.
 */
class FinishedScan {
  readonly #database: Database;
  readonly #list: FinishedList;
  readonly #foundBy: (typeof FOUND_BY)[number] | undefined;
  readonly #sifts: ((query: Knex.QueryBuilder) => void)[] = [];

  constructor(database: Database, list: FinishedList) {
    this.#database = database;
    this.#list = list;
    const { success, filter } = list;
    this.#foundBy = FOUND_BY.find(([name]) => filter[name] !== undefined);
    for (const each of FOUND_BY) {
      const [name, column] = each;
      const value = filter[name];
      if (each !== this.#foundBy && value !== undefined)
        this.#sifts.push((query) => query.where(column, value));
    }
    const { error, cancelled } = filter;
    if (error !== undefined)
      this.#sifts.push((query) => query.whereRaw(`result ->> 'error' ILIKE ?`, [errorPattern(error)]));
    if (cancelled !== undefined && !this.#isOfCancelled)
      this.#sifts.push((query) => query.where({ cancelled }));
    if (!this.#hasIndexOfSuccess) this.#sifts.push((query) => query.where({ success }));
  }

  /** Whether the index alone finds all of the list, and nothing else. */
  get isIndexed(): boolean {
    return this.#sifts.length === 0;
  }

  /** Cancelled tasks have an index of their own, as they are few. */
  get #isOfCancelled(): boolean {
    return this.#list.filter.cancelled === true && !this.#list.success && this.#foundBy === undefined;
  }

  /** Failures have indexes of their own; of successes, only that of their queue, and that of time. */
  get #hasIndexOfSuccess(): boolean {
    const column = this.#foundBy?.[0];
    return column === undefined || column === 'queue' || (!this.#list.success && column !== 'name');
  }

  /** What the index finds. */
  indexed(): Knex.QueryBuilder {
    const query = this.#inTime();
    if (this.#foundBy) query.where(this.#foundBy[1], this.#list.filter[this.#foundBy[0]]);
    return query;
  }

  /**
   * The same, for being read in order. Postgres does not get the value: if a function is frequent but never fails, it
   * would expect to find failures of it among the newest ones at once, and go through all failures in vain.
   */
  #readable(): Knex.QueryBuilder {
    const query = this.#inTime();
    if (this.#foundBy) {
      const [name, column] = this.#foundBy;
      query.whereRaw('?? = (SELECT ?::text)', [column, this.#list.filter[name] ?? null]);
    }
    return query;
  }

  #inTime(): Knex.QueryBuilder {
    const { success, filter } = this.#list;
    const query = this.#database('queue.tasks');
    if (this.#hasIndexOfSuccess) query.where({ success });
    if (this.#isOfCancelled) query.where({ cancelled: true });
    if (filter.from !== undefined) query.where('stopped', '>=', filter.from);
    if (filter.to !== undefined) query.where('stopped', '<', filter.to);
    return query;
  }

  /** Reads up to `limit` rows after a place; where it stopped before as it had looked at enough, `end` is there. */
  async read<Row>(
    after: Place | undefined,
    limit: number,
    select: (query: Knex.QueryBuilder) => PromiseLike<readonly Row[]>,
  ): Promise<{ readonly rows: readonly Row[]; readonly end: Place | undefined }> {
    if (this.isIndexed)
      return { rows: await select(ordered(this.#after(after), 'tasks').limit(limit)), end: undefined };
    const scanned = () => ordered(this.#after(after), 'tasks').limit(SCANNED_ROWS);
    const sifted = this.#database.from(scanned().select('*').as('scanned')).limit(limit);
    for (const sift of this.#sifts) sift(sifted);
    const rows = await select(ordered(sifted, 'scanned'));
    if (rows.length === limit) return { rows, end: undefined };
    const end: { id: string; moment: string } | undefined = await scanned()
      .offset(SCANNED_ROWS - 1)
      .first('id', isoTimestamp(this.#database, 'stopped', 'moment'));
    return { rows, end };
  }

  #after(place: Place | undefined): Knex.QueryBuilder {
    const query = this.#readable();
    if (place === undefined) return query;
    return query.where('stopped', '<=', place.moment).where((or) => {
      or.where('stopped', '<', place.moment).orWhere('id', '>', place.id);
    });
  }
}

/** Newest first. The table is named, as columns that are selected under the same names are texts. */
function ordered(query: Knex.QueryBuilder, table: 'tasks' | 'scanned'): Knex.QueryBuilder {
  return query.orderBy([
    { column: `${table}.stopped`, order: 'desc' },
    { column: `${table}.id`, order: 'asc' },
  ]);
}
