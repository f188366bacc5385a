import { defineTaskFunction } from '../../queue/index.ts';

export { renderTask } from './rendering/render-task.ts';

/** Enqueues pull tasks that should be rendered and that nothing renders; the result is how many there were. */
export const adoptTasks = defineTaskFunction<Record<string, never>, number>({
  name: 'render.adopt',
  load: async () => (await import('./rendering/adopt-pull-tasks.ts')).adoptPullTasks,
});

/** Removes figures of leases that are too old for any statistic; the result is how many there were. */
export const forgetLeases = defineTaskFunction<Record<string, never>, number>({
  name: 'render.forget_leases',
  load: async () => (await import('./pull-queues/forget-leases.ts')).forgetLeases,
});
