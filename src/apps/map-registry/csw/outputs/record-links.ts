import type { PublishedRecord } from '../records/find-records.ts';

/** Where a record can be got, in a form that a client knows. */
export interface RecordLink {
  /** `OGC:WMS`, `WWW:LINK`, … */
  readonly scheme: string;
  readonly url: string;
}

/** Returns the links of a record that was harvested: to the maps that this registry draws of it, its page, and its service. */
export function linksOf(record: PublishedRecord, catalogUrl: string): readonly RecordLink[] {
  if (record.layerUuid === null) return [{ scheme: record.format, url: record.source }];
  const layer = `${catalogUrl}/layer/${record.layerUuid}`;
  return [
    { scheme: 'OGC:WMS', url: `${layer}/map/service?` },
    { scheme: 'OGC:WMTS', url: `${layer}/map/wmts/1.0.0/WMTSCapabilities.xml` },
    { scheme: 'WWW:LINK', url: `${layer}/` },
  ];
}
