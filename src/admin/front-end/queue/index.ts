// The pages of the queue in the admin, for browsers.

import './queue.css';
import type { AdminPages } from '../../../app-kit/pages/index.ts';
import { EnginePage } from './engine-page.tsx';
import { EnginesPage } from './engines-page.tsx';
import { QueuesPage } from './queues-page.tsx';
import { SchedulePage } from './schedule-page.tsx';
import { SchedulesPage } from './schedules-page.tsx';
import { TaskPage } from './task-page.tsx';
import { FailedTasksPage, QueuedTasksPage, RunningTasksPage, SuccessfulTasksPage } from './task-pages.tsx';

/** By the ids of `queue/resources.ts`. */
export const pages: AdminPages = {
  'running-tasks': { list: RunningTasksPage, show: TaskPage },
  'queued-tasks': { list: QueuedTasksPage, show: TaskPage },
  'failed-tasks': { list: FailedTasksPage, show: TaskPage },
  'successful-tasks': { list: SuccessfulTasksPage, show: TaskPage },
  schedules: { list: SchedulesPage, show: SchedulePage },
  queues: { list: QueuesPage },
  engines: { list: EnginesPage, show: EnginePage },
};
