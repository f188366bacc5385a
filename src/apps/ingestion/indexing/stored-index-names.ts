import type { Database } from '../../../platform/database/connection.ts';
import type { Refresh } from '../refreshes/refresh.ts';

/** Stores that a refresh builds an index, before it is created: so none is ever forgotten. */
export async function storeBuildingIndex(
  database: Database,
  { id, model }: Refresh,
  name: string,
): Promise<void> {
  await database('ingestion.indexes')
    .insert({ name, model, refresh_id: id, state: 'building' })
    .onConflict('name')
    .merge({
      model,
      refresh_id: id,
      state: 'building',
      document_count: null,
      created: database.raw('clock_timestamp()'),
      retired: null,
    });
}

/** Stores that an index is complete, and how many documents it has. */
export async function storeCompleteIndex(
  database: Database,
  name: string,
  documentCount: number,
): Promise<void> {
  await database('ingestion.indexes')
    .where({ name })
    .update({ state: 'complete', document_count: documentCount });
}
