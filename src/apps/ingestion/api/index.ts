import type { AppApi } from '../../../app-kit/app-api.ts';
import { openApi } from './open-api.ts';
import { createIngestionRouter, INGESTION_ROOT } from './router.ts';

/** The API by which callers have tables copied, indexed and promoted: that of the original ingestion server. */
export const ingestionApi: AppApi = {
  paths: [INGESTION_ROOT],
  createRouter: createIngestionRouter,
  openApi,
};
