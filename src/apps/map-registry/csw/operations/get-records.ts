import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { NAMESPACES } from '../csw-version.ts';
import { atomFeed } from '../outputs/atom-entry.ts';
import { schemaNamespaces, schemaUri, writeRecord } from '../outputs/write-record.ts';
import { element, textElement } from '../outputs/xml-text.ts';
import type { PublishedRecord } from '../records/find-records.ts';
import { searchRecords } from '../records/search-records.ts';
import type { ReadRequest } from '../requests/csw-request.ts';
import { type CswContext, type CswReply, cswRoot, replyOf } from './csw-context.ts';

type GetRecords = Extract<ReadRequest, { operation: 'GetRecords' }>;

/** What a client asks for that wants the number of records alone. */
const COUNT_ALONE = { maxRecords: 0, sortKeys: [] } as const;

/** Searches the records of a catalogue. @throws {OgcError} */
export async function getRecords(request: GetRecords, context: CswContext): Promise<CswReply> {
  if (request.resultType === 'validate') return acknowledgement(request, context);
  const { total, records } = await searchRecords(
    context.database,
    { ...request, catalogId: context.catalog.id, ...(request.resultType === 'hits' ? COUNT_ALONE : {}) },
    context.rememberedMatches,
  );
  if (
    request.startPosition > Math.max(total, 1) &&
    request.version === '3.0.0' &&
    request.schema !== 'atom'
  ) {
    throw new OgcError('InvalidParameterValue', `There are ${total} records.`, { locator: 'startPosition' });
  }
  // A search by version 3.0.0 for a feed is the feed itself.
  if (request.schema === 'atom' && request.version === '3.0.0') return feed(request, context, total, records);
  return replyOf(response(request, context, total, records), request.format);
}

function response(
  request: GetRecords,
  context: CswContext,
  total: number,
  records: readonly PublishedRecord[],
): string {
  const { version, schema, elementSet, startPosition, resultType } = request;
  const { prefix } = NAMESPACES[version];
  const next = startPosition + records.length;
  const isEnd = next > total || (records.length === 0 && resultType !== 'hits');
  return cswRoot(
    'GetRecordsResponse',
    version,
    { attributes: { version, ...schemaNamespaces(schema, version) } },
    request.requestId === undefined ? '' : textElement(`${prefix}:RequestId`, request.requestId),
    element(`${prefix}:SearchStatus`, { timestamp: new Date().toISOString() }),
    element(
      `${prefix}:SearchResults`,
      {
        numberOfRecordsMatched: total,
        numberOfRecordsReturned: records.length,
        nextRecord: isEnd ? 0 : next,
        recordSchema: schemaUri(schema, version),
        elementSet: request.elementNames.length > 0 ? undefined : elementSet,
        ...(version === '3.0.0' ? { status: isEnd ? 'complete' : 'subset' } : {}),
      },
      ...records.map((record) => writeRecord(record, request, { ...context, version })),
    ),
  );
}

function feed(
  request: GetRecords,
  context: CswContext,
  total: number,
  records: readonly PublishedRecord[],
): CswReply {
  const next = request.startPosition + records.length;
  const xml = atomFeed(
    {
      title: context.catalog.name,
      url: context.pageUrl({}),
      updated:
        records
          .map(({ modified }) => modified)
          .sort()
          .at(-1) ?? new Date(0).toISOString(),
      total,
      startPosition: request.startPosition,
      perPage: request.maxRecords,
      nextUrl:
        records.length > 0 && next <= total ? context.pageUrl({ startPosition: String(next) }) : undefined,
      descriptionUrl: context.descriptionUrl,
    },
    records.map((record) => writeRecord(record, request, { ...context, version: request.version })),
  );
  return replyOf(xml, request.format, 'application/atom+xml; charset=utf-8');
}

/** The request was read, and could be done. */
function acknowledgement({ version, requestId }: GetRecords, { url }: CswContext): CswReply {
  const { prefix } = NAMESPACES[version];
  return replyOf(
    cswRoot(
      'Acknowledgement',
      version,
      { attributes: { timeStamp: new Date().toISOString() } },
      element(
        `${prefix}:EchoedRequest`,
        {},
        cswRoot('GetCapabilities', version, { attributes: { service: 'CSW' } }),
      ),
      requestId === undefined ? '' : textElement(`${prefix}:RequestId`, requestId || url),
    ),
  );
}
