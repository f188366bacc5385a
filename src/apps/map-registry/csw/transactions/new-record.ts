import type { NewRecord } from '../records/stored-record.ts';
import type { GivenRecord } from './given-record.ts';

/** Returns a record of a transaction as it is stored. Without a date it is dated to now. */
export function newRecordOf(
  record: GivenRecord,
  place: { readonly layerId: string; readonly catalogId: string; readonly isListed: boolean },
): NewRecord {
  const { mended, xml, dated, modified, furtherText, ...texts } = record;
  const changed = modified ?? 'now';
  return {
    ...texts,
    ...place,
    dated: dated ?? changed,
    modified: changed,
    box: mended.box,
    givenXml: xml,
    furtherText,
  };
}
