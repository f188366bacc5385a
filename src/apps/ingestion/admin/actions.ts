import type { AdminAction } from '../../../app-kit/admin/action.ts';
import { cancelRefresh } from '../refreshes/cancel-refresh.ts';
import { refreshTasksOf } from '../tasks.ts';
import { requestRefreshAction } from './request-refresh-action.ts';

/** What operators do with refreshes. */
export const actions: readonly AdminAction[] = [
  requestRefreshAction,
  {
    name: 'cancel',
    resource: 'refreshes',
    async run({ platform: { database }, queue }, { ids, username }) {
      const tasks = refreshTasksOf(queue);
      let count = 0;
      for (const id of ids) {
        if ((await cancelRefresh(database, tasks, id, username)) === 'cancelled') count += 1;
      }
      const words = count === 1 ? '1 refresh' : `${count} refreshes`;
      const others =
        count < ids.length ? ' Others have ended, or swap their tables, which is not broken off.' : '';
      return { message: `Cancelled ${words}.${others}`, count };
    },
  },
];
