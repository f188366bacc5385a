import type { LossContext, TaskFailure } from '../../../queue/index.ts';
import { LONGEST_MESSAGE } from './check-result.ts';
import { type EndedCheck, storeLayerCheck, storeServiceCheck } from './store-check.ts';

/**
 * Stores a check that failed, for a service whose check has failed in all its attempts for another reason than the server, such as
 * the death of their workers. A check that is tried again, or was cancelled, stores nothing.
 */
export async function storeLostServiceCheck(
  serviceId: string,
  { error }: TaskFailure,
  context: LossContext,
): Promise<void> {
  if (!isOver(context)) return;
  await context.transaction.transaction((transaction) =>
    storeServiceCheck(transaction, serviceId, lostCheck(error, context)),
  );
}

/** Likewise for a layer. */
export async function storeLostLayerCheck(
  layerId: string,
  { error }: TaskFailure,
  context: LossContext,
): Promise<void> {
  if (!isOver(context)) return;
  await context.transaction.transaction((transaction) =>
    storeLayerCheck(transaction, layerId, lostCheck(error, context)),
  );
}

function isOver({ nextAttemptSeconds, isCancelled }: LossContext): boolean {
  return nextAttemptSeconds === undefined && !isCancelled;
}

function lostCheck(error: string, { taskId }: LossContext): EndedCheck {
  return {
    success: false,
    responseSeconds: 0,
    message: `The check did not end: ${error}`.slice(0, LONGEST_MESSAGE),
    taskId,
  };
}
