import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { findCollectionExtent } from '../catalogue/collection-extents.ts';

/** How long a bar of a histogram is. */
export type BarUnit = 'day' | 'month' | 'year';

/** How many products of a collection end in each span of time. */
export interface Histogram {
  readonly unit: BarUnit;
  /** Without gaps, oldest first. */
  readonly bars: readonly HistogramBar[];
}

/** A span of time: from its beginning, until just before its end. */
export interface HistogramBar {
  readonly begin: string;
  readonly end: string;
  readonly count: number;
}

/** Bars of a histogram, at most. */
const MOST_BARS = 130;

const MILLISECONDS_OF_DAY = 86_400_000;

/** Counts the products of a collection by day, month or year, in one read of the index by time. */
export async function readHistogram(database: DatabaseOrTransaction, collection: string): Promise<Histogram> {
  const extent = await findCollectionExtent(database, collection);
  if (!extent) return { unit: 'day', bars: [] };
  const unit = unitOf(extent.begins, extent.ends);
  const { rows } = await database.raw<{ rows: { bar: string; count: string }[] }>(
    `SELECT to_char(date_trunc(?, ends), 'YYYY-MM-DD') AS bar, count(DISTINCT product_id) AS count
     FROM view_server.product_boxes WHERE collection = ? GROUP BY 1`,
    [unit, collection],
  );
  const counts = new Map(rows.map(({ bar, count }) => [bar, Number(count)]));
  const bars: HistogramBar[] = [];
  let begin = beginOf(unit, extent.begins);
  while (begin <= extent.ends && bars.length < MOST_BARS * 10) {
    const end = nextOf(unit, begin);
    const count = counts.get(begin.toISOString().slice(0, 10)) ?? 0;
    bars.push({ begin: begin.toISOString(), end: end.toISOString(), count });
    begin = end;
  }
  return { unit, bars };
}

function unitOf(begins: Date, ends: Date): BarUnit {
  const days = (ends.getTime() - begins.getTime()) / MILLISECONDS_OF_DAY;
  if (days < MOST_BARS) return 'day';
  return days / 30 < MOST_BARS ? 'month' : 'year';
}

function beginOf(unit: BarUnit, moment: Date): Date {
  const text = moment.toISOString();
  const date = { day: text.slice(0, 10), month: `${text.slice(0, 7)}-01`, year: `${text.slice(0, 4)}-01-01` };
  return new Date(`${date[unit]}T00:00:00Z`);
}

function nextOf(unit: BarUnit, begin: Date): Date {
  const next = new Date(begin);
  if (unit === 'day') next.setUTCDate(next.getUTCDate() + 1);
  else if (unit === 'month') next.setUTCMonth(next.getUTCMonth() + 1);
  else next.setUTCFullYear(next.getUTCFullYear() + 1);
  return next;
}
