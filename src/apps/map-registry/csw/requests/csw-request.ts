import type { CswVersion } from '../csw-version.ts';
import type { Condition } from '../filters/condition.ts';

/** How much of a record is returned. */
export type ElementSet = 'brief' | 'summary' | 'full';

/** The document that records are returned in. */
export type RecordSchema = 'csw' | 'gmd' | 'atom';

/** How a reply is encoded. */
export type ReplyFormat = 'xml' | 'json';

/** What records are sorted by. */
export interface SortKey {
  readonly name: string;
  readonly isDescending: boolean;
}

/** What records are returned, and how. */
export interface RecordForm {
  readonly elementSet: ElementSet;
  /** Names of elements that are returned instead: `dc:title`. */
  readonly elementNames: readonly string[];
  readonly schema: RecordSchema;
  readonly format: ReplyFormat;
}

/** Operations that any client may call, as a request names them. */
export type ReadRequest =
  | {
      readonly operation: 'GetCapabilities';
      readonly version: CswVersion;
      /** Names of sections; empty for all. */
      readonly sections: readonly string[];
      readonly format: ReplyFormat;
      /** Whether the description of the OpenSearch is asked for. */
      readonly isOpenSearch: boolean;
    }
  | {
      readonly operation: 'DescribeRecord';
      readonly version: CswVersion;
      readonly typeNames: readonly string[];
    }
  | {
      readonly operation: 'GetDomain';
      readonly version: CswVersion;
      readonly properties: readonly string[];
      readonly parameters: readonly string[];
    }
  | ({
      readonly operation: 'GetRecords';
      readonly version: CswVersion;
      readonly resultType: 'hits' | 'results' | 'validate';
      readonly requestId: string | undefined;
      /** From 1. */
      readonly startPosition: number;
      readonly maxRecords: number;
      readonly condition: Condition | undefined;
      readonly sortKeys: readonly SortKey[];
    } & RecordForm)
  | ({
      readonly operation: 'GetRecordById';
      readonly version: CswVersion;
      readonly identifiers: readonly string[];
    } & RecordForm)
  | { readonly operation: 'GetRepositoryItem'; readonly version: CswVersion; readonly identifier: string };

/** Operations that change the catalogue. */
export type WriteRequest =
  | {
      readonly operation: 'Transaction';
      readonly version: CswVersion;
      readonly requestId: string | undefined;
      readonly actions: readonly TransactionAction[];
    }
  | {
      readonly operation: 'Harvest';
      readonly version: CswVersion;
      readonly source: string;
      readonly resourceType: string;
    };

/** A request of CSW. */
export type CswRequest = ReadRequest | WriteRequest;

/** One action of a transaction. Records are canonical XML with their namespaces. */
export type TransactionAction =
  | { readonly kind: 'insert'; readonly handle: string | undefined; readonly records: readonly string[] }
  | { readonly kind: 'replace'; readonly record: string }
  | {
      readonly kind: 'update';
      readonly properties: readonly { readonly name: string; readonly value: string | undefined }[];
      readonly condition: Condition;
    }
  | { readonly kind: 'delete'; readonly condition: Condition };
