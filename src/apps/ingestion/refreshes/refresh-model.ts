import { findQueuedTask, openTaskQueue, type TaskHandler, type TaskQueue } from '../../../queue/index.ts';
import { modelNamed } from '../models/index.ts';
import { ingestionSettings } from '../settings.ts';
import type { RefreshTasks } from './refresh-tasks.ts';
import { hexadecimalId, requestChain } from './request-refresh.ts';

/** The arguments of the task that refreshes a model. */
export type RefreshModelArguments = {
  readonly model: string;
  /** The alias of the index. Default: the name of the model. */
  readonly alias?: string;
  /** The alias of the filtered index. Default: the name of the model with `-filtered`. */
  readonly filteredAlias?: string;
};

/**
 * Makes the handler that requests a whole refresh of a model, as one chain: ingest, filtered index, promotion, and the alias of the
 * filtered index. What they replace is removed by the tidying. Without sensitive terms there is no filtered index.
 */
export function refreshModelHandler(
  tasksOf: (queue: TaskQueue) => RefreshTasks,
): TaskHandler<RefreshModelArguments, null> {
  return async ({ model: name, alias, filteredAlias }, { platform, taskId, logger }) => {
    const model = modelNamed(name).name;
    const own = await findQueuedTask(platform.database, taskId);
    const queue = openTaskQueue(platform, own?.queue);
    try {
      const { sensitiveTermsUrl } = platform.settingsOf(ingestionSettings).search;
      const requests = chainOf(hexadecimalId(taskId), {
        alias: alias ?? model,
        filteredAlias: sensitiveTermsUrl === undefined ? undefined : (filteredAlias ?? `${model}-filtered`),
      });
      // A task that is presented again makes the same chain.
      const chain = { id: taskId, model, requestedBy: 'a schedule' };
      const isNew = await requestChain(platform.database, tasksOf(queue), chain, requests);
      if (isNew) logger.info({ refreshId: hexadecimalId(taskId), model }, 'a refresh is requested');
    } finally {
      await queue.close();
    }
    return null;
  };
}

function chainOf(
  indexSuffix: string,
  { alias, filteredAlias }: { readonly alias: string; readonly filteredAlias: string | undefined },
) {
  const ingest = { action: 'INGEST_UPSTREAM', indexSuffix } as const;
  const promote = { action: 'PROMOTE', indexSuffix, alias } as const;
  if (filteredAlias === undefined) return [ingest, promote];
  const filter = {
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    indexSuffix,
    originIndexSuffix: indexSuffix,
    destinationIndexSuffix: indexSuffix,
  } as const;
  const point = {
    action: 'POINT_ALIAS',
    indexSuffix: `${indexSuffix}-filtered`,
    alias: filteredAlias,
  } as const;
  return [ingest, filter, promote, point];
}
