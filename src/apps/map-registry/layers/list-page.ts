import type { Knex } from 'knex';

/** A page of a list. */
export interface ListPage {
  /** From 1. */
  readonly page: number;
  /** Rows of a page. */
  readonly size: number;
}

/** Rows that pages go over; what comes later is found by narrowing the list. */
const MOST_PAGED_ROWS = 10_000;

/** Cuts a query to one page. Beyond {@link MOST_PAGED_ROWS} pages are empty. */
export function pageOf(query: Knex.QueryBuilder, { page, size }: ListPage): Knex.QueryBuilder {
  const offset = (page - 1) * size;
  return query.offset(Math.min(offset, MOST_PAGED_ROWS)).limit(offset < MOST_PAGED_ROWS ? size : 0);
}
