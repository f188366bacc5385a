import type { MatchingRound } from '../../admin/row-page.ts';
import type { IconName } from '../icon.tsx';

/** Something that can be done to many rows of a list. */
export interface BulkAction {
  /** A part of its address. */
  readonly name: string;
  /** As on a button: "Resubmit". */
  readonly label: string;
  /** As in "Resubmitted 2 tasks". */
  readonly done: string;
  readonly icon: IconName;
  readonly tone: 'primary' | 'danger';
  /** What comes of it. */
  readonly meaning: string;
}

/** What the rows of a list are called. */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

/** What can be done to the rows of a list, and how the server is asked for it. */
export interface BulkActions<Row> {
  readonly actions: readonly BulkAction[];
  /** Does it to some rows. @returns what was done, for people. @throws {AdminCallError} */
  readonly act: (action: BulkAction, rows: readonly Row[]) => Promise<string>;
  /** Where a round of it is posted to that is about everything that matches, below the admin's root. */
  readonly matchingPath: (action: BulkAction) => string;
  /** Where it is counted how many rows match; undefined if nothing counts that. */
  readonly countPath?: (filter: Readonly<Record<string, string>>) => string;
}

/** What the parts of a filter are called, where that is not their name. */
export type FilterLabels = Readonly<Record<string, string>>;

/** A number of rows in words: `1 task`, `1,200 tasks`. */
export function rowsInWords(count: number, { one, many }: Noun): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

/** What rounds did so far, in words. */
export function roundsInWords(
  action: BulkAction,
  noun: Noun,
  { done, skipped }: Pick<MatchingRound, 'done' | 'skipped'>,
): string {
  const said = `${action.done} ${rowsInWords(done, noun)}`;
  return skipped === 0 ? said : `${said}; ${skipped.toLocaleString()} could not be: running, or gone`;
}
