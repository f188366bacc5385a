import type { CswVersion } from '../csw-version.ts';
import { ATOM, GMD, NAMESPACES } from '../csw-version.ts';
import type { PublishedRecord } from '../records/find-records.ts';
import type { RecordForm, RecordSchema } from '../requests/csw-request.ts';
import { ATOM_NAMESPACES, atomEntry } from './atom-entry.ts';
import { dublinCoreRecord, recordNamespaces } from './dublin-core.ts';
import { ISO_NAMESPACES, isoRecord } from './iso-record.ts';

/** Returns a record in the form that a request wants. */
export function writeRecord(
  record: PublishedRecord,
  form: Pick<RecordForm, 'elementSet' | 'elementNames' | 'schema'>,
  place: { readonly version: CswVersion; readonly catalogUrl: string; readonly url: string },
): string {
  switch (form.schema) {
    case 'csw':
      return dublinCoreRecord(record, { ...form, ...place });
    case 'gmd':
      return isoRecord(record, form.elementSet, place.catalogUrl);
    case 'atom':
      return atomEntry(record, place.catalogUrl, recordUrl(record, place.url));
  }
}

/** Returns the namespaces that records of a schema need. */
export function schemaNamespaces(
  schema: RecordSchema,
  version: CswVersion,
): Readonly<Record<string, string>> {
  return { csw: recordNamespaces(version), gmd: ISO_NAMESPACES, atom: ATOM_NAMESPACES }[schema];
}

/** Returns the URI by which requests name a schema. */
export function schemaUri(schema: RecordSchema, version: CswVersion): string {
  return { csw: NAMESPACES[version].csw, gmd: GMD, atom: ATOM }[schema];
}

/** Returns the address of a whole record. */
export function recordUrl({ identifier }: PublishedRecord, url: string): string {
  const parameters = {
    service: 'CSW',
    version: '3.0.0',
    request: 'GetRecordById',
    elementSetName: 'full',
    id: identifier,
  };
  return `${url}?${new URLSearchParams(parameters)}`;
}
