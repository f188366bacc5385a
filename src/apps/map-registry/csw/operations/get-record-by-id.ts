import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { schemaNamespaces, writeRecord } from '../outputs/write-record.ts';
import { findRecordsById, type PublishedRecord } from '../records/find-records.ts';
import { findServiceRecords } from '../records/find-service-records.ts';
import type { ReadRequest } from '../requests/csw-request.ts';
import { type CswContext, type CswReply, cswRoot, replyOf } from './csw-context.ts';

type GetRecordById = Extract<ReadRequest, { operation: 'GetRecordById' }>;
type GetRepositoryItem = Extract<ReadRequest, { operation: 'GetRepositoryItem' }>;

/** Records that one request names. */
const MOST_IDENTIFIERS = 500;

/**
 * Returns the records of some identifiers: of layers, otherwise of services. Version 3.0.0 returns the record itself.
 *
 * @throws {OgcError} `NotFound` in version 3.0.0; in 2.0.2 the reply is empty.
 */
export async function getRecordById(request: GetRecordById, context: CswContext): Promise<CswReply> {
  const { version, identifiers, schema, format } = request;
  if (identifiers.length === 0) {
    throw new OgcError('MissingParameterValue', 'Id is missing.', { locator: 'id' });
  }
  const most = version === '3.0.0' ? 1 : MOST_IDENTIFIERS;
  if (identifiers.length > most) {
    throw new OgcError('InvalidParameterValue', `A request has ${most} identifiers at most.`, {
      locator: 'id',
    });
  }
  const records = await findById(context, identifiers);
  const write = (record: PublishedRecord) => writeRecord(record, request, { ...context, version });
  if (version === '2.0.2') {
    const attributes = schemaNamespaces(schema, version);
    return replyOf(cswRoot('GetRecordByIdResponse', version, { attributes }, ...records.map(write)), format);
  }
  const [record] = records;
  if (!record) throw notFound(identifiers[0] ?? '');
  return replyOf(withNamespaces(write(record), schemaNamespaces(schema, version)), format);
}

/** Returns the document of a record, as it was inserted or as it is written. @throws {OgcError} `NotFound` */
export async function getRepositoryItem(request: GetRepositoryItem, context: CswContext): Promise<CswReply> {
  const { version, identifier } = request;
  const [record] = await findById(context, [identifier]);
  if (!record) throw notFound(identifier);
  const form = { elementSet: 'full', elementNames: [], schema: 'csw' } as const;
  return replyOf(
    withNamespaces(writeRecord(record, form, { ...context, version }), schemaNamespaces('csw', version)),
  );
}

async function findById(
  { database, catalog }: CswContext,
  identifiers: readonly string[],
): Promise<readonly PublishedRecord[]> {
  const records = await findRecordsById(database, catalog.id, identifiers);
  const found = new Set(records.map(({ identifier }) => identifier));
  const services = await findServiceRecords(
    database,
    catalog.id,
    identifiers.filter((identifier) => !found.has(identifier)),
  );
  return [...records, ...services];
}

/** Makes a record the root of a document. A document of its own has all namespaces already. */
function withNamespaces(xml: string, namespaces: Readonly<Record<string, string>>): string {
  const [start = ''] = /^<[^>]*?(?=\/?>)/.exec(xml) ?? [];
  const missing = Object.entries(namespaces).filter(([name]) => !start.includes(` ${name}=`));
  return start + missing.map(([name, uri]) => ` ${name}="${uri}"`).join('') + xml.slice(start.length);
}

function notFound(identifier: string): OgcError {
  return new OgcError('NotFound', `There is no record "${identifier.slice(0, 200)}".`, {
    locator: 'id',
    status: 404,
  });
}
