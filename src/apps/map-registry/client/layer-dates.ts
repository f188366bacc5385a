import type { Database } from '../../../platform/database/connection.ts';

/** Dates of a layer that its page shows. */
const MOST_DATES = 50;

/** Reads the dates of a layer for people, the oldest first. */
export async function readLayerDates(database: Database, layerId: string): Promise<readonly string[]> {
  const found: { date: string }[] = await database('map_registry.layer_dates')
    .where({ layer_id: layerId })
    .groupBy('date', 'year')
    .orderBy(['year', 'date'])
    .limit(MOST_DATES)
    .select('date');
  // The first of January is what a year alone becomes.
  return found.map(({ date }) => date.replace(/-01-01$/, ''));
}
