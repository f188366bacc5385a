import type { Platform } from '../../../platform/platform.ts';
import { PostgresSearchEngine } from './postgres/postgres-search-engine.ts';
import type { SearchEngine } from './search-engine.ts';

/** Opens the search engine that `REGISTRY_SEARCH_URL` names; its connections are made when they are first used. */
export function openSearchEngine(platform: Platform): SearchEngine {
  return new PostgresSearchEngine(platform.database);
}
