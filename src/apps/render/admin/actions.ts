import type { AdminAction } from '../../../app-kit/admin/action.ts';
import { releaseLeases } from '../pull-queues/leases.ts';
import { deleteTaskRows } from '../pull-queues/tasks.ts';
import { orderWorksheet } from './order-worksheet.ts';

/** What operators do with pull queues and their tasks. */
export const actions: readonly AdminAction[] = [
  orderWorksheet,
  {
    name: 'release',
    resource: 'pull-tasks',
    async run({ platform }, { ids }) {
      const count = await releaseLeases(platform.database, ids);
      return { message: `Released ${inWords(count)}; the others were not leased.`, count };
    },
  },
  {
    name: 'delete',
    resource: 'pull-tasks',
    async run({ platform }, { ids }) {
      const count = await deleteTaskRows(platform.database, ids);
      return { message: `Deleted ${inWords(count)}.`, count };
    },
  },
];

function inWords(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}
