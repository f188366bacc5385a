import type { AppAdmin } from '../../../app-kit/admin/app-admin.ts';
import { actions } from './actions.ts';
import { resources } from './resources.ts';

/** What the admin shows of pull queues and their tasks. */
export const renderAdmin: AppAdmin = { resources, actions };
