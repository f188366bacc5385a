import type { LayerDate } from '../layers/layer.ts';
import { findDates } from './find-dates.ts';
import { yearOfDate } from './layer-dates.ts';

/** Dates that are stored of a layer. */
const MOST_DATES = 50;

/** What is stored as a date. */
const DATE = /^-?\d{1,15}(?:-\d\d){0,2}(?:T|$)/;

/** A date as `map_registry.layer_dates` has it. */
export interface DateRow {
  readonly date: string;
  readonly year: string;
  readonly origin: LayerDate['origin'];
}

/** Returns the dates of a layer as they are stored: those that are stated, and those that its texts mention. */
export function dateRowsOf(
  stated: readonly LayerDate[],
  { title, abstract }: { readonly title: string; readonly abstract: string },
): readonly DateRow[] {
  const rows = new Map<string, DateRow>();
  for (const { date, origin } of [...stated, ...findDates(`${title}\n${abstract}`)]) {
    if (!DATE.test(date)) continue;
    rows.set(`${origin} ${date}`, { date, year: String(yearOfDate(date)), origin });
  }
  return [...rows.values()].slice(0, MOST_DATES);
}
