import type { StepContext } from '../refreshes/step.ts';

/**
 * Cancels the ingest of a model whose tables wait for their promotion: a new copy is about to take their place. Its tables are
 * left to the caller, who drops them.
 */
export async function discardNext({ database, refresh }: StepContext): Promise<void> {
  await database('ingestion.refreshes')
    .where({ model: refresh.model, state: 'ready' })
    .update({ state: 'cancelled', message: 'A newer copy took its place before it was promoted' });
}
