// The pages of this app in the admin, for browsers.

import './composite.css';
import type { AdminPages, AdminSearch } from '../../../../app-kit/pages/index.ts';
import { CollectionPage } from './collection-page.tsx';
import { CollectionsPage } from './collections-page.tsx';
import { MemberPage } from './member-page.tsx';
import { MembersPage } from './members-page.tsx';

/** By the ids of `resources.ts`. */
export const pages: AdminPages = {
  collections: { list: CollectionsPage, show: CollectionPage },
  members: { list: MembersPage, show: MemberPage },
};

/** What the search in the top bar finds. */
export const search: AdminSearch = {
  placeholder: 'Find members: id, customer, composite id, origin, error',
  path: '/resources/members',
};
