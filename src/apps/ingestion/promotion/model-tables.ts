import type { IngestionDatabases } from '../databases/ingestion-databases.ts';
import type { IngestionModel } from '../models/model.ts';
import type { Replacement } from './complete-candidate.ts';

/**
 * Returns the tables of a model, each with the one that takes its place. Those that others refer to come first.
 *
 * @param candidateSchema where the tables are that go live.
 */
export function replacementsOf(
  { tables }: IngestionModel,
  { api }: IngestionDatabases,
  candidateSchema: string,
): readonly Replacement[] {
  return tables
    .map(({ name }) => ({
      live: { schema: api.schema, table: name },
      candidate: { schema: candidateSchema, table: name },
    }))
    .toReversed();
}
