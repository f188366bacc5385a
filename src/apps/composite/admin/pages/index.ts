// The pages of this app in the admin, for browsers.

import './composite.css';
import type { AdminPages, States } from '../../../../app-kit/pages/index.ts';
import { CollectionPage } from './collection-page.tsx';
import { CollectionsPage } from './collections-page.tsx';
import { MemberPage } from './member-page.tsx';
import { MembersPage } from './members-page.tsx';
import { BATCH_STATES, MEMBER_STATES } from './states.ts';

/** By the ids of `resources.ts`. */
export const pages: AdminPages = {
  collections: { list: CollectionsPage, show: CollectionPage },
  members: { list: MembersPage, show: MemberPage },
};

/** How their states look. */
export const states: States = { ...MEMBER_STATES, ...BATCH_STATES };
