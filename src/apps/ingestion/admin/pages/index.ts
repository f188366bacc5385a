// The pages of this app in the admin, for browsers.

import './ingestion.css';
import type { AdminPages, States } from '../../../../app-kit/pages/index.ts';
import { IndexesPage } from './indexes-page.tsx';
import { RefreshPage } from './refresh-page.tsx';
import { RefreshesPage } from './refreshes-page.tsx';

/** By the ids of `resources.ts`. */
export const pages: AdminPages = {
  refreshes: { list: RefreshesPage, show: RefreshPage },
  'search-indexes': { list: IndexesPage },
};

/** How the states of refreshes, slices, indexes and search engines look. */
export const states: States = {
  copying: { tone: 'busy', icon: 'busy' },
  cleaning: { tone: 'busy', icon: 'busy' },
  indexing: { tone: 'busy', icon: 'busy' },
  verifying: { tone: 'busy', icon: 'busy' },
  promoting: { tone: 'busy', icon: 'busy' },
  ready: { tone: 'good', icon: 'paused', label: 'Ready to promote' },
  waiting: { tone: 'plain', icon: 'waiting' },
  building: { tone: 'busy', icon: 'busy' },
  complete: { tone: 'good', icon: 'done' },
  green: { tone: 'good', icon: 'done' },
  yellow: { tone: 'warn', icon: 'warning' },
  red: { tone: 'bad', icon: 'failed' },
};
