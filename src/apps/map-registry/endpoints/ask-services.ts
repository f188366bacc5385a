import type { Knex } from 'knex';
import type { LossContext, TaskFailure, TaskHandler } from '../../../queue/index.ts';
import { countTask, isCounted } from '../checks/counted-tasks.ts';
import { openTaskClient } from '../fetching/open-outside-client.ts';
import { createServices } from '../harvest/find-or-create-service.ts';
import { openOwnQueue } from '../own-queue.ts';
import type { NamedServicesArguments, RegistryTasks, TasksOf } from '../registry-tasks.ts';
import { addToOutcome } from './endpoint-outcome.ts';
import { type ReachableServices, reachableServices } from './reachable-services.ts';

/**
 * Makes the handler that asks services of one host, which an endpoint at another host names, whether they are there. Those that reply are
 * stored and checked; the endpoint says what came of them.
 */
export function askServicesHandler(tasksOf: TasksOf): TaskHandler<NamedServicesArguments, null> {
  return async (args, context) => {
    const { platform, signal, taskId } = context;
    if (await isCounted(platform.database, taskId)) return null;
    const queue = await openOwnQueue(context);
    const client = openTaskClient(platform);
    try {
      const reached = await reachableServices(args.services, { client, signal });
      signal.throwIfAborted();
      const tasks = tasksOf(platform, queue);
      await platform.database.transaction((transaction) =>
        storeReached(transaction, tasks, args, reached, taskId),
      );
    } finally {
      await client.close();
      await queue.close();
    }
    return null;
  };
}

async function storeReached(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  { endpointId, services }: NamedServicesArguments,
  reached: ReachableServices,
  taskId: string,
): Promise<void> {
  const endpoint: { readonly catalogId: string } | undefined = await transaction('map_registry.endpoints')
    .where({ id: endpointId })
    .forUpdate()
    .first('catalog_id AS catalogId');
  if (!endpoint || !(await countTask(transaction, taskId))) return;
  const created = await createServices(transaction, endpoint.catalogId, reached.services);
  await tasks.checkServices(transaction, created);
  await addToOutcome(transaction, endpointId, {
    askedCount: services.length,
    createdCount: created.length,
    leftOut: reached.errors,
  });
}

/** Stores with an endpoint that services were not asked, where the task has failed, was lost with its worker, or cancelled for good. */
export async function storeUnaskedServices(
  { endpointId, services }: Partial<NamedServicesArguments>,
  { error }: TaskFailure,
  { transaction, nextAttemptSeconds, taskId }: LossContext,
): Promise<void> {
  const [first] = services ?? [];
  if (endpointId === undefined || !services || !first || nextAttemptSeconds !== undefined) return;
  await transaction.transaction(async (nested) => {
    if (!(await countTask(nested, taskId))) return;
    const reason = `${services.length} service/s at ${new URL(first.url).hostname} were not asked: ${error}`;
    await addToOutcome(nested, endpointId, {
      askedCount: services.length,
      createdCount: 0,
      leftOut: [reason],
    });
  });
}
