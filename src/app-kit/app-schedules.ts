import type { Platform } from '../platform/platform.ts';
import { ScheduleNameTakenError, schedule } from '../queue/index.ts';
import type { App } from './app.ts';

/**
 * Creates the schedules that apps bring and that do not exist yet. What operators have changed or paused stays as it
 * is; a schedule that was deleted is created again.
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
      try {
        await schedule(platform, taskFunction, args, { ...options, name, cluster: queueName });
      } catch (error) {
        // It exists: from an earlier start, or because another engine was quicker.
        if (!(error instanceof ScheduleNameTakenError)) throw error;
      }
    }
  }
}
