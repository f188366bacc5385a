import { dateRowsOf } from '../../dates/date-rows.ts';
import { readMetadataDate } from '../../dates/layer-dates.ts';
import type { DatedLayer } from '../../dates/store-layer-dates.ts';
import type { GivenRecord } from './given-record.ts';

/** Returns the layer of a record with its dates: `dc:date`, and those that its title and abstract mention. */
export function datedLayerOf(
  { date, title, abstract }: Pick<GivenRecord, 'date' | 'title' | 'abstract'>,
  layerId: string,
): DatedLayer {
  const stated = readMetadataDate(date);
  return { layerId, dates: dateRowsOf(stated ? [stated] : [], { title, abstract }) };
}
