import { expect, it } from '@jest/globals';
import { PostgresSearchEngine } from '../../../../src/apps/map-registry/search-engines/postgres/postgres-search-engine.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { describeSearchEngine } from './conformance.ts';
import { IndexedCatalog } from './indexed-catalog.ts';

describeSearchEngine('the search engine postgres', async () => {
  const { database, drop } = await createTestDatabase();
  return { engine: new PostgresSearchEngine(database), database, stop: drop };
});

it('says that a search takes too long', async () => {
  const { database, drop } = await createTestDatabase();
  try {
    const engine = new PostgresSearchEngine(database, { searchTimeoutSeconds: 0.1 });
    const catalog = await IndexedCatalog.create(database, engine, 'maps');
    await database.transaction(async (transaction) => {
      await transaction.raw('LOCK TABLE map_registry.layer_words');
      await expect(catalog.search({ 'q.text': 'river' })).rejects.toMatchObject({
        name: 'SearchEngineUnavailableError',
        message: 'The search took longer than 0.1 seconds. Narrow it.',
      });
    });
  } finally {
    await drop();
  }
});
