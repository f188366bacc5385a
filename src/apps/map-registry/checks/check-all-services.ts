import type { TaskHandler } from '../../../queue/index.ts';
import { openOwnQueue } from '../own-queue.ts';
import type { NoArguments, TasksOf } from '../registry-tasks.ts';
import { mapRegistrySettings } from '../settings.ts';
import { delayWithin } from './spread.ts';

/** Services that are enqueued in one transaction. */
const BATCH = 1_000;

/**
 * Makes the function that enqueues the checks of all active services that are monitored. They are spread over the period. A service whose
 * check waits already is not enqueued twice: running it again, or too often, does no harm.
 */
export function checkAllServicesHandler(tasksOf: TasksOf): TaskHandler<NoArguments, number> {
  return async (_args, context) => {
    const { platform, signal, progress } = context;
    const { periodMinutes } = platform.settingsOf(mapRegistrySettings).checks;
    const queue = await openOwnQueue(context);
    const tasks = tasksOf(platform, queue);
    let count = 0;
    let after = '0';
    try {
      while (!signal.aborted) {
        const services: { readonly id: string; readonly host: string }[] = await platform
          .database('map_registry.services')
          .where({ is_active: true, is_monitored: true })
          .where('id', '>', after)
          .orderBy('id')
          .limit(BATCH)
          .select('id', 'host');
        await platform.database.transaction((transaction) =>
          tasks.checkServices(
            transaction,
            services.map(({ id, host }) => ({
              serviceId: id,
              host,
              delaySeconds: delayWithin(periodMinutes * 60, id),
              isRoutine: true,
            })),
          ),
        );
        count += services.length;
        progress(count);
        const last = services.at(-1);
        if (!last || services.length < BATCH) return count;
        after = last.id;
      }
      signal.throwIfAborted();
      return count;
    } finally {
      await queue.close();
    }
  };
}
