import type { DescribedTask, TaskDescription } from '../../../app-kit/admin/task-description.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { resultNameOf } from '../rendering/store-result.ts';
import { renderSettings } from '../settings.ts';

interface FoundTask {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly queue: string;
}

/** Says of each rendering which order it is for, or which result it has, as long as that is there. */
export async function describeTasks(
  context: AppContext,
  tasks: readonly DescribedTask[],
): Promise<ReadonlyMap<string, TaskDescription>> {
  const rowIds = new Map(
    tasks.flatMap(({ id, args }) => {
      const rowId = String(args['rowId']).toLowerCase();
      return isUuid(rowId) ? [[id, rowId] as const] : [];
    }),
  );
  const [orders, results] = await Promise.all([
    findOrders(context, [...rowIds.values()]),
    findResults(context, [...rowIds.values()]),
  ]);
  return new Map(
    [...rowIds].flatMap(([taskId, rowId]) => {
      const found = orders.get(rowId) ?? results.get(resultNameOf(rowId));
      if (!found) return [];
      const { id, name, project, queue } = found;
      const path = `/resources/pull-tasks/records/${id}/show`;
      return [[taskId, { title: name, subtitle: `${project}/${queue}`, path }] as const];
    }),
  );
}

async function findOrders(
  { platform: { database } }: AppContext,
  rowIds: readonly string[],
): Promise<ReadonlyMap<string, FoundTask>> {
  const found: FoundTask[] = await database('render.tasks')
    .join('render.queues', 'queues.id', 'tasks.queue_id')
    .whereIn('tasks.id', rowIds)
    .select('tasks.id', 'tasks.name', 'queues.project', 'queues.name AS queue');
  return new Map(found.map((order) => [order.id, order]));
}

async function findResults(
  { platform }: AppContext,
  rowIds: readonly string[],
): Promise<ReadonlyMap<string, FoundTask>> {
  const { queues } = platform.settingsOf(renderSettings).rendering;
  const found: FoundTask[] = await platform
    .database('render.tasks')
    .join('render.queues', 'queues.id', 'tasks.queue_id')
    .whereIn(
      ['queues.project', 'queues.name'],
      queues.map(({ project, queue }) => [project, queue]),
    )
    .whereIn('tasks.name', rowIds.map(resultNameOf))
    .select('tasks.id', 'tasks.name', 'queues.project', 'queues.name AS queue');
  return new Map(found.map((result) => [result.name, result]));
}
