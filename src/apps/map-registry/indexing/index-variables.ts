import { searchEngineUrl } from '../../../platform/search-engines/search-engine-url.ts';
import { wholeNumber } from '../../../platform/settings/values.ts';
import { variable } from '../../../platform/settings/variable.ts';

/** How layers come into the search engine. */
export const indexVariables = {
  periodMinutes: variable('REGISTRY_INDEX_CACHED_LAYERS_PERIOD', wholeNumber(1, 527_040), {
    default: '1',
    meaning: 'Minutes after which layers that were checked or changed are indexed.',
  }),
  batchSize: variable('REGISTRY_SEARCH_BATCH_SIZE', wholeNumber(1, 10_000), {
    default: '50',
    meaning:
      'Layers of a batch. Up to 20 batches, of 1000 layers together, are indexed in one transaction; a larger batch has one of its own.',
  }),
  searchUrl: variable('REGISTRY_SEARCH_URL', searchEngineUrl, {
    default: 'postgres',
    isSecret: true,
    meaning:
      'The search engine: `postgres` for the database itself, or `elasticsearch+http://elasticsearch:9200/`.',
  }),
};
