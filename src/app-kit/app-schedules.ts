import type { Platform } from '../platform/platform.ts';
import { declareSchedule } from '../queue/index.ts';
import type { App } from './app.ts';

/**
 * Creates the schedules that apps bring and that do not exist yet. Where the settings say other times than at the last start,
 * the schedule has those from then on. What operators have changed or paused stays as it is; a schedule that was deleted is
 * created again.
 *
 * @param queueName the queue of these apps.
 */
export async function ensureSchedules(
  platform: Platform,
  apps: readonly App[],
  queueName: string,
): Promise<void> {
  for (const { schedules = [] } of apps) {
    for (const { name, taskFunction, args, options } of schedules) {
      const known = typeof options === 'function' ? options(platform) : options;
      await declareSchedule(platform, taskFunction, args, { ...known, name, cluster: queueName });
    }
  }
}
