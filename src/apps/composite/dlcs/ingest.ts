import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../platform/database/connection.ts';
import type { Logger } from '../../../platform/logging.ts';
import { type BatchSearch, findPostedBatch } from './batch-search.ts';
import {
  acceptBatch,
  findKnownBatches,
  findUnansweredBatch,
  type PostedBatch,
  returnBatch,
  takePendingBatch,
} from './batches.ts';
import { type DlcsClient, DlcsError } from './dlcs-client.ts';

/**
 * How much longer than DLCS_TIMEOUT a batch may be on its way: between the note that it is posted and the post, and
 * between the DLCS's commit and its list.
 */
const STORING_MARGIN_SECONDS = 5;

/** The first pause between two questions after one batch; each is twice the one before. */
const FIRST_PAUSE_SECONDS = 0.5;
const LONGEST_PAUSE_SECONDS = 10;

/** Whose batches are posted, and in whose name. */
export interface IngestRequest {
  readonly database: Database;
  readonly client: DlcsClient;
  /** `DLCS_TIMEOUT`: how long after its post the DLCS may still be storing a batch. */
  readonly answerTimeoutSeconds: number;
  readonly memberId: string;
  readonly customer: number;
  /** Whether the batches go to the DLCS's priority queue. */
  readonly isPriority: boolean;
  readonly authorization: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Posts those batches of a member that the DLCS does not have, one after another. For a batch that was posted
 * before, and whose response was lost, it asks the DLCS first, until that has had the time to store it.
 *
 * @throws {DlcsError} at the first batch that the DLCS does not accept, or gives no information about.
 * @throws {BatchSearchError} if the DLCS lists too many batches to look through.
 * @throws the signal's reason.
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
    if (signal.aborted) await returnBatch(database, batch.id);
    signal.throwIfAborted();
    await postBatch(request, batch);
  }
}

async function settleBatch(request: IngestRequest, batch: PostedBatch): Promise<void> {
  const { database } = request;
  const logger = request.logger.child({ batchId: batch.id, position: batch.position });
  const search = await searchPatiently(request, batch, logger);
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

/** Believes that a batch is absent only where a search says so that began after the DLCS had its time to store it. */
async function searchPatiently(
  request: IngestRequest,
  batch: PostedBatch,
  logger: Logger,
): Promise<BatchSearch> {
  const { database, client, customer, authorization, signal } = request;
  const patienceSeconds = request.answerTimeoutSeconds + STORING_MARGIN_SECONDS;
  // Where Postgres's clock was put back, a batch may seem to be posted in the future.
  const waitSeconds = patienceSeconds - Math.max(batch.secondsSincePosted, 0);
  const end = performance.now() + waitSeconds * 1_000;
  for (let pauseSeconds = FIRST_PAUSE_SECONDS; ; pauseSeconds *= 2) {
    const hadItsTime = performance.now() >= end;
    const search = await findPostedBatch({
      client,
      customer,
      authorization,
      collection: batch.request,
      postedEpochSeconds: batch.postedEpochSeconds,
      findKnownBatches: (uris) => findKnownBatches(database, uris),
      signal,
    });
    if (hadItsTime || search.kind !== 'absent') return search;
    const leftMilliseconds = Math.max(end - performance.now(), 0);
    logger.info(
      { leftSeconds: Math.ceil(leftMilliseconds / 1_000) },
      'the DLCS does not have the batch whose answer was lost, but may still be storing it: it is asked again',
    );
    const pauseMilliseconds = Math.min(pauseSeconds, LONGEST_PAUSE_SECONDS) * 1_000;
    await sleep(Math.min(pauseMilliseconds, leftMilliseconds), undefined, { signal }).catch(() =>
      signal.throwIfAborted(),
    );
  }
}

async function postBatch(request: IngestRequest, batch: PostedBatch): Promise<void> {
  const { database, client, customer, isPriority, authorization, signal } = request;
  const logger = request.logger.child({ batchId: batch.id, position: batch.position });
  try {
    const answer = await client.postBatch(customer, authorization, batch.request, {
      isPriority,
      signal,
    });
    await acceptBatch(database, batch.id, answer);
    logger.info({ uri: answer.uri }, 'the DLCS accepted a batch');
  } catch (error) {
    if (error instanceof DlcsError && error.failure === 'refused') await returnBatch(database, batch.id);
    throw error;
  }
}
