import type { Box } from '../../../../map-kit/box.ts';

/** The texts of a record, named as columns of `map_registry.records`. Empty where it states none. */
export interface RecordTexts {
  readonly identifier: string;
  readonly type: string;
  readonly title: string;
  readonly alternative: string;
  readonly abstract: string;
  /** The kind of service: `OGC:WMS`. */
  readonly format: string;
  /** The URL of the service. */
  readonly source: string;
  /** The identifier of the service. */
  readonly relation: string;
  readonly subjects: readonly string[];
  readonly creator: string;
  readonly publisher: string;
  readonly contributor: string;
  readonly language: string;
  readonly rights: string;
  /** As the record states it. */
  readonly date: string;
}

/** A record that is to be stored. */
export interface NewRecord extends RecordTexts {
  readonly layerId: string;
  readonly catalogId: string;
  readonly isListed: boolean;
  /** As Postgres reads it: `2014-09-23T00:00:00Z`, `-infinity`. */
  readonly dated: string;
  /** Likewise. */
  readonly modified: string;
  /** In longitude and latitude. */
  readonly box: Box;
  /** The document of a transaction; null for what was harvested. */
  readonly givenXml: string | null;
  /** What `AnyText` finds besides, such as elements that no column has. */
  readonly furtherText: string;
}
