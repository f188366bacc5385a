import type { TaskHandler } from '../../../queue/index.ts';
import type { ServiceArguments, TasksOf } from '../registry-tasks.ts';

/** To be built. */
export function checkServiceHandler(_tasksOf: TasksOf): TaskHandler<ServiceArguments, null> {
  throw new Error('checkServiceHandler is not built yet');
}
