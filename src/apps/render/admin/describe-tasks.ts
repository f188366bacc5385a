import type { DescribedTask, TaskDescription } from '../../../app-kit/admin/task-description.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { isUuid } from '../../../platform/uuid.ts';

/** Says of each rendering which order it is for, as long as the order is there. */
export async function describeTasks(
  { platform: { database } }: AppContext,
  tasks: readonly DescribedTask[],
): Promise<ReadonlyMap<string, TaskDescription>> {
  const rowIds = new Map(tasks.map(({ id, args }) => [id, String(args['rowId'])]));
  const orders: { id: string; name: string; project: string; queue: string }[] = await database(
    'render.tasks',
  )
    .join('render.queues', 'queues.id', 'tasks.queue_id')
    .whereIn('tasks.id', [...rowIds.values()].filter(isUuid))
    .select('tasks.id', 'tasks.name', 'queues.project', 'queues.name AS queue');
  const byId = new Map(orders.map((order) => [order.id, order]));
  return new Map(
    [...rowIds].flatMap(([taskId, rowId]) => {
      const order = byId.get(rowId.toLowerCase());
      if (!order) return [];
      const path = `/resources/pull-tasks/records/${order.id}/show`;
      return [[taskId, { title: order.name, subtitle: `${order.project}/${order.queue}`, path }] as const];
    }),
  );
}
