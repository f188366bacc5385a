import type { Database } from '../../../platform/database/connection.ts';
import { lockModel } from '../refreshes/admission.ts';
import { RefreshRefusedError, type StepContext } from '../refreshes/step.ts';
import {
  type CopyResult,
  type IndexResult,
  readCopyResult,
  readIndexResult,
} from '../refreshes/step-results.ts';
import { findReady } from '../refreshes/stored-refreshes.ts';
import { stepsOf } from '../refreshes/stored-steps.ts';

/** A copy that is verified, or waits for its promotion, and the ingest that made it. */
export interface WaitingCopy {
  readonly refreshId: string;
  readonly copy: CopyResult;
  readonly index: IndexResult;
}

/**
 * Finds the copy that a refresh is about: its own, if it is an ingest; else that of the ingest with the same index.
 *
 * @throws {RefreshRefusedError} if none waits.
 */
export async function findWaitingCopy({ database, refresh }: StepContext): Promise<WaitingCopy> {
  const ingest =
    refresh.action === 'INGEST_UPSTREAM'
      ? refresh
      : await findReady(database, refresh.model, refresh.indexSuffix);
  if (!ingest) {
    throw new RefreshRefusedError(
      `No copy of ${refresh.model} with the index suffix ${refresh.indexSuffix} waits for a promotion`,
      { isBadRequest: true },
    );
  }
  const steps = (await stepsOf(database, [ingest.id])).get(ingest.id) ?? [];
  const resultOf = (name: string) => steps.find((step) => step.name === name)?.result;
  return {
    refreshId: ingest.id,
    copy: readCopyResult(resultOf('copy')),
    index: readIndexResult(resultOf('index')),
  };
}

/**
 * Gives up a copy that was not promoted for too long, as it takes room; its tables and its index are left to the caller. One that
 * a task of the model may be about to promote stays.
 *
 * @param waitingHours 0 for no limit.
 */
export async function giveUpWaitingCopy(
  database: Database,
  model: string,
  waitingHours: number,
): Promise<void> {
  if (waitingHours === 0) return;
  await database.transaction(async (transaction) => {
    await lockModel(transaction, model);
    await transaction('ingestion.refreshes')
      .where({ model, state: 'ready' })
      .whereRaw('ended < statement_timestamp() - make_interval(hours => ?::integer)', [waitingHours])
      .whereNotExists(
        transaction('ingestion.refreshes AS later').where({ 'later.model': model }).whereNull('later.ended'),
      )
      .update({ state: 'cancelled', message: `It was not promoted within ${waitingHours} hours` });
  });
}
