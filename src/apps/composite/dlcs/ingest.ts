import type { Database } from '../../../platform/database/connection.ts';
import type { Logger } from '../../../platform/logging.ts';
import { findPostedBatch } from './batch-search.ts';
import {
  acceptBatch,
  findKnownBatches,
  findUnansweredBatch,
  type PostedBatch,
  returnBatch,
  takePendingBatch,
} from './batches.ts';
import { type DlcsClient, DlcsError } from './dlcs-client.ts';

/** Whose batches are posted, and in whose name. */
export interface IngestRequest {
  readonly database: Database;
  readonly client: DlcsClient;
  readonly memberId: string;
  readonly customer: number;
  readonly authorization: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Posts those batches of a member that the DLCS does not have, one after another. Of a batch that was posted
 * before, and whose answer was lost, the DLCS is asked first.
 *
 * @throws {DlcsError} at the first batch that the DLCS does not accept, or of which it does not tell.
 */
export async function ingestBatches(request: IngestRequest): Promise<void> {
  const { database, memberId, signal } = request;
  for (;;) {
    const unanswered = await findUnansweredBatch(database, memberId);
    if (!unanswered) break;
    await settleBatch(request, unanswered);
  }
  for (;;) {
    signal.throwIfAborted();
    const batch = await takePendingBatch(database, memberId);
    if (!batch) break;
    await postBatch(request, batch);
  }
}

async function settleBatch(request: IngestRequest, batch: PostedBatch): Promise<void> {
  const { database, client, customer, authorization, signal } = request;
  const logger = request.logger.child({ batchId: batch.id, position: batch.position });
  const search = await findPostedBatch({
    client,
    customer,
    authorization,
    collection: batch.request,
    postedEpochSeconds: batch.postedEpochSeconds,
    findKnownBatches: (uris) => findKnownBatches(database, uris),
    signal,
  });
  if (search.kind === 'found') {
    logger.info({ uri: search.batch.uri }, 'the DLCS has the batch whose answer was lost');
    await acceptBatch(database, batch.id, search.batch);
    return;
  }
  if (search.kind === 'unsupported') {
    logger.warn(
      'the DLCS does not tell which batches it has: a batch whose answer was lost is posted again, and may be doubled',
    );
  } else {
    logger.info('the DLCS does not have the batch whose answer was lost: it is posted again');
  }
  await returnBatch(database, batch.id);
}

async function postBatch(request: IngestRequest, batch: PostedBatch): Promise<void> {
  const { database, client, customer, authorization, signal } = request;
  const logger = request.logger.child({ batchId: batch.id, position: batch.position });
  try {
    const answer = await client.postBatch(customer, authorization, batch.request, signal);
    await acceptBatch(database, batch.id, answer);
    logger.info({ uri: answer.uri }, 'the DLCS accepted a batch');
  } catch (error) {
    if (error instanceof DlcsError && error.failure === 'refused') await returnBatch(database, batch.id);
    throw error;
  }
}
