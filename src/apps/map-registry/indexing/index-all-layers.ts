import type { TaskHandler } from '../../../queue/index.ts';
import type { NoArguments, TasksOf } from '../registry-tasks.ts';

/** To be built. */
export function indexAllLayersHandler(_tasksOf: TasksOf): TaskHandler<NoArguments, number> {
  throw new Error('indexAllLayersHandler is not built yet');
}
