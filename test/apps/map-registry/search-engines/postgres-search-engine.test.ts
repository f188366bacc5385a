import { PostgresSearchEngine } from '../../../../src/apps/map-registry/search-engines/postgres/postgres-search-engine.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { describeSearchEngine } from './conformance.ts';

describeSearchEngine('the search engine postgres', async () => {
  const { database, drop } = await createTestDatabase();
  return { engine: new PostgresSearchEngine(database), database, stop: drop };
});
