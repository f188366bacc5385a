import { PostgresSearchEngine } from '../../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { describeSearchEngine } from './conformance.ts';

describeSearchEngine('the search engine postgres', async () => {
  const { database, drop } = await createTestDatabase({ migrated: false });
  return { engine: new PostgresSearchEngine(database), stop: drop };
});
