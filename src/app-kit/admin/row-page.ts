// One page of a list, as JSON: the server writes it, the pages in the browser read it.

/** How many rows a list has. */
export interface ListCount {
  readonly count: number;
  readonly isEstimated: boolean;
  /** Whether there may be more. Default: false. */
  readonly isMinimum?: boolean;
}

/** One page of a list. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  /** What `page` of the next page's address is; null on the last page. */
  readonly next: string | null;
  /** Whether the server stopped looking before the page was full: what it looks at for one page is bounded. */
  readonly isPartial: boolean;
  /** How many rows the list has; null if counting would take a look at each of them. */
  readonly count: ListCount | null;
}

/** What one round of an action on everything that matches did, and where the next one goes on. */
export interface MatchingRound {
  /** Rows that it was done to. */
  readonly done: number;
  /** Rows that match, and could not be: they run, or are gone. */
  readonly skipped: number;
  /** What the next round is sent; null when all is done. */
  readonly next: { readonly place: string; readonly until: string } | null;
}
