import type { TaskHandler } from '../../../queue/index.ts';
import type { EndpointArguments, TasksOf } from '../registry-tasks.ts';

/** To be built. */
export function updateEndpointHandler(_tasksOf: TasksOf): TaskHandler<EndpointArguments, null> {
  throw new Error('updateEndpointHandler is not built yet');
}
