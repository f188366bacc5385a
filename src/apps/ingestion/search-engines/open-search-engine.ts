import type { Platform } from '../../../platform/platform.ts';
import type { IngestionDatabases } from '../databases/ingestion-databases.ts';
import { ingestionSettings } from '../settings.ts';
import type { SearchEngine } from './search-engine.ts';
import { SearchEngineUnavailableError } from './search-engine-errors.ts';

/** Opens the search engine that the settings name; its connections are made when they are first used. */
export type OpenSearchEngine = (platform: Platform, databases: IngestionDatabases) => SearchEngine;

/**
 * Opens the search engine that `INGESTION_SEARCH_ENGINE` names.
 *
 * @throws {SearchEngineUnavailableError} as there is none yet.
 */
export const openSearchEngine: OpenSearchEngine = (platform) => {
  const { kind } = platform.settingsOf(ingestionSettings).search.engine;
  throw new SearchEngineUnavailableError(`There is no code for the search engine ${kind} yet`);
};
