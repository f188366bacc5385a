import type { AppApi } from '../../../app-kit/app-api.ts';
import { openApi } from './open-api.ts';
import { createRouter } from './router.ts';

/** The API by which callers submit collections of PDFs. */
export const compositeApi: AppApi = { paths: ['/customers', '/collections'], createRouter, openApi };
