import type { AdminPages, AdminSearch } from '../admin/front-end/kit/index.ts';
import { pages as compositePages, search as compositeSearch } from './composite/admin/front-end/index.ts';

/** The pages that the installed apps have in the admin; for browsers. */
export const pages: AdminPages = { ...compositePages };

/** Where the admin's search leads. */
export const search: AdminSearch | undefined = compositeSearch;
