import type { Platform } from '../../../platform/platform.ts';
import type { IngestionDatabases } from '../databases/ingestion-databases.ts';
import { ingestionSettings } from '../settings.ts';
import { ElasticsearchEngine } from './elasticsearch/elasticsearch-engine.ts';
import { PostgresSearchEngine } from './postgres/postgres-search-engine.ts';
import type { SearchEngine } from './search-engine.ts';

/** Opens the search engine that the settings name; its connections are made when they are first used. */
export type OpenSearchEngine = (platform: Platform, databases: IngestionDatabases) => SearchEngine;

/** Opens the search engine that `INGESTION_SEARCH_ENGINE` names. */
export const openSearchEngine: OpenSearchEngine = (platform, { api }) => {
  const { engine, filteredCopiesPerSecond } = platform.settingsOf(ingestionSettings).search;
  return engine.kind === 'postgres'
    ? new PostgresSearchEngine(api.pool)
    : new ElasticsearchEngine(engine, { copiedPerSecond: filteredCopiesPerSecond });
};
