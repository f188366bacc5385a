import { storableText } from '../../../platform/database/storable-text.ts';
import type { LossContext, TaskFailure } from '../../../queue/index.ts';
import { LONGEST_MESSAGE } from './endpoint-outcome.ts';

/** Stores with an endpoint that its task has failed, was lost with its worker, or cancelled, where no further attempt follows. */
export async function storeLostEndpoint(
  endpointId: string,
  { error }: TaskFailure,
  { transaction, nextAttemptSeconds }: LossContext,
): Promise<void> {
  if (nextAttemptSeconds !== undefined) return;
  await transaction('map_registry.endpoints')
    .where({ id: endpointId, processed: null })
    .update({
      processed: transaction.raw('clock_timestamp()'),
      imported: false,
      message: storableText(`ERROR! The endpoint was not looked at: ${error}`.slice(0, LONGEST_MESSAGE)),
    });
}
