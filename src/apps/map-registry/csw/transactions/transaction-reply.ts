import { type CswVersion, NAMESPACES } from '../csw-version.ts';
import { type CswReply, cswRoot, replyOf } from '../operations/csw-context.ts';
import { recordNamespaces } from '../outputs/dublin-core.ts';
import { element, textElement } from '../outputs/xml-text.ts';

/** What was stored, as replies name it. */
export interface BriefRecord {
  readonly identifier: string;
  readonly title: string;
}

/** The records of one insertion. */
export interface InsertResult {
  /** What the request calls it. */
  readonly handle: string | undefined;
  readonly records: readonly BriefRecord[];
}

/** How many records were changed. */
export interface TransactionCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Returns the reply of a transaction. */
export function transactionReply(
  { version, requestId }: { readonly version: CswVersion; readonly requestId: string | undefined },
  counts: TransactionCounts,
  inserts: readonly InsertResult[],
): CswReply {
  const attributes = { version, ...recordNamespaces(version) };
  const content = summaryAndResults(version, requestId, counts, inserts);
  return replyOf(cswRoot('TransactionResponse', version, { attributes, isPublication: true }, ...content));
}

/** Returns the reply of a harvest: that of a transaction which inserted what was found. */
export function harvestReply(
  version: CswVersion,
  records: readonly BriefRecord[],
  inserted: number,
): CswReply {
  const counts = { inserted, updated: 0, deleted: 0 };
  const content = summaryAndResults(version, undefined, counts, [{ handle: undefined, records }]);
  return replyOf(
    cswRoot(
      'HarvestResponse',
      version,
      { attributes: recordNamespaces(version), isPublication: true },
      element(`${NAMESPACES[version].prefix}:TransactionResponse`, { version }, ...content),
    ),
  );
}

function summaryAndResults(
  version: CswVersion,
  requestId: string | undefined,
  counts: TransactionCounts,
  inserts: readonly InsertResult[],
): readonly string[] {
  const { prefix } = NAMESPACES[version];
  return [
    element(
      `${prefix}:TransactionSummary`,
      { requestId },
      textElement(`${prefix}:totalInserted`, String(counts.inserted)),
      textElement(`${prefix}:totalUpdated`, String(counts.updated)),
      textElement(`${prefix}:totalDeleted`, String(counts.deleted)),
    ),
    ...inserts
      .filter(({ records }) => records.length > 0)
      .map(({ handle, records }) =>
        element(
          `${prefix}:InsertResult`,
          { handleRef: handle },
          ...records.map(({ identifier, title }) =>
            element(
              `${prefix}:BriefRecord`,
              {},
              textElement('dc:identifier', identifier),
              textElement('dc:title', title),
            ),
          ),
        ),
      ),
  ];
}
