import type { Platform } from '../../../platform/platform.ts';
import { mapRegistrySettings } from '../settings.ts';
import { ElasticsearchEngine } from './elasticsearch/elasticsearch-engine.ts';
import { PostgresSearchEngine } from './postgres/postgres-search-engine.ts';
import type { SearchEngine } from './search-engine.ts';

/** Opens the search engine that `REGISTRY_SEARCH_URL` names; its connections are made when they are first used. */
export function openSearchEngine(platform: Platform): SearchEngine {
  const { searchUrl } = platform.settingsOf(mapRegistrySettings).indexing;
  return searchUrl.kind === 'postgres'
    ? new PostgresSearchEngine(platform.database)
    : new ElasticsearchEngine(searchUrl);
}
