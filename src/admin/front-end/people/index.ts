// The pages of people in the admin, for superusers.

import type { AdminPages } from '../../../app-kit/pages/index.ts';
import { AdministratorPage } from './administrator-page.tsx';
import { AdministratorsPage } from './administrators-page.tsx';
import { AuditLogPage } from './audit-log-page.tsx';

/** By the ids of `people/people-resources.ts`. */
export const pages: AdminPages = {
  administrators: { list: AdministratorsPage, show: AdministratorPage },
  'audit-log': { list: AuditLogPage },
};
