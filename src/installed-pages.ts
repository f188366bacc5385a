import type { AdminPages, AdminSearch } from './app-kit/pages/index.ts';
import { pages as compositePages, search as compositeSearch } from './apps/composite/admin/pages/index.ts';

/** The pages that the installed apps have in the admin; for browsers. */
export const pages: AdminPages = { ...compositePages };

/** Where the admin's search leads. */
export const search: AdminSearch | undefined = compositeSearch;
