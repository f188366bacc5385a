import type { DescribedTask, TaskDescription } from '../../../app-kit/admin/task-description.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { isUuid } from '../../../platform/uuid.ts';
import type { Action } from '../refreshes/actions.ts';
import { actionLabel } from './request-fields.ts';

interface FoundRefresh {
  readonly id: string;
  readonly model: string;
  readonly action: Action;
  readonly indexSuffix: string;
}

/** Describes tasks: of a refresh by the refresh, the step and the slice; the others by what they do. */
export async function describeTasks(
  { platform: { database } }: AppContext,
  tasks: readonly DescribedTask[],
): Promise<ReadonlyMap<string, TaskDescription>> {
  const refreshIds = tasks.map(({ args }) => String(args['refreshId'])).filter(isUuid);
  const found = await database('ingestion.refreshes')
    .whereRaw('id = ANY (?::uuid[])', [refreshIds])
    .select<FoundRefresh[]>('id', 'model', 'action', 'index_suffix AS indexSuffix');
  const byId = new Map(found.map((refresh) => [refresh.id, refresh]));
  return new Map(
    tasks.flatMap((task) => {
      const refresh = byId.get(String(task.args['refreshId']).toLowerCase());
      const description = refresh ? describe(task, refresh) : describeUpkeep(task);
      return description ? [[task.id, description] as const] : [];
    }),
  );
}

/** Tasks that belong to no refresh. */
function describeUpkeep({ func, args }: DescribedTask): TaskDescription | undefined {
  switch (func) {
    case 'ingestion.send_notices':
      return { title: 'Messages to Slack', path: '/resources/refreshes' };
    case 'ingestion.watch':
      return { title: 'Look after refreshes without a task', path: '/resources/refreshes' };
    case 'ingestion.tidy':
      return { title: `Remove what is not needed: ${args['model']}`, path: '/resources/search-indexes' };
    case 'ingestion.refresh_model':
      return { title: `Request a refresh: ${args['model']}`, path: '/resources/refreshes' };
    default:
      return undefined;
  }
}

function describe(
  { args }: DescribedTask,
  { id, model, action, indexSuffix }: FoundRefresh,
): TaskDescription {
  const slice = typeof args['number'] === 'number' ? `, slice ${args['number']}` : '';
  return {
    title: `${actionLabel(action)}: ${model}`,
    subtitle: `${model}-${indexSuffix}${slice}`,
    path: `/resources/refreshes/records/${id}/show`,
  };
}
