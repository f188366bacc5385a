import { setTimeout as sleep } from 'node:timers/promises';
import type { estypes } from '@elastic/elasticsearch';
import { SearchEngineUnavailableError } from '../../../../platform/search-engines/search-engine-errors.ts';
import { reasonOf } from '../../../../platform/search-engines/wire-failures.ts';
import type { BulkOutcome, FailedDocument, SearchDocument } from '../search-engine.ts';

/** What one request holds at the most. */
const MOST_DOCUMENTS = 1_000;
const MOST_CHARACTERS = 5_000_000;

/** How long to wait before documents are sent again that an engine had no room for. */
const WAITS_MILLISECONDS = [500, 1_000, 2_000, 4_000, 8_000];

const NO_ROOM = 429;

/** Sends the lines of one bulk. */
export type SendBulk = (lines: readonly object[]) => Promise<estypes.BulkResponse>;

/** Stores documents in bulks. A bulk whose response is 200 may have failed in every document: each is looked at. */
export async function bulkDocuments(
  send: SendBulk,
  indexName: string,
  documents: readonly SearchDocument[],
  signal: AbortSignal | undefined,
): Promise<BulkOutcome> {
  const failed: FailedDocument[] = [];
  for (const batch of batchesOf(documents)) {
    failed.push(...(await storeBatch(send, indexName, batch, signal)));
  }
  return { storedCount: documents.length - failed.length, failed };
}

async function storeBatch(
  send: SendBulk,
  indexName: string,
  batch: readonly SearchDocument[],
  signal: AbortSignal | undefined,
): Promise<readonly FailedDocument[]> {
  const failed: FailedDocument[] = [];
  let remaining = batch;
  for (const wait of [...WAITS_MILLISECONDS, undefined]) {
    const { items } = await send(
      remaining.flatMap(({ id, fields }) => [{ index: { _index: indexName, _id: id } }, fields]),
    );
    const refused: SearchDocument[] = [];
    for (const [index, document] of remaining.entries()) {
      const item = items[index]?.index;
      if (item?.status === NO_ROOM) refused.push(document);
      else if (item?.error || !item)
        failed.push({ id: document.id, reason: reasonOf(item?.error) || 'no response' });
    }
    if (refused.length === 0) return failed;
    if (wait === undefined) break;
    remaining = refused;
    await sleep(wait, undefined, signal ? { signal } : {});
  }
  throw new SearchEngineUnavailableError(`The search engine has no room for documents of ${indexName}`);
}

function* batchesOf(documents: readonly SearchDocument[]): Generator<readonly SearchDocument[]> {
  let batch: SearchDocument[] = [];
  let characters = 0;
  for (const document of documents) {
    batch.push(document);
    characters += JSON.stringify(document.fields).length;
    if (batch.length >= MOST_DOCUMENTS || characters >= MOST_CHARACTERS) {
      yield batch;
      batch = [];
      characters = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
