import type { TaskHandler } from '../../../queue/index.ts';
import { openTaskClient } from '../fetching/open-outside-client.ts';
import { openOwnQueue } from '../own-queue.ts';
import type { EndpointArguments, TasksOf } from '../registry-tasks.ts';
import { sourcesFor } from '../sources/index.ts';
import { processEndpoint } from './process-endpoint.ts';

/** Makes the handler that finds what an endpoint is. */
export function updateEndpointHandler(tasksOf: TasksOf): TaskHandler<EndpointArguments, null> {
  return async ({ endpointId }, context) => {
    const { platform, signal, taskId } = context;
    const queue = await openOwnQueue(context);
    const client = openTaskClient(platform);
    try {
      const tasks = tasksOf(platform, queue);
      await processEndpoint(platform, endpointId, { client, signal, tasks, taskId, sourcesFor });
    } finally {
      await client.close();
      await queue.close();
    }
    return null;
  };
}
