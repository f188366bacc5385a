import { errorMessage } from '../../../platform/error-message.ts';
import type { IngestionModel, ModelRow } from '../models/model.ts';
import type { FailedDocument, SearchDocument, SearchEngine } from '../search-engines/search-engine.ts';
import type { Slice } from './plan-slices.ts';
import { readRows } from './read-rows.ts';
import type { SourceTable } from './source-table.ts';

/** Failed documents of one slice that are kept with their reasons; all are counted. */
const MOST_KEPT_FAILURES = 1_000;

/** What became of the rows of a slice. */
export interface SliceCounts {
  readonly rowCount: number;
  readonly documentCount: number;
  /** Rows that have no document, as their source has removed them. */
  readonly removedCount: number;
  readonly failedCount: number;
}

/** Likewise, with the failed documents. */
export interface IndexedSlice extends SliceCounts {
  readonly failures: readonly FailedDocument[];
}

/** What rows are indexed with. */
export interface RowIndexing {
  readonly model: IngestionModel;
  readonly searchEngine: SearchEngine;
  readonly indexName: string;
  /** Whether the index may have documents of rows that were removed since. */
  readonly removesDocuments: boolean;
  readonly signal: AbortSignal;
  /** Called after each batch, with the rows that are done. */
  readonly progress: (rowCount: number) => Promise<void>;
}

/** Indexes the rows of a slice, in batches. Idempotent, as documents have the ids of their rows. */
export async function indexRows(
  source: SourceTable,
  slice: Pick<Slice, 'firstId' | 'lastId'>,
  indexing: RowIndexing,
): Promise<IndexedSlice> {
  let [rowCount, documentCount, removedCount, failedCount] = [0, 0, 0, 0];
  const failures: FailedDocument[] = [];
  for await (const rows of readRows(source, slice)) {
    indexing.signal.throwIfAborted();
    const batch = await indexBatch(rows, indexing);
    rowCount += rows.length;
    documentCount += batch.documentCount;
    removedCount += batch.removedCount;
    failedCount += batch.failures.length;
    failures.push(...batch.failures.slice(0, MOST_KEPT_FAILURES - failures.length));
    await indexing.progress(rowCount);
  }
  return { rowCount, documentCount, removedCount, failedCount, failures };
}

async function indexBatch(
  rows: readonly ModelRow[],
  { model, searchEngine, indexName, removesDocuments, signal }: RowIndexing,
) {
  const { documents, removedIds, failures } = convert(rows, model);
  const { storedCount, failed } = await searchEngine.bulkIndex(indexName, documents, { signal });
  if (removesDocuments && removedIds.length > 0) {
    await searchEngine.removeDocuments(indexName, removedIds, { signal });
  }
  return {
    documentCount: storedCount,
    removedCount: removedIds.length,
    failures: [...failures, ...failed],
  };
}

function convert(rows: readonly ModelRow[], { documents: { convert: convertRow } }: IngestionModel) {
  const documents: SearchDocument[] = [];
  const removedIds: string[] = [];
  const failures: FailedDocument[] = [];
  for (const row of rows) {
    try {
      const fields = convertRow(row);
      if (fields === undefined) removedIds.push(row.id);
      else documents.push({ id: row.id, fields });
    } catch (error) {
      failures.push({ id: row.id, reason: errorMessage(error) });
    }
  }
  return { documents, removedIds, failures };
}
