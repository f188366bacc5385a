// The pages of this app in the admin, for browsers.

import './render.css';
import type { AdminPages, States } from '../../../../app-kit/pages/index.ts';
import { QueuesPage } from './queues-page.tsx';
import { TaskPage } from './task-page.tsx';
import { TasksPage } from './tasks-page.tsx';

/** By the ids of `resources.ts`. */
export const pages: AdminPages = {
  'pull-queues': { list: QueuesPage },
  'pull-tasks': { list: TasksPage, show: TaskPage },
};

/** How the states of leases, and the steps of an order, look. */
export const states: States = {
  FREE: { tone: 'plain', icon: 'waiting', label: 'Free' },
  LEASED: { tone: 'busy', icon: 'busy', label: 'Leased' },
  ORDERED: { tone: 'good', icon: 'done' },
  WAITING: { tone: 'plain', icon: 'waiting' },
  FAILED: { tone: 'bad', icon: 'failed', label: 'Not rendered' },
  RENDERING: { tone: 'busy', icon: 'busy', label: 'Rendering' },
};
